"""The geometry of bars by row, small lines and steps."""

from datetime import date
from decimal import Decimal

import pytest

from lib.charts.bars import BAR, GAP, LABEL, WIDTH, bars
from lib.charts.spark import spark
from lib.charts.stacked import StackedPart
from lib.charts.steps import HeldValue, step_line

PARTS = [StackedPart("a", "正常", "green", "■"), StackedPart("b", "滞后", "red", "▲")]


def test_bars_stand_one_below_the_other_and_each_fills_its_width():
    chart = bars([("一", {"a": 3, "b": 1}, PARTS), ("二", {"a": 0, "b": 2}, PARTS)])
    assert [row.y for row in chart.rows] == [0, BAR + GAP]
    assert chart.height == 2 * BAR + GAP
    first, second = chart.rows
    assert [part.x for part in first.parts] == [LABEL, LABEL + 0.75 * (WIDTH - LABEL)]
    assert sum(part.segment.width for part in first.parts) == WIDTH - LABEL
    assert [part.segment.label for part in second.parts] == ["滞后"]  # nothing is drawn of 0


def test_a_part_says_as_much_as_fits():
    chart = bars([("一", {"a": 30, "b": 2}, PARTS), ("二", {"a": 99, "b": 1}, PARTS)])
    assert [part.words for part in chart.rows[0].parts] == ["■ 正常 30", "2"]
    assert [part.words for part in bars([("", {"a": 7, "b": 1}, PARTS)]).rows[0].parts] == [
        "■ 正常 7",
        "▲ 1",
    ]
    assert [part.words for part in chart.rows[1].parts] == ["■ 正常 99", ""]


def test_no_rows_and_rows_of_nothing_draw_nothing():
    assert bars([]).height == 0
    assert bars([("一", {}, PARTS)]).rows[0].parts == []


def test_a_small_line_is_broken_where_a_period_has_no_value():
    values = [Decimal(0), Decimal(50), None, Decimal(100)]
    found = spark(values, ["一", "二", "三", "四"])
    assert len(found.runs) == 1  # a single value is a dot, no line
    assert [dot.x for dot in found.dots] == [14, 78, 206]
    assert [dot.y for dot in found.dots] == [64, 40, 16]
    assert found.last.name == "四"


def test_a_single_value_stands_in_the_middle_and_none_is_no_dot():
    assert spark([Decimal(40)], ["一"]).dots[0].x == 110
    assert spark([], []).last is None
    assert spark([None], ["一"]).dots == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["一"], []),
        (["一", "二"], [(0, "一", ""), (220, "二", "end")]),
        (["一", "二", "三"], [(0, "一", ""), (110, "二", "middle"), (220, "三", "end")]),
        (["一", "二", "三", "四"], [(0, "一", ""), (220, "四", "end")]),
    ],
)
def test_periods_are_named_under_the_line_as_far_as_there_is_room(names, expected):
    found = spark([Decimal(1)] * len(names), names)
    assert found.names == expected
    assert found.is_line is (len(names) > 1)


def test_a_value_holds_until_the_next_one():
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
