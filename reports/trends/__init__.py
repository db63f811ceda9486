"""指标与趋势: indicators, and changes from period to period."""
