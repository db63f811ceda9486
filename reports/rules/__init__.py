"""Rules of this app. Pure."""
