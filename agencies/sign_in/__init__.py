"""Signing in and out, sessions, and a person's own settings page."""
