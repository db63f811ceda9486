"""The document as PDF/A, laid out by typst from the same text and lengths as the Word file.

typst is a typesetting program that runs inside this process. It runs only the programs in
lib/official/typst/*.typ; the text is passed as JSON and is never part of a program. It uses only
the fonts of lib/official/font_files and of the setting DOCUMENT_FONTS_DIR, not the machine's.

A character that no font has is replaced by 〓 and listed. covered.json holds the code points of our
fonts as ranges; dev/subset_fonts.py writes both.
"""

import json
import logging
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

from lib.chinese import long_date
from lib.official.document import (
    Annex,
    BarFigure,
    Document,
    Form,
    Part,
    Table,
    Tick,
    paragraphs_kept_with_next,
    printable_document,
)
from lib.official.figure_layout import figure_width, lay_out_figure
from lib.official.fonts import FALLBACKS, OPEN_FAMILIES, face_set
from lib.official.geometry import BRIEF_GEOMETRIES, GEOMETRY, LETTER_LINES, Geometry, mark_size
from lib.official.title_lines import break_title
from lib.text import map_texts

COVERED = Path(__file__).parent / "font_files/covered.json"
GETA = "〓"  # the printers' sign for a missing character
_LAYOUT = "\n\t"
logger = logging.getLogger(__name__)
FOLDER = Path(__file__).parent
TEMPLATES, FONTS = FOLDER / "typst", FOLDER / "font_files"
# 2a: for archives, with all fonts embedded and text tagged so that it can be read aloud in order.
STANDARD: Final = "a-2a"
CHINA = timezone(timedelta(hours=8))
PICTURE_PPI = 300
ROOM_BESIDE_MM, ROOM_BELOW_MM = 6, 6
LETTER_BELOW_MM = 8  # one more line: Word may break a full one, such as the contact, into two


def replace_missing(data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the data with 〓 for characters without a glyph, and their code points as text:
    U+3134A、U+3134B.
    """
    missing: set[str] = set()

    def replaced(text: str) -> str:
        absent = {sign for sign in set(text) if not is_covered(sign)}
        missing.update(absent)
        return "".join(GETA if sign in absent else sign for sign in text) if absent else text

    changed = map_texts(data, replaced)
    return changed, "、".join(f"U+{ord(sign):04X}" for sign in sorted(missing))


def is_covered(sign: str) -> bool:
    starts, ends = _ranges()
    place = bisect_right(starts, ord(sign)) - 1
    return sign in _LAYOUT or (place >= 0 and ord(sign) <= ends[place])


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = json.loads(COVERED.read_text())
    return [first for first, _ in pairs], [last for _, last in pairs]


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


def write_pdf(document: Document, *, tick: Tick = lambda rows: None) -> bytes:
    """Return the file's bytes. Equal documents give equal bytes.

    `tick` is called once at the end, with all rows: typst lays out the whole document at once. A
    character that no font has is shown as 〓 and listed at the end of the text and in the log.
    """
    document = printable_document(document)
    data, missing = replace_missing(typst_data(document, _families(), geometry_for(document)))
    if missing:
        logger.warning("no face of %s has %s", document.title, missing)
        data["missing"] = f"（文中“〓”处为字库缺字：{missing}，以 Word 文件为准。）"
    # The document's day instead of the clock: with the clock each file would differ.
    noon = datetime.combine(document.made_on, time(12), CHINA)
    made = typst.compile(
        TEMPLATES / "document.typ",
        root=TEMPLATES,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=noon,
    )
    tick(document.row_count)
    return made


def geometry_for(document: Document) -> Geometry:
    """Return the lengths of a document, for Word and PDF alike.

    A brief has the largest type with which it fits on one page. A letter that is a little longer
    than a page has closer lines; an even longer one has the usual lines.
    """
    if document.form is Form.BRIEF:
        room = {"beside": ROOM_BESIDE_MM, "below": ROOM_BELOW_MM}
        return _first_of_one_page(document, BRIEF_GEOMETRIES, **room) or BRIEF_GEOMETRIES[-1]
    if document.form is Form.LETTER and not document.annexes:
        lines = [GEOMETRY._replace(line_pt=line) for line in LETTER_LINES]
        found = _first_of_one_page(document, [GEOMETRY, *lines], beside=0, below=LETTER_BELOW_MM)
        return found or GEOMETRY
    return GEOMETRY


def _first_of_one_page(
    document: Document, candidates: Iterable[Geometry], *, beside: float, below: float
) -> Geometry | None:
    """Return the first geometry with which typst needs one page; `beside`, `below` in mm."""
    for geometry in candidates:
        # Word breaks lines a little differently from typst: it needs room in each line and below.
        closer = geometry._replace(
            bottom_mm=geometry.bottom_mm + below,
            right_mm=geometry.right_mm + beside,
        )
        if int(_ask(typst_data(document, _families(), closer), "<pages>")[0]) == 1:
            return geometry
    return None


def imprint_has_own_page(document: Document) -> bool:
    """Return whether 版记 needs its own page, because the text ends on an odd one."""
    return bool(_ask(typst_data(document, _families(), geometry_for(document)), "<own-page>"))


def _ask(data: dict[str, Any], label: str) -> list[Any]:
    """Lay out the document; return the values that the templates attach to a label."""
    # typst.compile only returns bytes; a Compiler can also be queried about the layout.
    compiler = typst.Compiler(
        TEMPLATES / "document.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
    )
    return list(json.loads(compiler.query(label, field="value")))


def draw_figure(figure: BarFigure, *, width_pt: float) -> bytes:
    """Return a figure's bar as PNG for Word, `width_pt` points wide."""
    data = {"figure": lay_out_figure(figure, width_pt), "width_pt": width_pt}
    return typst.compile(
        TEMPLATES / "figure_picture.typ",
        root=TEMPLATES,
        format="png",
        ppi=PICTURE_PPI,
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data)},
    )


@cache
def _fonts() -> typst.Fonts:
    """Our fonts and the office's, cached: reading 40 MB takes longer than laying out a document."""
    folders = [FONTS]
    if settings.DOCUMENT_FONTS_DIR:
        folders.append(Path(settings.DOCUMENT_FONTS_DIR))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _families() -> dict[str, list[str]]:
    there = set(_fonts().families())
    families = {}
    for use, face in face_set()._asdict().items():
        offices = [name for name in (face.name, *face.stand_ins) if name in there]
        families[use] = [*offices, OPEN_FAMILIES[use], *FALLBACKS]
    return families
