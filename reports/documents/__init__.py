"""Builds each kind of document, as a value with its text, from its frozen dataset. Pure.

A kind has a module with `document_of(data, *, made_on, number)`, which returns the `Document`, and
`file_title(data, file_format)`, the name of its file without the ending. The text of a progress
report is in parts/, a module for each part; the other kinds reuse these modules. Every sentence is
built by rule from the dataset, and an empty part says that it is empty.

`made_on` is the 成文日期, `number` the 文号, empty before it is issued.
"""
