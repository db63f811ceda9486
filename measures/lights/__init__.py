"""The light of a measure: its facts, what is stored, overrides, thresholds."""
