"""The health of the running system's parts, for the system administrator and for monitoring."""
