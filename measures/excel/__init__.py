"""Sheets that people fill in: written, read back, and compared with what is on record.

`columns`, `keys`, `sheet`, `archive`, `reading`, `checking` and `marking` are pure; `gathering`
alone asks the database.
"""
