"""GB/T 9704-2012 on paper: our PDF, and the Word file as LibreOffice prints it, measured alike.

Asserted is what the standard says for sure; lengths are taken from the printed ink.
"""

from itertools import pairwise

import pytest
from pdfplumber.page import Page

from lib.official.document import NOTES_HEADING, Table
from lib.official.tests.reading import (
    POINTS_A_MM,
    dash_top,
    faces_of,
    ink,
    is_on_side,
    lines_of,
    number_words,
    squeezed,
)
from lib.official.tests.samples import DOCUMENTS, SOLID

MAKERS = ["our_pages", pytest.param("office_pages", marks=pytest.mark.office)]
PAPER = (210, 297)
TEXT_BOTTOM = 262  # 37 + 225


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest) -> dict[str, list[Page]]:
    """The pages of every sample, by each of the two ways."""
    return request.getfixturevalue(request.param)


def upright(pages: list[Page]) -> list[Page]:
    return [page for page in pages if not is_on_side(page)]


def solid_lines(page: Page) -> list[list[dict]]:
    """Lines of ideographs alone."""
    lines = lines_of(page)
    return [line for line in lines if {char["text"] for char in line} <= set(SOLID)]


def test_every_page_is_a4(made):
    for pages in made.values():
        for page in pages:
            sides = sorted((page.width / POINTS_A_MM, page.height / POINTS_A_MM))
            assert sides == pytest.approx(PAPER, abs=0.2)


def test_a_full_page_has_22_lines_of_28_characters(made):
    counts = [len(lines_of(page)) for page in upright(made["plain"])]
    assert 22 in counts
    assert max(counts) == 22
    full = [line for page in upright(made["plain"]) for line in solid_lines(page)[1:-1]]
    whole = [line for line in full if len(line) >= 26]
    assert len(whole) > 30
    assert {len(line) for line in whole} <= {26, 28}  # 26 after 左空二字
    assert sum(len(line) == 28 for line in whole) > 25


def test_every_character_has_its_own_square(made):
    """No punctuation is closed up, in a row or at the edge of a line (5.2.3)."""
    lines = [line for page in upright(made["plain"]) for line in lines_of(page)]
    signed = [line for line in lines if {"《", "〔"} & {char["text"] for char in line}]
    assert len(signed) >= 8
    edges = {line[end]["text"] for line in signed for end in (0, -1)}
    assert edges & set("“（《〔")
    assert edges & set("”）》〕，。、")
    for line in signed:
        edge = line[0]["x0"] / POINTS_A_MM
        assert edge == pytest.approx(28, abs=0.3) or edge == pytest.approx(28 + 11.14, abs=0.3)
        for one, other in pairwise(line):
            if not one["text"].isascii() and not other["text"].isascii():
                assert other["x0"] - one["x0"] >= 15.7, "".join(char["text"] for char in line)


def test_the_text_area_is_156_by_225_millimetres(made):
    for page in upright(made["plain"]):
        for line in solid_lines(page):
            if len(line) == 28:
                assert line[0]["x0"] / POINTS_A_MM == pytest.approx(28, abs=1)
                assert line[-1]["x1"] / POINTS_A_MM == pytest.approx(184, abs=1)
        left, top, right, bottom = ink(page, (20, 30, 200, 263))
        assert left >= 27
        assert top >= 36
        assert right <= 185
        assert bottom <= TEXT_BOTTOM + 0.5


def test_the_last_line_of_a_full_page_fills_the_block(made):
    page = next(p for p in upright(made["plain"]) if len(lines_of(p)) == 22)
    assert ink(page, (20, 240, 200, 264))[3] == pytest.approx(TEXT_BOTTOM, abs=3.5)


def test_the_page_numbers_dash_is_7_millimetres_below_the_text(made):
    for name, bottom in (("plain", 262), ("official", 262), ("brief", 297 - 22)):
        for page in filter(number_words, upright(made[name])):
            assert dash_top(page) - bottom == pytest.approx(7.0, abs=0.5)


def test_odd_numbers_are_right_and_even_ones_left_one_character_in(made):
    for number, page in enumerate(upright(made["plain"])[:4], start=1):
        dashes = [char for char in page.chars if char["text"] == "—"]
        if number % 2:
            assert dashes[-1]["x1"] / POINTS_A_MM == pytest.approx(184 - 4.94, abs=0.5)
        else:
            assert dashes[0]["x0"] / POINTS_A_MM == pytest.approx(28 + 4.94, abs=0.5)


