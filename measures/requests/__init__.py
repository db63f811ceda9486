"""Requests to the chief: the frame of the verbs, whatever is asked for."""
