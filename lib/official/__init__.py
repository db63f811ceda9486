"""Official documents after GB/T 9704-2012 (党政机关公文格式), as Word and as PDF.

In: a `Document`, a value in words (document.py). Out: the bytes of a file, from `write_docx`
(docx.py) or `write_pdf` (pdf.py). Both take their lengths from geometry.py and their faces from
fonts.py. Numbers in brackets, such as 7.3.1, are clauses of the standard.
"""