# The first page of a letter, a page with 版记 alone, a page of notes that is taken out.
UNNUMBERED = {"letter": [1], "official": [-1], "upward": [-1], "draft": [-1]}


def test_all_pages_are_numbered_except_those_that_must_not_be(made):
    for name, pages in made.items():
        bare = [number % (len(pages) + 1) for number in UNNUMBERED.get(name, [])]
        for number, page in enumerate(pages, start=1):
            words = number_words(page)
            assert words == ("" if number in bare else f"—{number}—"), (name, number)


def test_a_landscape_page_has_its_number_where_portrait_ones_have_it(made):
    for number, page in enumerate(made["plain"], start=1):
        if not is_on_side(page):
            continue
        dashes = [char for char in page.chars if char["text"] == "—"]
        right = max(char["x1"] for char in dashes) / POINTS_A_MM
        assert right < 35
        # Turned, the paper's left edge is below and the upper edge at the left.
        if number % 2:
            last = max(char["bottom"] for char in dashes) / POINTS_A_MM
            assert last == pytest.approx(28 + 156 - 4.94, abs=0.6)
        else:
            first = min(char["top"] for char in dashes) / POINTS_A_MM
            assert first == pytest.approx(28 + 4.94, abs=0.6)


def test_annexes_are_landscape_and_repeat_their_head(made):
    sides = [page for page in made["plain"] if is_on_side(page)]
    assert len(sides) >= 3
    tables = [page.extract_tables()[0] for page in sides if page.extract_tables()]
    assert len(tables) >= 2
    for table in tables:
        assert table[0] == ["序号", "措施", "单位", "进展情况"]


def rows_on_side(pages: list[Page]) -> list[list[str]]:
    """The rows of all tables on pages on their side, without the heads."""
    tables = [table for page in pages if is_on_side(page) for table in page.extract_tables()]
    return [[squeezed(cell or "") for cell in row] for table in tables for row in table[1:]]


