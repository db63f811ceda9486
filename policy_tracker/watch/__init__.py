"""How the parts of the running system do: for the system administrator and for monitoring."""
