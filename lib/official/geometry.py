"""The lengths of an official document, the same for Word and PDF: GB/T 9704-2012.

Lengths from the standard are millimetres (`_mm`), type sizes points (`_pt`); Word also uses twips,
twentieths of a point. The standard requires 22 lines of 28 characters in 156 × 225 mm (5.2.3).
Lines of 28.95 pt and characters 15.79 pt apart give both; the figures were found by measuring the
printed pages.
"""

from typing import NamedTuple


class Geometry(NamedTuple):
    # 5.2.1: A4; 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm
    width_mm: float = 210
    height_mm: float = 297
    top_mm: float = 37
    left_mm: float = 28
    right_mm: float = 26
    bottom_mm: float = 35
    # 5.2.2 and 7.3.3: 3号 body; 7.3.1: 2号 title; 7.4.2 and 7.5: 4号 imprint and page number
    body_pt: float = 16
    title_pt: float = 22
    small_pt: float = 14
    # 5.2.3: 22 lines of 28 characters
    line_pt: float = 28.95
    title_line_pt: float = 28.95
    pitch_pt: float = 15.79
    # Tables: the standard leaves them open; 五号 in lines of 14.5 pt
    table_pt: float = 10.5
    table_line_pt: float = 14.5
    # 7.5: from the lower edge of the 版心 to the dash of the page number
    number_mm: float = 7
    # 7.2.4: from the upper edge of the 版心 to the mark; 7.2.7: from the number to the red line
    mark_mm: float = 35
    red_line_mm: float = 4
    # 10.1, 信函格式: from the paper's upper edge to the mark, from the mark to the double line, the
    # length of both double lines, from the second one to the paper's lower edge
    letter_mark_mm: float = 30
    letter_line_mm: float = 4
    letter_width_mm: float = 170
    letter_foot_mm: float = 20
    # 7.4.1: the outer and the inner lines of 版记
    imprint_line_mm: float = 0.35
    imprint_inner_mm: float = 0.25

    @property
    def text_width_mm(self) -> float:
        return self.width_mm - self.left_mm - self.right_mm


GEOMETRY = Geometry()
# A brief must fit on one page: margins of 22 mm, and the largest type with which it does. Type size
# and line in points: 3号, 小三, 4号, 小四, and 五号 for a brief that people made longer by hand.
_BRIEF = GEOMETRY._replace(top_mm=22, left_mm=22, right_mm=22, bottom_mm=22, title_line_pt=32)
_BRIEF_SIZES = (
    *((16, 28), (15, 26), (14, 24), (14, 21), (14, 20)),
    *((12, 20), (12, 17.5), (12, 16), (10.5, 16), (10.5, 14.5)),
)
BRIEF_GEOMETRIES = tuple(
    _BRIEF._replace(body_pt=size, line_pt=line, pitch_pt=size) for size, line in _BRIEF_SIZES
)
# 特定情况可以作适当调整 (5.2.3): lines in points for a letter that is a little longer than a page.
LETTER_LINES = (27, 26, 25, 24, 23, 22, 21, 20)
# 7.2.4 leaves the size of 发文机关标志 to the office; these are the usual largest ones.
MARK_MOST_PT = 62
LETTER_MARK_MOST_PT = 42
POINTS_PER_MM = 72 / 25.4


def twips(millimetres: float) -> int:
    """Convert millimetres to twentieths of a point."""
    return round(millimetres * POINTS_PER_MM * 20)


def mark_size(mark: str, *, is_letter: bool) -> float:
    """Return the type size of 发文机关标志 in points: the largest usual one that fits the 版心."""
    widest = GEOMETRY.text_width_mm * POINTS_PER_MM / max(len(mark), 1)
    return round(min(LETTER_MARK_MOST_PT if is_letter else MARK_MOST_PT, widest * 0.96), 1)
