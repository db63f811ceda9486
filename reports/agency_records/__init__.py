"""措施与单位 by agency, and all that one agency owes and filed."""
