"""The geometry of bars by row and of steps."""

from datetime import date
from decimal import Decimal

from lib.charts.bars import BAR, GAP, LABEL, WIDTH, StackedPart, bars
from lib.charts.steps import HeldValue, step_line

PARTS = [StackedPart("a", "正常", "green", "■"), StackedPart("b", "滞后", "red", "▲")]


def test_bars_are_below_each_other_and_fill_the_width():
    chart = bars([("一", {"a": 3, "b": 1}, PARTS), ("二", {"a": 0, "b": 2}, PARTS)])
    assert [row.y for row in chart.rows] == [0, BAR + GAP]
    assert chart.height == 2 * BAR + GAP
    first, second = chart.rows
    assert [part.x for part in first.parts] == [LABEL, LABEL + 0.75 * (WIDTH - LABEL)]
    assert sum(part.segment.width for part in first.parts) == WIDTH - LABEL
    assert [part.segment.label for part in second.parts] == ["滞后"]  # nothing is drawn of 0


def test_a_part_shows_as_much_text_as_fits():
    chart = bars([("一", {"a": 30, "b": 2}, PARTS), ("二", {"a": 99, "b": 1}, PARTS)])
    assert [part.words for part in chart.rows[0].parts] == ["■ 正常 30", "2"]
    assert [part.words for part in bars([("", {"a": 7, "b": 1}, PARTS)]).rows[0].parts] == [
        "■ 正常 7",
        "▲ 1",
    ]
    assert [part.words for part in chart.rows[1].parts] == ["■ 正常 99", ""]


def test_empty_rows_draw_nothing():
    assert bars([]).height == 0
    assert bars([("一", {}, PARTS)]).rows[0].parts == []


def test_a_value_lasts_until_the_next_one():
    levels = [(Decimal(0), "0%"), (Decimal(100), "100%")]
    held = [
        HeldValue(date(2026, 1, 1), Decimal(0), "起"),
        HeldValue(date(2026, 1, 6), Decimal(50), "中"),
        HeldValue(date(2026, 1, 11), Decimal(100), "末"),
    ]
    chart = step_line(held, levels, until=date(2026, 1, 21))
    assert chart.path == "M72.0 108.0H160.5V60.0H249.0V12.0H426.0"
    assert [tick.label for tick in chart.x_ticks] == ["2026-01-01", "2026-01-21"]


def test_one_value_of_today_is_a_dot_and_none_is_no_chart():
    levels = [(Decimal(0), "0%"), (Decimal(100), "100%")]
    day = date(2026, 1, 1)
    chart = step_line([HeldValue(day, Decimal(10), "起")], levels, until=day)
    assert [tick.label for tick in chart.x_ticks] == ["2026-01-01"]
    assert step_line([], levels, until=day) is None
