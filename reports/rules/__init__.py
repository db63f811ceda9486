"""Rules of this app, pure."""
