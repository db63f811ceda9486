"""Workbooks that people read, print and fill in: text that can never become a formula.

`cells` has the shared styles, text cells and page set-up; `rows` writes the rows of
a long sheet as XML.
"""