def texts_of(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [[squeezed(cell.text) for cell in row] for row in table.rows]


def test_rows_of_an_annex_are_not_split_and_name_their_measure(made):
    """Whatever page it stands on: no label is left behind on the page before."""
    assert len([page for page in made["plain"] if is_on_side(page)]) >= 4
    assert rows_on_side(made["plain"]) == texts_of(DOCUMENTS["plain"].annexes[0].table)


def test_a_row_higher_than_a_page_continues_on_the_next_completely(made):
    said = texts_of(DOCUMENTS["long_row"].annexes[0].table)
    found = rows_on_side(made["long_row"])
    whole = [row for row in found if row[0]]
    assert [row[:3] for row in whole] == [row[:3] for row in said]
    assert len(found) - len(whole) >= 2
    assert "".join(row[3] for row in found) == "".join(row[3] for row in said)
    assert [row for row in whole if row[2] != said[4][2]] == [*said[:4], *said[5:]]


@pytest.mark.parametrize("name", ["official", "upward"])
def test_the_mark_begins_35_millimetres_below_the_edge_of_the_text(made, name):
    top = ink(made[name][0], (0, 40, 210, 100), red=True)[1]
    assert top == pytest.approx(37 + 35, abs=1)


@pytest.mark.parametrize("name", ["official", "upward"])
def test_the_red_line_is_4_mm_below_the_number_and_as_wide_as_the_text(made, name):
    page = made[name][0]
    left, top, right, _ = ink(page, (0, 95, 210, 135), red=True)
    number = ink(page, (30, 100, 182, top - 0.5))
    assert top - number[3] == pytest.approx(4, abs=0.3)
    assert (left, right) == pytest.approx((28, 184), abs=1)


@pytest.mark.parametrize("name", ["upward", "draft"])
def test_a_document_to_a_superior_names_its_signer_in_kai_at_the_right(made, name):
    line = next(line for line in lines_of(made[name][0]) if "签" in {c["text"] for c in line})
    assert "".join(char["text"] for char in line) == "渝商务文〔2026〕3号签发人：李四"
    one = 15.79 / POINTS_A_MM  # 左空一字, 右空一字 (7.2.5, 7.2.6)
    assert line[0]["x0"] / POINTS_A_MM == pytest.approx(28 + one, abs=0.5)
    assert line[-1]["x1"] / POINTS_A_MM == pytest.approx(184 - one, abs=0.5)
    faces = [char["fontname"].split("+")[-1] for char in line]
    assert set(faces[:-2]) == {"GongwenFang"}
    assert set(faces[-2:]) == {"GongwenKai"}


def test_the_first_page_contains_some_text(made):
    for pages in made.values():
        assert "一、" in pages[0].extract_text()


def test_a_letter_has_its_mark_at_30_and_double_lines_of_170_millimetres(made):
    page = made["letter"][0]
    left, top, right, first = ink(page, (0, 20, 210, 60), red=True)
    assert top == pytest.approx(30, abs=1)
    assert right - left == pytest.approx(170, abs=1)
    assert (left + right) / 2 == pytest.approx(105, abs=1)
    last = ink(page, (0, 265, 210, 290), red=True)
    assert last[3] == pytest.approx(297 - 20, abs=1)
    number = ink(page, (100, first + 0.3, 190, first + 12))
    assert number[2] == pytest.approx(184, abs=1)


@pytest.mark.parametrize("name", ["official", "upward", "draft"])
def test_the_imprints_last_line_is_at_the_edge_of_an_even_page(made, name):
    number = next(
        number
        for number, page in enumerate(made[name], start=1)
        if "2026年11月3日印发" in squeezed(page.extract_text())
    )
    assert number % 2 == 0
    assert number == len(made[name]) - (name == "draft")
    left, _, right, bottom = ink(made[name][number - 1], (20, 230, 200, 264))
    assert bottom == pytest.approx(TEXT_BOTTOM, abs=0.6)
    assert (left, right) == pytest.approx((28, 184), abs=0.6)


def test_a_draft_ends_with_the_editor_notes_on_their_own_page(made):
    lines = ["".join(char["text"] for char in line) for line in lines_of(made["draft"][-1])]
    assert lines[0] == NOTES_HEADING
    assert "".join(lines[1:]) == "".join(
        f"{n}.{note}" for n, note in enumerate(DOCUMENTS["draft"].editor_notes, start=1)
    )


@pytest.mark.office
@pytest.mark.parametrize("name", DOCUMENTS)
def test_word_and_pdf_differ_by_at_most_one_page(our_pages, office_pages, name):
    assert abs(len(our_pages[name]) - len(office_pages[name])) <= 1


def test_no_page_bears_a_signature_alone(made):
    for name in ("plain", "official", "letter"):
        page = next(
            page
            for page in made[name]
            if "2026年11月3日" in page.extract_text().replace(" ", "").split("\n")
        )
        first = "".join(char["text"] for char in lines_of(page)[0])
        assert not first.startswith(("附件", "2.", "重庆市商务委员会", "2026年"))


def test_no_heading_is_the_last_line_of_a_page(made):
    headings = {"一、总体进展情况", "二、分项进展情况", "（一）优化进口结构", "三、报送情况"}
    for pages in made.values():
        for page in upright(pages):
            lines = ["".join(char["text"] for char in line) for line in lines_of(page)]
            assert not lines or lines[-1] not in headings


def test_only_our_fonts_are_used(made):
    """None of the machine's: a face that is missing must not be replaced unseen."""
    ours = {"GongwenFang", "GongwenSong", "GongwenBiaosong", "GongwenHei", "GongwenKai"}
    for name, pages in made.items():
        assert faces_of(pages) == ours, name


def test_a_brief_fits_one_page_in_the_largest_possible_type(made):
    for name in ("brief", "long_brief"):
        assert len(made[name]) == 1
    sizes = {name: max_size(made[name][0]) for name in ("brief", "long_brief")}
    assert sizes["brief"] == pytest.approx(16, abs=0.1)
    assert 10.4 <= sizes["long_brief"] < 13


def max_size(page: Page) -> float:
    """The type of the text: of most characters."""
    sizes = [round(char["size"], 1) for char in page.chars]
    return max(set(sizes), key=sizes.count)


def test_every_form_is_measured(made):
    assert set(made) == set(DOCUMENTS)
