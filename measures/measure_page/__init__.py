"""措施: the page about one measure."""
