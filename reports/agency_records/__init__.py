"""单位: all that one agency owes and filed."""
