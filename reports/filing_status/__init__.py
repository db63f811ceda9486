"""措施与单位: the filings of a period, one cut of them for three views, and the list of them."""
