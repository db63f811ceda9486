"""The twin of the light's rule in SQL."""
