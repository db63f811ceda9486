"""What a document is written from: everything resolved to words, plain JSON, frozen in one moment.

A kind has a module with `gather(scope, *, on)`, which reads the database as it is on a day and
returns the dataset. schema.py has the shapes; a change of shape is a new schema version.
"""
