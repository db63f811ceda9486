"""What a written file says and where it says it, read back from the file alone."""

import re
from collections import defaultdict
from io import BytesIO
from typing import Any

import pdfplumber
from docx import Document as open_docx
from docx.oxml.ns import qn
from pdfplumber.page import Page
from PIL import ImageChops
from PIL.Image import Image
from pypdfium2 import PdfDocument

POINTS_A_MM = 72 / 25.4
DOTS_A_INCH = 300
_BLANK = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """Without blanks: where a line breaks is not what a text says."""
    return _BLANK.sub("", text)


def docx_text(content: bytes) -> str:
    """All text outside tables, in order."""
    body = open_docx(BytesIO(content)).element.body
    return squeezed("".join(_words(child) for child in body if not _is_table(child)))


def docx_cells(content: bytes) -> list[str]:
    """The text of every cell that has any, headings left out."""
    cells = []
    tables = filter(_is_table, open_docx(BytesIO(content)).element.body)
    for row in (row for table in tables for row in table.iter(qn("w:tr"))):
        if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None:
            cells += [_words(cell) for cell in row.iter(qn("w:tc"))]
    return sorted(filter(None, map(squeezed, cells)))


def _is_table(element: Any) -> bool:
    """Not 版记 nor a row of figures, which are tables for Word and not to the eye."""
    return element.tag == qn("w:tbl") and element.find(f".//{qn('w:tblHeader')}") is not None


def _words(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def pages_of(content: bytes) -> list[Page]:
    """The pages of a PDF."""
    return pdfplumber.open(BytesIO(content)).pages


def is_on_side(page: Page) -> bool:
    """Whether it is wider than high."""
    return page.width > page.height


def text_block(page: Page) -> Page:
    """The page without its head and its number: what stands in the 版心 or above it."""
    width, height = float(page.width), float(page.height)
    if is_on_side(page):
        return page.crop((34.9 * POINTS_A_MM, 27 * POINTS_A_MM, width, height))
    is_closer = any(char["top"] > 275 * POINTS_A_MM for char in page.chars)  # a brief's number
    foot = 275.5 if is_closer else 262.5
    return page.crop((0, 24 * POINTS_A_MM, width, foot * POINTS_A_MM))


def pdf_text(pages: list[Page]) -> str:
    """All text outside tables, in the order of the file."""
    return squeezed("".join(_outside_tables(text_block(page)) for page in pages))


def _outside_tables(page: Page) -> str:
    boxes = [table.bbox for table in page.find_tables()]
    return "".join(
        char["text"]
        for char in page.chars
        if not any(
            left <= char["x0"] <= right and top - 1 <= char["top"] <= bottom
            for left, top, right, bottom in boxes
        )
    )


def pdf_cells(pages: list[Page], headings: set[str]) -> list[str]:
    """The text of every cell that has any, headings left out."""
    found = []
    for page in pages:
        for table in text_block(page).extract_tables():
            found += [squeezed(cell or "") for row in table for cell in row]
    return sorted(cell for cell in found if cell and cell not in headings)


def lines_of(page: Page, *, size: float = 16) -> list[list[dict[str, Any]]]:
    """The characters of each line of one size, from the top."""
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for char in text_block(page).chars:
        if abs(char["size"] - size) < 0.3 and char["text"].strip():
            lines[round(char["bottom"])].append(char)
    return [lines[place] for place in sorted(lines)]


def dash_top(page: Page) -> float:
    """Millimetres from the paper's upper edge to the first dash of the page number."""
    dash = next(char for char in reversed(page.chars) if char["text"] == "—")
    left, right = dash["x0"] / POINTS_A_MM, dash["x1"] / POINTS_A_MM
    foot = float(text_block(page).bbox[3]) / POINTS_A_MM
    found = ink(page, (left, foot, right, foot + 12))
    assert found is not None
    return found[1]


def number_words(page: Page) -> str:
    """What stands where the page number does."""
    if is_on_side(page):
        chars = [char for char in page.chars if char["x1"] < 34.9 * POINTS_A_MM]
    else:
        foot = float(text_block(page).bbox[3])
        chars = [char for char in page.chars if char["top"] > foot]
    return squeezed("".join(char["text"] for char in chars))


def faces_of(pages: list[Page]) -> set[str]:
    """The names of all faces that draw a character, without the mark of a subset."""
    return {char["fontname"].split("+")[-1] for page in pages for char in page.chars}


def ink(
    page: Page, box: tuple[float, float, float, float], *, red: bool = False
) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of what is printed within a box; all in millimetres."""
    dots = DOTS_A_INCH / 25.4
    part = _printed(page, box)
    printed = part.getchannel("G").point(lambda value: 255 * (value < 150))
    if red:
        is_red = part.getchannel("R").point(lambda value: 255 * (value > 200))
        printed = ImageChops.multiply(printed, is_red)
    found = printed.getbbox()
    if found is None:
        return None
    left, top = box[0], box[1]
    right, bottom = left + found[2] / dots, top + found[3] / dots
    return left + found[0] / dots, top + found[1] / dots, right, bottom


def _printed(page: Page, box: tuple[float, float, float, float]) -> Image:
    """What is printed within the box alone: drawing a whole page takes ten times as long."""
    left, top, right, bottom = (side * POINTS_A_MM for side in box)
    crop = (left, float(page.height) - bottom, float(page.width) - right, top)
    with PdfDocument(page.pdf.stream) as document:
        drawn = document[page.page_number - 1].render(
            scale=DOTS_A_INCH / 72,
            crop=crop,
            no_smoothtext=True,
            no_smoothpath=True,
            no_smoothimage=True,
        )
        return drawn.to_pil().convert("RGB")
