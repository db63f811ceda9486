"""Backups: the database and its files, with what a restore needs to prove that it has them all."""
