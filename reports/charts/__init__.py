"""The geometry of charts; templates and typst draw it."""
