"""Backups of the database and the files, with a manifest by which a restore is verified."""
