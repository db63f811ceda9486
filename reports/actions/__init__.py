"""The verbs of this app, the only writers."""
