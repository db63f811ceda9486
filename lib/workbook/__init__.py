"""Workbooks that people read, print and fill in: text that can never become a formula.

`cells` has the styles, the text cells and the page set-up that all share; `rows` writes the rows of
a long sheet as XML.
"""
