"""`manage.py bench`: performance as ratios (docs/performance.md). Only that command imports it."""
