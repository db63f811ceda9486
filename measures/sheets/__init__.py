"""Excel sheets: written, uploaded, checked row by row, applied by a worker.

`columns`, `keys`, `filing_sheet`, `ledger_sheet`, `archive`, `reading` and `row_checks` are pure;
`gathering` reads the database. `actions` are what people do with a sheet;
`run` is what a worker does: `check` or `apply`, in an attempt with a lease (`job`).
"""
