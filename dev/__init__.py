"""What the two commands stand on: the standard library alone, so that a bare python3 can run it."""
