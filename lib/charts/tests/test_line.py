"""The geometry of lines and bullets, with numbers."""

from datetime import date
from decimal import Decimal as D

import pytest

from lib.charts.bullet import bullet
from lib.charts.line import line_chart
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
def test_ticks_are_round_and_hold_both_ends(low, high, words):
    ticks = nice_ticks(D(low), D(high))
    assert " ".join(str(tick) for tick in ticks) == words
    assert ticks[0] <= D(low) <= D(high) <= ticks[-1]


def test_a_scale_leads_from_end_to_end_and_a_point_to_the_middle():
    scale = Scale(D(0), D(10), 100, 0)
    assert [scale.at(D(n)) for n in (0, 5, 10)] == [100, 50, 0]
    assert Scale(D(3), D(3), 0, 100).at(D(3)) == 50


def test_a_line_stands_within_its_frame_and_falls_as_the_value_falls():
    chart = line_chart(
        [[(MARCH, D(60)), (JUNE, D(55)), (SEPTEMBER, D(50))]],
        levels=[(date(2026, 12, 31), D(48))],
        baseline=(date(2025, 12, 31), D(72)),
    )
    assert [place.value for place in chart.places] == [60, 55, 50]
    ys = [place.y for place in chart.places]
    assert ys == sorted(ys)  # further down on paper
    assert chart.base < ys[0] < ys[-1] < chart.levels[0].y
    assert all(chart.left <= place.x <= chart.right for place in chart.places)
    assert chart.levels[0].x_end == chart.right  # its day is the last one
    assert len(chart.runs) == 1
    assert chart.runs[0].startswith(f"{float(chart.left)},{chart.base} ")  # from the baseline
    labels = [tick.label for tick in chart.x_ticks]
    assert (labels[0], labels[-1]) == ("2025-12", "2026-12")


def test_between_runs_the_line_is_broken():
    runs = [[(date(2025, 12, 31), D(400))], [(MARCH, D(90)), (JUNE, D(180))]]
    assert len(line_chart(runs).runs) == 2


def test_a_single_value_stands_in_the_middle_and_a_level_without_a_day_goes_through():
    chart = line_chart([[(JUNE, D(5))]], levels=[(None, D(8))])
    assert chart.places[0].x == (chart.left + chart.right) / 2
    assert chart.levels[0].x_end == chart.right


def test_without_a_value_there_is_no_chart():
    assert line_chart([], levels=[(JUNE, D(5))]) is None


def test_names_of_days_do_not_run_into_each_other():
    points = [(date(2026, 1, day), D(day)) for day in range(1, 29)]
    chart = line_chart([[*points, (date(2026, 12, 31), D(1))]])
    places = [tick.at for tick in chart.x_ticks]
    assert all(b - a > 50 for a, b in zip(places, places[1:], strict=False))


WAYS = [("0", 0.0, False), ("50", 125.0, False), ("100", 250.0, False), ("120", 300.0, False)]


@pytest.mark.parametrize(
    ("share", "filled", "is_clipped"), [*WAYS, ("130", 300.0, True), ("-10", 0.0, True)]
)
def test_a_bullet_is_filled_by_its_share_and_shows_where_it_is_cut(share, filled, is_clipped):
    made = bullet(D(share))
    assert (made.filled, made.target, made.is_clipped) == (filled, 250.0, is_clipped)
