"""Which agency is responsible for which measure, and from when."""
