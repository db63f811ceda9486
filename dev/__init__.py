"""Code of start.py and test.py: only the standard library, so that a bare python3 can run it."""
