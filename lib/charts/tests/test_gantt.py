"""The geometry of bars and marks over quarters."""

from datetime import date

import pytest

from lib.charts.gantt import (
    WIDTH,
    GanttPoint,
    Lane,
    gantt,
    next_quarter,
    quarter_start,
    window_of,
)

TODAY = date(2026, 11, 23)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("day", "start", "after"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_day_gives_the_start_of_its_quarter_and_the_next(day, start, after):
    assert (quarter_start(day), next_quarter(day)) == (start, after)


def test_the_window_has_a_free_quarter_on_both_sides():
    lane = Lane(
        date(2026, 2, 1), date(2026, 12, 31), (GanttPoint(date(2026, 6, 30), "■", "green", ""),)
    )
    assert window_of([lane], today=TODAY, back=20) == (date(2026, 1, 1), date(2027, 4, 1))
    assert window_of([lane], today=TODAY) == (date(2025, 10, 1), date(2027, 4, 1))
    assert window_of([], today=TODAY, back=4) == (date(2026, 7, 1), date(2027, 4, 1))


def test_a_short_window_leaves_out_old_quarters():
    lane = Lane(date(2018, 11, 30), None, (GanttPoint(date(2019, 12, 31), "■", "green", ""),))
    assert window_of([lane], today=TODAY, back=4)[0] == date(2025, 10, 1)
    assert window_of([lane], today=TODAY)[0] == date(2018, 7, 1)


def test_a_bar_goes_from_its_start_to_its_end():
    [lane] = gantt([Lane(date(2026, 1, 1), date(2026, 7, 2))], today=TODAY, window=YEAR).lanes
    assert lane.bar == (0, round(WIDTH * 182 / 365, 2), False)


@pytest.mark.parametrize("end", [None, date(2027, 1, 1), date(2030, 1, 1)])
def test_a_bar_that_exceeds_the_window_is_cut_off(end):
    [lane] = gantt([Lane(date(2018, 11, 30), end)], today=TODAY, window=YEAR).lanes
    assert lane.bar == (0, WIDTH, True)


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2020, 1, 1), date(2025, 12, 31)), (date(2027, 1, 1), None)],
)
def test_a_lane_outside_the_window_has_no_bar(start, end):
    assert gantt([Lane(start, end)], today=TODAY, window=YEAR).lanes[0].bar is None


def test_an_overdue_bar_is_drawn_until_today():
    end = date(2026, 9, 30)
    [late] = gantt([Lane(YEAR[0], end, is_overrun=True)], today=TODAY, window=YEAR).lanes
    assert late.overrun.x == round(WIDTH * 272 / 365, 2)
    assert late.overrun.width == pytest.approx(WIDTH * 54 / 365, abs=0.01)
    assert gantt([Lane(YEAR[0], end)], today=TODAY, window=YEAR).lanes[0].overrun is None


def test_marks_are_at_their_days_and_point_to_earlier_ones():
    points = (
        GanttPoint(date(2026, 7, 2), "▲", "red", "乙", moved_from=date(2026, 4, 2)),
        GanttPoint(date(2026, 4, 2), "○", "plain", "甲"),
        GanttPoint(date(2025, 4, 2), "■", "green", "过去"),
    )
    [lane] = gantt([Lane(YEAR[0], None, points)], today=TODAY, window=YEAR).lanes
    assert [(m.label, m.is_hollow) for m in lane.marks] == [("甲", True), ("乙", False)]
    assert lane.marks[1].moved_x == lane.marks[0].x
    assert lane.marks[0].moved_x is None
    assert lane.words == "过去；甲；乙"


def test_an_unmoved_mark_has_no_pointer():
    day = date(2026, 4, 2)
    [lane] = gantt(
        [Lane(YEAR[0], None, (GanttPoint(day, "○", "plain", "甲", moved_from=day),))],
        today=TODAY,
        window=YEAR,
    ).lanes
    assert lane.marks[0].moved_x is None


def test_quarters_are_named_if_they_fit_and_years_at_their_start():
    chart = gantt([], today=TODAY, window=(date(2025, 10, 1), date(2027, 4, 1)))
    assert [tick.label for tick in chart.years] == ["2025年", "2026年", "2027年"]
    assert [tick.label for tick in chart.quarters][:2] == ["四季度", "一季度"]
    assert chart.grid.count("M") == 5
    long = gantt([], today=TODAY, window=(date(2018, 10, 1), date(2027, 4, 1)))
    assert long.quarters == []
    assert [tick.label for tick in long.years][:2] == ["2019年", "2020年"]


def test_a_year_is_not_cut_off_or_overlapping_today():
    chart = gantt([], today=TODAY, window=(date(2018, 10, 1), date(2027, 4, 1)))
    years = [tick.label for tick in chart.years]
    assert years[-1] == "2026年"  # 2027年 would be cut off
    near = gantt([], today=date(2027, 1, 5), window=(date(2026, 1, 1), date(2028, 1, 1)))
    assert [tick.label for tick in near.years] == ["2026年"]
