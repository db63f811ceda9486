"""A document as the plain data that the typst templates read: text, lengths, fonts. Pure.

The keys are the names that typst/*.typ use. Lengths keep the units of `Geometry`; column widths are
shares, which typst turns into fractions of the table.
"""

from typing import Any

from lib.chinese import long_date
from lib.official.document import Annex, Document, Form, Part, Table, paragraphs_kept_with_next
from lib.official.figure_layout import figure_width, lay_out_figure
from lib.official.geometry import Geometry, mark_size
from lib.official.title_lines import break_title


def typst_data(
    document: Document, faces: dict[str, list[str]], geometry: Geometry
) -> dict[str, Any]:
    """Return everything the templates read; `faces` are the families to try, by use."""
    return {
        "geometry": geometry._asdict(),
        "faces": faces,
        "form": document.form.name.lower(),
        "title": document.title,
        "title_lines": break_title(document.title_lines),
        "addressee": document.addressee,
        "opening": document.opening,
        "parts": [_part(part, geometry, document.form) for part in document.parts],
        "ending": document.ending,
        "kept": paragraphs_kept_with_next(document),
        "annexes": [_annex(annex) for annex in document.annexes],
        "signature": document.signature,
        "line_under_title": document.line_under_title,
        "day": long_date(document.made_on),
        "made": [document.made_on.year, document.made_on.month, document.made_on.day],
        "note_lines": list(document.note_lines),
        "header": document.header,
        "contact": document.contact,
        "notes_for_editor": list(document.notes_for_editor),
        "missing": "",
        **_head_and_imprint(document),
    }


def _head_and_imprint(document: Document) -> dict[str, Any]:
    head, imprint = document.head, document.imprint
    printed_on = imprint.printed_on if imprint else None
    return {
        "head": head._asdict() if head else None,
        "mark_pt": mark_size(head.mark, is_letter=document.form is Form.LETTER) if head else 0,
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
    width = figure_width(count, geometry, in_a_row=beside) if count else 0
    return {
        "heading": part.heading,
        "paragraphs": list(part.paragraphs),
        "parts": [_part(below, geometry, form) for below in part.parts],
        "figures": [lay_out_figure(figure, width) for figure in part.figures],
        "tables": [_table(table) for table in part.tables],
    }


def _annex(annex: Annex) -> dict[str, Any]:
    return {
        "title": annex.title,
        "title_lines": break_title([annex.title]),
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
