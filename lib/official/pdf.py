"""The document as PDF/A, laid out by typst from the same words and measures as the Word file.

The words go in as JSON. What typst runs is only ever lib/official/typst/*.typ, with the faces of
lib/official/font_files and of DOCUMENT_FONTS_DIR; the machine's own are not looked at.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

from lib.official.document import Document, Figure, Form, Tick
from lib.official.figure_layout import laid_out
from lib.official.fonts import FALLBACKS, OURS, face_set
from lib.official.geometry import BRIEF_SIZES, GEOMETRY, LETTER_LINES, Geometry, brief_geometry
from lib.official.missing_glyphs import replace_missing
from lib.official.printable import all_seen
from lib.official.typst_data import document_data

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
TEMPLATES, FONTS = FOLDER / "typst", FOLDER / "font_files"
# 2a: made to be kept, every font in the file, text that can be read aloud in its order.
STANDARD: Final = "a-2a"
CHINA = timezone(timedelta(hours=8))
PICTURE_PPI = 300
ROOM_BESIDE_MM, ROOM_BELOW_MM = 15, 9
LETTER_BELOW_MM = 4  # a letter stands on the grid of characters in Word too


def write_pdf(words: Document, *, tick: Tick = lambda rows: None) -> bytes:
    """The file's bytes; `tick` is told of the rows at the end, for typst lays out all at once.

    A character that no face has is shown as 〓, named at the end of the text and in the log.
    """
    words = all_seen(words)
    data, missing = replace_missing(document_data(words, _chains(), geometry_for(words)))
    if missing:
        logger.warning("no face of %s has %s", words.title, missing)
        data["missing"] = f"（文中“〓”处为字库缺字：{missing}，以 Word 文件为准。）"
    noon = datetime.combine(words.made_on, time(12), CHINA)
    made = typst.compile(
        TEMPLATES / "document.typ",
        root=TEMPLATES,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=noon,
    )
    tick(words.row_count)
    return made


def geometry_for(words: Document) -> Geometry:
    """The measures of a document; a brief's are the largest with which it is one page.

    So are the lines of a letter that is a little too long for one; a longer one has the usual.
    """
    if words.form is Form.BRIEF:
        sizes = [brief_geometry(size, line) for size, line in BRIEF_SIZES]
        found = _first_of_one_page(words, sizes, beside=ROOM_BESIDE_MM, below=ROOM_BELOW_MM)
        return found or sizes[-1]
    if words.form is Form.LETTER and not words.annexes:
        lines = [GEOMETRY._replace(line_pt=line) for line in LETTER_LINES]
        found = _first_of_one_page(words, [GEOMETRY, *lines], beside=0, below=LETTER_BELOW_MM)
        return found or GEOMETRY
    return GEOMETRY


def _first_of_one_page(
    words: Document, tried: Iterable[Geometry], *, beside: float, below: float
) -> Geometry | None:
    for geometry in tried:
        # Word breaks lines a little otherwise: it needs some room in each line, and below.
        closer = geometry._replace(
            bottom_mm=geometry.bottom_mm + below,
            right_mm=geometry.right_mm + beside,
        )
        if _page_count(document_data(words, _chains(), closer)) == 1:
            return geometry
    return None


def _page_count(data: dict[str, Any]) -> int:
    compiler = typst.Compiler(
        TEMPLATES / "document.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
    )
    return int(compiler.query("<pages>", field="value", one=True))


def draw_figure(figure: Figure, *, width_pt: float) -> bytes:
    """A figure's bar as PNG, for Word: the same geometry as everywhere."""
    data = {"figure": laid_out(figure, width_pt), "width_pt": width_pt}
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
    """Our faces and the office's, read once; never the machine's."""
    folders = [FONTS]
    if settings.DOCUMENT_FONTS_DIR:
        folders.append(Path(settings.DOCUMENT_FONTS_DIR))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _chains() -> dict[str, list[str]]:
    """For each use the families that are there, the office's first."""
    there = set(_fonts().families())
    chains = {}
    for use, face in face_set()._asdict().items():
        offices = [name for name in (face.name, *face.stand_ins) if name in there]
        chains[use] = [*offices, OURS[use], *FALLBACKS]
    return chains
