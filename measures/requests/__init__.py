"""Requests to the chief: what the verbs of all kinds share."""
