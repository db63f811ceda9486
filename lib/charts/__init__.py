"""Geometry of charts: numbers in, coordinates out; templates draw the SVG."""
