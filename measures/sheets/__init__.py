"""Excel sheets: written, uploaded, checked row by row, applied by a worker.

`columns`, `keys`, `filing_sheet`, `ledger_sheet`, `archive`, `reading`, `row_checks` and
`marked_sheet` are pure; `gathering` reads the database, and the actions write it.
"""
