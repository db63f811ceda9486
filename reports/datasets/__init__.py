"""The data of a document: plain JSON with every label resolved, read and frozen at one moment.

Each kind has a module with `gather(scope, *, on)`, which reads the database as of a day and returns
the dataset. schema.py has the shapes; a change of shape needs a new schema version.
"""
