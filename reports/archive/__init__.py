"""报告: the list of reports, editing, comparing and issuing them."""
