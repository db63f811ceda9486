"""措施与单位: a period's filings, counted in the same way for three views, and their list."""
