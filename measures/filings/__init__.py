"""本期应报: what an agency writes, attaches and submits."""
