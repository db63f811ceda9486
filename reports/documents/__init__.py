"""Each kind of document as a value in words, written from its frozen dataset. Pure.

A kind has a module with `document_of(data, *, made_on, number)`, which returns the `Document`, and
`file_title(data, file_format)`, the name of its file without the ending. The text of a progress
report is in parts/, a module for each part; the other kinds use what they share with it. Every
sentence is built by rule from the dataset, and a part with nothing to say says so.

`made_on` is the 成文日期, `number` the 文号, empty before it is issued.
"""
