"""Each kind of document as a value in words, from its frozen dataset. Pure."""
