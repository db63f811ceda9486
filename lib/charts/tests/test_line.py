"""The geometry of lines, with numbers."""

from datetime import date
from decimal import Decimal as D

import pytest

from lib.charts.line import Target, line_chart
from lib.charts.scale import Scale, nice_ticks

MARCH, JUNE, SEPTEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)

TICKS = [
    ("48", "72", "40 50 60 70 80"),
    ("0", "1", "0 0.5 1"),
    ("0", "100", "0 50 100"),
    ("-5", "5", "-5 0 5"),
    ("5", "5", "4.5 5 5.5"),
    ("0", "0", "-1 -0.5 0 0.5 1"),
    ("0.012", "0.018", "0.012 0.014 0.016 0.018"),
]


@pytest.mark.parametrize(("low", "high", "words"), TICKS)
def test_ticks_are_round_and_include_both_ends(low, high, words):
    ticks = nice_ticks(D(low), D(high))
    assert " ".join(str(tick) for tick in ticks) == words
    assert ticks[0] <= D(low) <= D(high) <= ticks[-1]


def test_a_scale_maps_ends_to_ends_and_one_value_to_the_middle():
    scale = Scale(D(0), D(10), 100, 0)
    assert [scale.at(D(n)) for n in (0, 5, 10)] == [100, 50, 0]
    assert Scale(D(3), D(3), 0, 100).at(D(3)) == 50


def target(value, *, is_up=False, on=date(2026, 12, 31)):
    return Target(D(value), on, is_up, f"目标{value}")


FALLING = [[(date(2025, 12, 31), D(72)), (MARCH, D(60)), (JUNE, D(55)), (SEPTEMBER, D(50))]]


def test_a_line_is_inside_its_frame_and_falls_with_the_value():
    chart = line_chart(FALLING, decimals=1, target=target(48))
    assert [place.words for place in chart.places] == ["72.0", "60.0", "55.0", "50.0"]
    ys = [place.y for place in chart.places]
    assert ys == sorted(ys)  # further down on paper
    assert ys[-1] < chart.goal.y < chart.bottom
    assert all(chart.left < place.x < chart.right for place in chart.places)
    assert len(chart.runs) == 1
    assert chart.runs[0].split()[-1] == f"{chart.places[-1].x},{ys[-1]}"  # and goes no further
    labels = [tick.label for tick in chart.x_ticks]
    assert labels == ["2025年末", "3月", "6月", "9月", "12月"]


def test_the_side_on_which_the_target_is_reached_is_a_band():
    below = line_chart(FALLING, target=target(48)).goal
    assert (below.top, below.top + below.height) == (below.y, 112)
    above = line_chart([[(MARCH, D(3)), (JUNE, D(5))]], target=target(8, is_up=True)).goal
    assert above.top + above.height == above.y
    assert above.top < above.label.y < above.y < above.y + 90


def test_the_targets_text_does_not_overlap_points():
    free = line_chart([[(MARCH, D(3)), (JUNE, D(5))]], target=target(8, is_up=True))
    assert free.goal.label.anchor == "end"
    crowded = line_chart(
        [[(MARCH, D(3)), (SEPTEMBER, D("7.8"))]], target=target(8, is_up=True, on=SEPTEMBER)
    )
    assert crowded.goal.label.anchor == "start"


@pytest.mark.parametrize(
    ("values", "from_zero", "cut_at"),
    [
        (("72", "50"), False, "40"),  # pressed together above 0: cut, and marked
        (("72", "50"), True, ""),
        (("7", "2"), False, ""),
        (("5", "5"), False, ""),
        (("-3", "5"), False, ""),
    ],
)
def test_an_axis_that_does_not_begin_at_zero_is_marked(values, from_zero, cut_at):
    first, second = values
    chart = line_chart([[(MARCH, D(first)), (JUNE, D(second))]], from_zero=from_zero)
    assert chart.cut_at == cut_at
    assert chart.y_ticks[0].at == chart.bottom


def test_after_the_newest_value_only_the_gap_is_drawn():
    chart = line_chart([[(MARCH, D(3)), (JUNE, D(5))]], silent_until=date(2026, 11, 29))
    newest = chart.places[-1]
    assert (chart.silence.x0, chart.silence.y) == (newest.x, newest.y)
    assert chart.silence.x1 > newest.x
    assert chart.silence.label.words == "152天无数据"
    assert line_chart(FALLING).silence is None


def test_values_are_written_at_points_if_they_fit():
    chart = line_chart(FALLING)
    assert [place.label.words for place in chart.places] == ["72", "60", "55", "50"]
    assert [place.is_newest for place in chart.places] == [False, False, False, True]
    days = [date(2026, 1, day) for day in range(1, 29)]
    dense = line_chart([[(day, D(day.day)) for day in days]])
    written = [place for place in dense.places if place.label]
    assert written[-1].on == days[-1]
    assert 3 < len(written) < len(days)
    gaps = zip(written, written[1:], strict=False)
    assert all(after.x - before.x >= 32 for before, after in gaps)


@pytest.mark.parametrize(
    ("before", "after", "anchor", "is_below"),
    [
        (5, 9, "end", False),  # the line goes on steeply upwards
        (9, 4, "start", False),  # it came steeply down
        (9, 9, "middle", True),
        (1, 1, "middle", False),
    ],
)
def test_the_text_of_a_point_does_not_overlap_a_steep_line(before, after, anchor, is_below):
    days = (MARCH, date(2026, 5, 15), JUNE)
    points = list(zip(days, (D(before), D(4), D(after)), strict=True))
    window = (date(2026, 3, 1), date(2026, 9, 1))
    place = line_chart([points], from_zero=True, window=window).places[1]
    assert (place.label.anchor, place.label.y > place.y) == (anchor, is_below)


def test_the_line_is_broken_between_runs():
    runs = [[(date(2025, 12, 31), D(400))], [(MARCH, D(90)), (JUNE, D(180))]]
    assert len(line_chart(runs).runs) == 2


def test_a_single_value_is_at_the_edge_and_the_target_spans_the_chart():
    chart = line_chart([[(JUNE, D(5))]], target=target(8, on=None), levels=[D(9)])
    assert chart.left < chart.places[0].x < chart.right
    assert chart.goal.y > chart.levels[0] > 22


def test_without_a_value_there_is_no_chart():
    assert line_chart([], target=target(5)) is None


def test_charts_of_a_page_have_the_same_window():
    window = (date(2025, 12, 31), date(2026, 12, 31))
    charts = [line_chart([[(day, D(5))]], window=window) for day in (MARCH, SEPTEMBER)]
    assert charts[0].x_ticks == charts[1].x_ticks
    assert charts[0].places[0].x < charts[1].places[0].x


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (MARCH, date(2026, 12, 31), "3月 6月 9月 12月"),
        (date(2023, 5, 1), SEPTEMBER, "2023年末 2024年末 2025年末"),
        (date(2010, 5, 1), SEPTEMBER, "2013年末 2017年末 2021年末 2025年末"),
        (date(2026, 4, 2), date(2026, 5, 3), "04-02 05-03"),
        (date(2026, 4, 2), date(2026, 4, 2), "04-02"),
    ],
)
def test_days_are_labelled_by_quarter_year_or_at_both_ends(first, last, words):
    chart = line_chart([[(first, D(1)), (last, D(2))]])
    assert " ".join(tick.label for tick in chart.x_ticks) == words
    places = [tick.at for tick in chart.x_ticks]
    assert all(b - a > 30 for a, b in zip(places, places[1:], strict=False))
