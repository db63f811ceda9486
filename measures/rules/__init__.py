"""The rules of the field. Pure: no database, no clock, no request."""
