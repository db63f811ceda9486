"""Which rows of a table with joined labels stand on a page together. Pure."""

from lib.official.document import Cell, Table
from lib.official.geometry import GEOMETRY
from lib.official.paging import paged
from lib.official.tests.samples import COLUMNS, ledger

WIDE = GEOMETRY.text_height_mm


def pages(table: Table) -> list[list[list[Cell]]]:
    return paged(table, WIDE, is_on_side=True)  # type: ignore[return-value]


def test_no_row_is_lost_or_told_twice():
    table = ledger(40)
    told = [row[2].text for page in pages(table) for row in page]
    assert told == [f"第{n + 1}个单位" for n in range(40)]


def test_a_page_that_begins_inside_a_label_says_it_anew():
    found = pages(ledger(40, a_measure=5))
    assert len(found) > 3
    for page in found:
        assert page[0][0].joins is False
        assert page[0][1].text.startswith("第")
        assert all(row[0].joins for row in page[1:] if row[0].text == page[0][0].text)


def test_the_first_page_holds_less_under_its_title():
    rows = [[Cell(str(n), False), Cell("措施"), Cell("单位"), Cell("进展")] for n in range(60)]
    rows[1] = [Cell("0", joins=True), *rows[1][1:]]
    first, second, *_ = pages(Table(COLUMNS, rows))
    assert len(first) < len(second)


def test_a_label_higher_than_its_rows_stays_on_one_page():
    tall = "很长的预警原因" * 24  # sixteen lines beside a row of one
    rows = [
        [Cell(str(n), joins=False), Cell(tall, joins=False), Cell("单位"), Cell("进展")]
        for n in range(4)
    ]
    rows.append([Cell("3", joins=True), Cell(tall, joins=True), Cell("单位"), Cell("进展")])
    assert [len(page) for page in pages(Table(COLUMNS, rows))] == [1, 1, 1, 2]


def test_a_row_higher_than_a_page_is_torn_and_others_follow_it():
    rows = [[Cell("1", joins=False), Cell("措施"), Cell("单位"), Cell("长" * 4000)]]
    rows += [[Cell("1", joins=True), Cell("措施"), Cell("单位"), Cell("短")]] * 3
    assert [len(page) for page in pages(Table(COLUMNS, rows))] == [4]


def test_what_joins_nothing_is_one_piece():
    rows = [[Cell(str(n)), Cell("措施"), Cell("单位"), Cell("进展")] for n in range(200)]
    assert len(pages(Table(COLUMNS, rows))) == 1
