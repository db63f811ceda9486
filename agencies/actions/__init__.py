"""The verbs of this app: the only code that writes its tables."""
