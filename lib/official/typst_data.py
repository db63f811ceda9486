"""A document as the plain values that typst reads: words, measures and faces. Pure."""

from typing import Any

from lib.chinese import long_date
from lib.official.document import Annex, Document, Form, Part, Table, kept_paragraphs
from lib.official.figure_layout import laid_out, width_of_one
from lib.official.geometry import Geometry, mark_size
from lib.official.title_lines import title_rows


def document_data(
    words: Document, faces: dict[str, list[str]], geometry: Geometry
) -> dict[str, Any]:
    """Everything the templates ask for, under the names they use."""
    return {
        "geometry": geometry._asdict(),
        "faces": faces,
        "form": words.form.name.lower(),
        "title": words.title,
        "title_lines": title_rows(words.title_lines),
        "addressee": words.addressee,
        "opening": words.opening,
        "parts": [_part(part, geometry, words.form) for part in words.parts],
        "ending": words.ending,
        "kept": kept_paragraphs(words),
        "annexes": [_annex(annex) for annex in words.annexes],
        "signature": words.signature,
        "whose_line": words.whose_line,
        "day": long_date(words.made_on),
        "made": [words.made_on.year, words.made_on.month, words.made_on.day],
        "note_lines": list(words.note_lines),
        "header": words.header,
        "contact": words.contact,
        "missing": "",
        **_official(words),
    }


def _official(words: Document) -> dict[str, Any]:
    head, imprint = words.head, words.imprint
    printed_on = imprint.printed_on if imprint else None
    return {
        "head": head._asdict() if head else None,
        "mark_pt": mark_size(head.mark, is_letter=words.form is Form.LETTER) if head else 0,
        "imprint": imprint
        and {
            "copies": list(imprint.copies),
            "printed_by": imprint.printed_by,
            "printed": f"{long_date(printed_on)}印发" if printed_on else "",
        },
    }


def _part(part: Part, geometry: Geometry, form: Form) -> dict[str, Any]:
    count = len(part.figures)
    beside = form is Form.BRIEF and count > 1
    width = width_of_one(count, geometry, in_a_row=beside) if count else 0
    return {
        "heading": part.heading,
        "paragraphs": list(part.paragraphs),
        "parts": [_part(below, geometry, form) for below in part.parts],
        "figures": [laid_out(figure, width) for figure in part.figures],
        "tables": [_table(table) for table in part.tables],
    }


def _annex(annex: Annex) -> dict[str, Any]:
    return {
        "title": annex.title,
        "title_lines": title_rows([annex.title]),
        "sub_line": annex.sub_line,
        "nothing": annex.nothing,
        "is_on_side": annex.is_on_side,
        "table": annex.table and _table(annex.table),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": [column._asdict() for column in table.columns],
        "rows": [[cell.text for cell in row] for row in table.rows],
    }
