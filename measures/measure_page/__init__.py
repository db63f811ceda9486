"""措施: the page with all about one measure."""
