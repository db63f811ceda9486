"""指标与趋势: how it went from period to period."""
