"""Business rules. Pure functions: no database, no clock, no request."""
