"""The measures of an official document, the same for Word and PDF: GB/T 9704-2012.

Millimetres where the standard gives them, points where type is concerned. The standard asks for 22
lines of 28 characters in 156 × 225 mm; a line of 28.95 pt and a pitch of 15.79 pt give both
(measured).
"""

from typing import NamedTuple


class Geometry(NamedTuple):
    """One set of measures; `_mm` and `_pt` say in what."""

    # 5.2.1: 天头 37, 订口 28, 版心 156 × 225
    width_mm: float = 210
    height_mm: float = 297
    top_mm: float = 37
    left_mm: float = 28
    right_mm: float = 26
    bottom_mm: float = 35
    # 5.2.2 and 5.2.3: 3号 body, 2号 title, 4号 page number and 版记
    body_pt: float = 16
    title_pt: float = 22
    small_pt: float = 14
    line_pt: float = 28.95
    title_line_pt: float = 28.95
    pitch_pt: float = 15.79
    # 表格: 五号
    table_pt: float = 10.5
    table_line_pt: float = 14.5
    # 7.5: the dash stands 7 mm below the 版心
    number_mm: float = 7
    # 7.2.4 and 7.2.7: the mark's upper edge below the 版心's, the red line below the number
    mark_mm: float = 35
    red_line_mm: float = 4
    # 10.1: 信函格式
    letter_mark_mm: float = 30
    letter_line_mm: float = 4
    letter_width_mm: float = 170
    letter_foot_mm: float = 20
    # 7.4.1: 版记分隔线
    imprint_line_mm: float = 0.35
    imprint_inner_mm: float = 0.25

    @property
    def text_width_mm(self) -> float:
        """版心 across."""
        return self.width_mm - self.left_mm - self.right_mm

    @property
    def text_height_mm(self) -> float:
        """版心 down."""
        return self.height_mm - self.top_mm - self.bottom_mm


GEOMETRY = Geometry()
# A brief is one page for one reader: margins of 22 mm, and the largest of these with which it is
# one (points of type and of a line): 3号, 小三, 4号, 小四. Only what people wrote into it by hand
# can make it longer than that, and then smaller: 五号.
BRIEF = GEOMETRY._replace(top_mm=22, left_mm=22, right_mm=22, bottom_mm=22)
BRIEF_SIZES = (
    *((16, 28), (15, 26), (14, 24), (14, 21), (14, 20)),
    *((12, 20), (12, 17.5), (12, 16), (10.5, 16), (10.5, 14.5)),
)
# 特定情况可作适当调整 (5.2.2): points of a line of a letter that is a little longer than a page.
LETTER_LINES = (27, 26, 25, 24, 23)
MARK_MOST_PT = 62  # 发文机关标志: the office chooses; this is what is usual
LETTER_MARK_MOST_PT = 42
POINTS_A_MM = 72 / 25.4
TWIPS_A_MM = 20 * POINTS_A_MM


def brief_geometry(size: float, line: float) -> Geometry:
    """A brief's measures with type of a size, on no grid of characters."""
    return BRIEF._replace(body_pt=size, line_pt=line, pitch_pt=size, title_line_pt=32)


def twips(millimetres: float) -> int:
    """Twentieths of a point, as Word counts."""
    return round(millimetres * POINTS_A_MM * 20)


def mark_size(mark: str, *, is_letter: bool) -> float:
    """Points of 发文机关标志: as large as is usual, or as the 版心 is wide."""
    widest = GEOMETRY.text_width_mm * POINTS_A_MM / max(len(mark), 1)
    return round(min(LETTER_MARK_MOST_PT if is_letter else MARK_MOST_PT, widest * 0.96), 1)
