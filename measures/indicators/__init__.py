"""Indicators with baseline, targets and values; milestones."""
