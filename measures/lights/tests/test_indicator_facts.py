"""Faults of indicators that affect a light: wrong direction, missed target, old figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from measures.choices import Cause, Direction
from measures.lights.facts import indicator_fact
from measures.lights.rows import IndicatorRow
from measures.rules.attainment import DatedValue, Gauge, Goal
from measures.rules.thresholds import DEFAULTS

ON = date(2026, 11, 16)
JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)
DAY = timedelta(days=1)
WORSE, MISSED, STALE = Cause.INDICATOR_WORSE, Cause.INDICATOR_MISSED, Cause.INDICATOR_STALE


def row(*points, asked_since=None, known=(), **fields):
    """Return an indicator that should rise, with values as of days (known on those days)."""
    values = tuple(DatedValue(day, Decimal(str(value))) for day, value in points)
    gauge = Gauge(
        **{"direction": Direction.UP, "unit": "家", "points": values, "decimals": 1} | fields
    )
    days = tuple(known) or tuple(day for day, _ in points)
    return IndicatorRow("重点企业", "市统计局", gauge, days, asked_since)


def told(one, on=ON, **numbers):
    found = indicator_fact(one, on=on, thresholds=DEFAULTS._replace(**numbers))
    return found and (found.cause, found.words, found.since)


def cause(one, on=ON, **numbers):
    found = indicator_fact(one, on=on, thresholds=DEFAULTS._replace(**numbers))
    return found and found.cause


@pytest.mark.parametrize(
    ("newest", "percent", "expected"),
    [
        (95, 5, None),  # exactly 5 percent
        (94.9, 5, WORSE),
        (96, 5, None),
        (101, 5, None),
        (99.9, 0, WORSE),
        (100, 0, None),
        (90, 10, None),
        (89.9, 10, WORSE),
    ],
)
def test_it_moved_the_wrong_way_by_more_than_the_threshold(newest, percent, expected):
    one = row((JUNE, 100), (SEPTEMBER, newest))
    assert cause(one, worse_percent=Decimal(percent)) == expected


def test_the_wrong_way_is_told_with_its_figures():
    assert told(row((JUNE, 100), (SEPTEMBER, 90))) == (
        WORSE,
        "指标“重点企业”2026-09-30为90.0家，较2026-06-30的100.0家下降10.0家，与目标方向相反",
        SEPTEMBER,
    )
    down = row((JUNE, 7.1), (SEPTEMBER, 7.9), direction=Direction.DOWN)
    assert "较2026-06-30的7.1家上升0.8家" in told(down)[1]


def test_a_first_value_is_held_against_the_baseline():
    assert cause(row((SEPTEMBER, 90), baseline=DatedValue(JUNE, Decimal(100)))) == WORSE
    assert cause(row((SEPTEMBER, 90))) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [(119, None), (120, None), (121, STALE)],
)
def test_it_is_stale_when_its_newest_value_is_older_than_the_threshold(days, expected):
    assert cause(row((ON - days * DAY, 100))) == expected
    assert cause(row((ON - days * DAY, 100)), stale_days=119) == (STALE if days > 119 else None)


def test_stale_is_told_with_the_last_figure_and_since_when():
    day = ON - 130 * DAY
    assert told(row((day, 100))) == (
        STALE,
        f"指标“重点企业”{day:%Y-%m-%d}为100.0家，此后没有数据",
        ON - 9 * DAY,
    )


@pytest.mark.parametrize(("days", "expected"), [(120, None), (121, STALE)])
def test_where_nothing_was_ever_told_it_is_stale_from_the_day_it_was_asked_for(days, expected):
    begun = ON - days * DAY
    assert cause(row(asked_since=begun)) == expected
    if expected:
        assert told(row(asked_since=begun))[1:] == (
            f"指标“重点企业”自{begun:%Y-%m-%d}起报，尚无数据",
            ON,
        )


def test_what_nobody_is_asked_for_is_not_missed():
    assert cause(row()) is None


def goal(due_on, value=100):
    return (Goal(due_on, Decimal(value)),)


@pytest.mark.parametrize(
    ("value", "due_on", "on", "expected"),
    [
        (99.9, SEPTEMBER, SEPTEMBER, None),  # the day itself is not over
        (99.9, SEPTEMBER, SEPTEMBER + DAY, MISSED),
        (100, SEPTEMBER, SEPTEMBER + DAY, None),
        (99.9, SEPTEMBER + DAY, ON, None),  # the value is older than the target's day
    ],
)
def test_it_missed_its_dated_target(value, due_on, on, expected):
    assert cause(row((SEPTEMBER, value), goals=goal(due_on)), on=on) == expected


def test_a_missed_target_is_told_with_both_figures():
    assert told(row((SEPTEMBER, 90), goals=goal(SEPTEMBER))) == (
        MISSED,
        "指标“重点企业”2026-09-30为90.0家，未达到2026-09-30的目标100.0家",
        SEPTEMBER + DAY,
    )


def test_the_worst_of_the_three_is_told():
    old = date(2026, 1, 31)
    wrong = row((date(2025, 12, 31), 100), (old, 90), goals=goal(old))
    assert cause(wrong) == WORSE
    assert cause(row((old, 90), goals=goal(old))) == MISSED
    assert cause(row((old, 90))) == STALE


def test_a_value_counts_from_the_day_on_which_it_was_entered():
    one = row((JUNE, 100), (SEPTEMBER, 90), known=(JUNE, date(2026, 10, 20)))
    assert cause(one, on=date(2026, 10, 19)) is None
    assert cause(one, on=date(2026, 10, 20)) == WORSE
