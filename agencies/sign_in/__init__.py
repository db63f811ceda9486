"""Signing in and out, passwords, one's own page."""
