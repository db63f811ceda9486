"""The state of an indicator: tables of cases with their boundaries."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from measures.choices import Direction, IndicatorState
from measures.rules.attainment import (
    DatedValue,
    Gauge,
    Goal,
    attainment_of,
    goal_on,
    goal_value,
    shown,
)
from measures.rules.thresholds import DEFAULTS

UP, DOWN, REACH = Direction.UP, Direction.DOWN, Direction.REACH
S = IndicatorState
ON = date(2026, 11, 23)
MARCH, JUNE, SEPTEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)
YEAR_END, LAST_YEAR_END = date(2026, 12, 31), date(2025, 12, 31)


def gauge(direction, baseline, target, *values, due_on=YEAR_END, **fields):
    days = (MARCH, JUNE, SEPTEMBER)[3 - len(values) :]
    return Gauge(
        direction=direction,
        unit="" if direction == REACH else "小时",
        decimals=1,
        baseline=DatedValue(LAST_YEAR_END, D(baseline)) if baseline is not None else None,
        goals=(Goal(due_on, D(target)),) if target is not None else (),
        points=tuple(DatedValue(day, D(value)) for day, value in zip(days, values, strict=True)),
        **fields,
    )


WAYS = [
    # direction, baseline, target, value → share of the way, state
    (DOWN, "72", "48", "60", D(50), S.UNDER_WAY),
    (DOWN, "72", "48", "48", D(100), S.REACHED),  # equal is reached
    (DOWN, "72", "48", "48.1", D(100) * D("23.9") / D(24), S.UNDER_WAY),
    (DOWN, "72", "48", "36", D(150), S.REACHED),
    (DOWN, "72", "48", "78", D(-25), S.UNDER_WAY),  # backwards
    (UP, "100", "120", "110", D(50), S.UNDER_WAY),
    (UP, "100", "120", "120", D(100), S.REACHED),
    (UP, "100", "120", "119.9999", D(100) * D("19.9999") / D(20), S.UNDER_WAY),
    (UP, "100", "100", "100", None, S.REACHED),  # no way to go
    (UP, "100", "90", "95", None, S.REACHED),  # a target on the wrong side has no way
    (UP, None, "120", "110", None, S.UNDER_WAY),  # no baseline: only the value
    (UP, None, "120", "130", None, S.REACHED),
    (UP, "100", None, "110", None, S.NO_GOAL),
    (REACH, None, None, "1", None, S.REACHED),
    (REACH, None, None, "0", None, S.UNDER_WAY),
]


@pytest.mark.parametrize(("direction", "baseline", "target", "value", "share", "state"), WAYS)
def test_the_share_of_the_way(direction, baseline, target, value, share, state):
    found = attainment_of(gauge(direction, baseline, target, value), on=ON)
    assert (found.share, found.state) == (share, state)


def test_what_counts_anew_each_year_begins_its_way_at_nought():
    found = attainment_of(gauge(UP, "400", "480", "360", is_cumulative=True), on=ON)
    assert found.share == D(75)


def test_without_a_value_there_is_nothing_to_say():
    found = attainment_of(gauge(DOWN, "72", "48"), on=ON)
    assert (found.state, found.newest, found.share, found.wrong_way, found.age_days) == (
        S.NO_VALUE,
        None,
        None,
        "",
        None,
    )


def test_a_value_as_of_a_day_to_come_does_not_count_yet():
    assert attainment_of(gauge(DOWN, "72", "48", "60"), on=JUNE).state == S.NO_VALUE


@pytest.mark.parametrize(
    ("due_on", "state"),
    [
        (SEPTEMBER, S.MISSED),  # the value is of that very day
        (date(2026, 10, 1), S.UNDER_WAY),  # an older value cannot say
        (ON, S.UNDER_WAY),  # due today is not late
        (None, S.UNDER_WAY),
    ],
)
def test_a_target_is_missed_only_by_a_value_of_its_day_or_later(due_on, state):
    assert attainment_of(gauge(DOWN, "72", "48", "60", due_on=due_on), on=ON).state == state


GOALS = {"past": Goal(JUNE, D(1)), "next": Goal(YEAR_END, D(2)), "open": Goal(None, D(3))}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("past", "next", "open"), "next"),
        (("past", "open"), "open"),
        (("past",), "past"),
        (("next",), "next"),
    ],
)
def test_it_is_measured_by_the_next_target_else_an_undated_one_else_the_last(names, expected):
    made = Gauge(UP, goals=tuple(GOALS[name] for name in names))
    assert goal_on(made, on=ON) == GOALS[expected]
    assert goal_on(Gauge(UP), on=ON) is None


def test_a_target_holds_to_the_end_of_its_day():
    made = Gauge(UP, goals=(Goal(ON, D(1)), Goal(YEAR_END, D(2))))
    assert goal_on(made, on=ON).due_on == ON
    assert goal_on(made, on=ON + timedelta(days=1)).due_on == YEAR_END


def test_a_target_may_follow_from_the_baseline():
    assert goal_value(None, (2, 3), D("72")) == D(48)
    assert goal_value(None, (2, 3), None) is None
    assert goal_value(D(5), None, D("72")) == D(5)
    assert goal_value(None, None, D("72")) is None


MOVES = [
    # direction, cumulative, baseline, values → words of the sentence
    (DOWN, False, "72", ("52.0", "55.5"), "较2026-06-30的52.0小时上升3.5小时，与目标方向相反"),
    (DOWN, False, "72", ("52.0", "52.0"), ""),  # no change is not the wrong way
    (DOWN, False, "72", ("60", "55"), ""),
    (DOWN, False, "72", ("80",), "较2025-12-31的72.0小时上升8.0小时，与目标方向相反"),
    (DOWN, False, None, ("80",), ""),
    (UP, False, None, ("60", "55"), "较2026-06-30的60.0小时下降5.0小时，与目标方向相反"),
    (UP, False, None, ("70", "55", "60"), ""),  # the value before it counts
    (UP, True, "100", ("60", "55"), "较2026-06-30的60.0小时累计数下降5.0小时，与目标方向相反"),
    (UP, True, "100", ("20",), ""),  # not against a whole year
    (REACH, False, None, ("1", "0"), "2026-06-30已实现，现未实现"),
    (REACH, False, None, ("0", "1"), ""),
    (REACH, False, None, ("0",), ""),
]


@pytest.mark.parametrize(("direction", "is_cumulative", "baseline", "values", "words"), MOVES)
def test_a_move_the_wrong_way_is_said(direction, is_cumulative, baseline, values, words):
    made = gauge(direction, baseline, None, *values, is_cumulative=is_cumulative)
    assert attainment_of(made, on=ON).wrong_way == words


def test_what_counts_anew_each_year_is_compared_with_the_same_day_a_year_ago():
    points = (
        DatedValue(date(2025, 9, 30), D(300)),
        DatedValue(LAST_YEAR_END, D(400)),
        DatedValue(SEPTEMBER, D(290)),
    )
    made = Gauge(UP, unit="亿元", is_cumulative=True, points=points)
    said = "较2025-09-30的300亿元同比下降10亿元，与目标方向相反"
    assert attainment_of(made, on=ON).wrong_way == said
    better = made._replace(points=(*points[:2], DatedValue(SEPTEMBER, D(310))))
    assert attainment_of(better, on=ON).wrong_way == ""


@pytest.mark.parametrize(("days", "stale"), [(0, False), (DEFAULTS.stale_days, False), (121, True)])
def test_a_value_is_stale_after_a_quarter_and_a_month(days, stale):
    made = Gauge(UP, unit="项", points=(DatedValue(ON - timedelta(days=days), D(1)),))
    found = attainment_of(made, on=ON)
    assert (found.age_days, found.is_stale) == (days, stale)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        ("46.666666", 1, "46.7小时"),
        ("0.25", 1, "0.3小时"),  # half goes up
        ("-0.25", 1, "-0.3小时"),
        ("1234567", 0, "1234567小时"),
        ("-0.04", 1, "0.0小时"),
    ],
)
def test_a_figure_is_shown_with_its_decimals(value, decimals, words):
    assert shown(Gauge(UP, unit="小时", decimals=decimals), D(value)) == words
