"""The geometry of charts: numbers and days in, places on paper out. Templates draw it."""
