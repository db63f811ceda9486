"""What should be one page is: a letter closes up its lines a little before it takes a second."""

from lib.official.document import Document, Part
from lib.official.geometry import GEOMETRY, LETTER_LINES
from lib.official.pdf import geometry_for
from lib.official.tests.samples import LETTER

LINE = "请你单位尽快补报，确有困难的书面说明原因。"


def letter(lines: int) -> Document:
    part = Part("一、有关要求", (LINE,) * lines)
    return LETTER._replace(parts=(part,), annexes=(), imprint=None)


def test_only_a_letter_a_little_too_long_gets_closer_lines() -> None:
    found = [geometry_for(letter(lines)) for lines in (*range(9), 30)]
    lines = [one.line_pt for one in found]
    assert lines[0] == lines[-1] == GEOMETRY.line_pt
    closer = [line for line in lines if line != GEOMETRY.line_pt]
    assert closer == sorted(closer, reverse=True)
    assert closer
    assert set(closer) <= set(LETTER_LINES)
    assert {one.body_pt for one in found} == {GEOMETRY.body_pt}
