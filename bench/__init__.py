"""How fast it is, as ratios: `manage.py bench` (docs/performance.md). Nothing imports this."""
