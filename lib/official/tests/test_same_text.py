"""The Word file and the PDF say the same, word for word and cell for cell."""

import pytest

from lib.official.tests.reading import docx_cells, docx_text, pdf_cells, pdf_text
from lib.official.tests.samples import COLUMNS, DOCUMENTS

HEADINGS = {column.heading for column in COLUMNS}
WITHOUT_TABLES = {"brief", "long_brief", "draft"}
# A row that is higher than a page is read in pieces (test_office_pages).
WITH_WHOLE_ROWS = [name for name in DOCUMENTS if name != "long_row"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_text_is_the_same(docx_files, our_pages, name):
    said = docx_text(docx_files[name])
    assert len(said) > 200
    assert pdf_text(our_pages[name]) == said


@pytest.mark.parametrize("name", WITH_WHOLE_ROWS)
def test_the_tables_are_the_same(docx_files, our_pages, name):
    cells = docx_cells(docx_files[name])
    assert bool(cells) is (name not in WITHOUT_TABLES)
    assert pdf_cells(our_pages[name], HEADINGS) == cells


@pytest.mark.office
@pytest.mark.parametrize("name", DOCUMENTS)
def test_libreoffice_shows_all_of_the_word_file(docx_files, office_pages, name):
    assert pdf_text(office_pages[name]) == docx_text(docx_files[name])


@pytest.mark.office
@pytest.mark.parametrize("name", WITH_WHOLE_ROWS)
def test_libreoffice_shows_every_cell_of_the_word_file(docx_files, office_pages, name):
    assert pdf_cells(office_pages[name], HEADINGS) == docx_cells(docx_files[name])
