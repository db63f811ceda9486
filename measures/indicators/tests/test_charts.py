"""The chart of an indicator: only existing values."""

from datetime import date
from decimal import Decimal

import pytest

from measures.indicators.charts import charted, window_of
from measures.indicators.readings import reading_of
from measures.models import Indicator
from measures.tests.counted import make_indicator, make_target, make_value
from measures.tests.factories import TODAY

pytestmark = pytest.mark.django_db
DECEMBER, MARCH, JUNE = date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30)
SEPTEMBER, GOAL_DAY = date(2026, 9, 30), date(2026, 12, 31)


@pytest.fixture
def hours(db):
    """Create an indicator in hours that should fall to 48."""
    baseline = {"baseline_value": "72", "baseline_on": DECEMBER, "baseline_source": "统计报表"}
    indicator = make_indicator(**baseline)
    make_target(indicator, due_on=GOAL_DAY)
    return indicator


def read(indicator):
    return reading_of(Indicator.objects.with_figures().get(pk=indicator.pk), on=TODAY)


def test_the_line_goes_from_value_to_value_and_ends_at_the_newest(hours):
    make_value(hours, "60", JUNE)
    make_value(hours, "54", SEPTEMBER)
    line = charted(read(hours)).line
    assert [place.on for place in line.places] == [DECEMBER, JUNE, SEPTEMBER]
    assert len(line.runs) == 1
    assert line.silence is None
    assert line.goal.label.words == "目标48.0"
    assert line.goal.top == line.goal.y  # reached below


def test_a_count_that_begins_anew_is_broken_and_begins_at_nought(db):
    money = make_indicator(unit="亿元", direction="up", is_cumulative=True, decimals=0)
    for value, day in (("900", DECEMBER), ("800", MARCH), ("950", JUNE)):
        make_value(money, value, day)
    line = charted(read(money)).line
    assert len(line.runs) == 2
    assert line.cut_at == ""
    assert line.y_ticks[0].label == "0"


def test_a_stale_value_says_how_long_nothing_has_come(hours):
    make_value(hours, "60", MARCH)
    silence = charted(read(hours)).line.silence
    assert silence.label.words == f"{(TODAY - MARCH).days}天无数据"


def test_without_a_value_and_for_yes_or_no_nothing_is_drawn(hours):
    assert charted(read(hours)).line is None
    told = make_indicator(unit="", decimals=0, direction="reach")
    make_value(told, "1", JUNE)
    assert charted(read(told)).line is None
    assert window_of([read(told)]) is None


def test_indicators_of_a_page_share_their_days_unless_they_reach_too_far_apart(hours):
    make_value(hours, "60", JUNE)
    other = make_indicator(name="另一项")
    make_value(other, "60", SEPTEMBER)
    assert window_of([read(hours), read(other)]) == (DECEMBER, GOAL_DAY)
    make_value(other, "70", date(2023, 9, 30))
    assert window_of([read(hours), read(other)]) is None


def test_a_move_the_wrong_way_is_told_in_two_signs(hours):
    make_value(hours, "54", JUNE)
    assert read(hours).wrong_move == ""
    make_value(hours, "57.5", SEPTEMBER)
    assert read(hours).wrong_move == "升3.5"
    assert read(hours).attainment.worsening.moved == Decimal("3.5")
    assert (read(hours).newest_figure, read(hours).goal_figure) == ("57.5", "48.0")
