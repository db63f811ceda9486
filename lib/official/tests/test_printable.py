"""Signs that nobody sees never stop a document, nor show in it."""

from datetime import date

import pytest

from lib.official.document import Cell, Part, Table, printable_document
from lib.official.docx import write_docx
from lib.official.pdf import write_pdf
from lib.official.tests.reading import docx_cells, docx_text, pages_of, pdf_text
from lib.official.tests.samples import BRIEF, COLUMNS
from lib.text import printable_text

UNSEEN = ["\x00", "\x0b", "\x1f", "\x7f", "\xad", "\u200b", "\u200e", "\u2028", "\u202e", "\ufeff"]
UNSEEN += ["\ud800", "\ufffe"]


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_invisible_characters_are_removed(sign):
    assert printable_text(f"甲{sign}乙") == "甲乙"


@pytest.mark.parametrize("text", ["甲\n乙\t丙", "“引号”——…　全角", "𬀩㛃", "é ² ㎡ ☑"])
def test_visible_characters_are_kept(text):
    assert printable_text(text) == text


def test_all_texts_of_a_document_are_cleaned_and_nothing_else():
    words = BRIEF._replace(title_lines=("甲\x0b乙",), made_on=date(2026, 1, 2))
    assert printable_document(words) == words._replace(title_lines=("甲乙",))
    assert type(printable_document(words)) is type(words)


def test_both_files_can_be_written_with_such_text():
    row = (Cell("1"), Cell("丙\x0b丁"), Cell("戊"), Cell("己"))
    part = Part("一、某\ufeff事", ("甲\x01乙",), tables=(Table(COLUMNS, [row]),))
    words = BRIEF._replace(parts=(part,))
    docx = write_docx(words)
    assert "一、某事甲乙" in docx_text(docx)
    assert "丙丁" in docx_cells(docx)
    said = pdf_text(pages_of(write_pdf(words)))
    assert "一、某事甲乙" in said
    assert "〓" not in said
