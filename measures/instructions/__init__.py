"""批示: a leader's instructions and the agencies' replies."""
