"""两期对照: two periods side by side."""
