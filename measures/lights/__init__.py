"""The light of a measure: its facts, stored values, overrides and thresholds."""
