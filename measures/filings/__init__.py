"""本期应报: writing notes, attaching evidence, submitting."""
