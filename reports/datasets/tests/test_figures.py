"""The indicators of a measure in words: the change, its verb and the day compared with."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from agencies.permissions import Role
from measures.choices import Direction
from measures.indicators import actions, values
from measures.indicators.readings import Reading
from measures.models import Indicator, Measure, Period
from measures.rules.attainment import DatedValue, Gauge, Goal, attainment_of
from measures.tests.factories import NOW, TODAY, make_user
from reports.datasets.figures import day_of_change, figure_of
from reports.datasets.schema import measures_of
from reports.tests.world import gather_progress

ON = date(2026, 9, 30)
HALF, QUARTER, YEAR = date(2026, 6, 30), date(2026, 3, 31), date(2025, 12, 31)
CASES = [
    # direction, unit, cumulative, values by day, the change
    ("up", "亿元", True, {HALF: "13.7", ON: "20.9"}, "比6月末增加7.2亿元"),
    ("up", "亿元", True, {YEAR: "30.0", QUARTER: "7.2"}, ""),
    ("up", "亿元", False, {YEAR: "3.4", HALF: "3.1"}, "比上年末减少0.3亿元"),
    ("down", "个工作日", False, {HALF: "7.1", ON: "7.9"}, "比6月末延长0.8个工作日"),
    ("down", "小时", False, {HALF: "60.2", ON: "55.4"}, "比6月末缩短4.8小时"),
    ("up", "%", False, {HALF: "60.0", ON: "62.5"}, "比6月末提高2.5个百分点"),
    ("down", "%", False, {HALF: "60.0", ON: "58.0"}, "比6月末下降2.0个百分点"),
    ("up", "家", False, {HALF: "5", ON: "5"}, "与6月末持平"),
    ("up", "家", False, {date(2024, 6, 15): "5", ON: "6"}, "比2024年6月15日增加1.0家"),
    ("reach", "", False, {HALF: "0", ON: "1"}, "本期已实现"),
    ("reach", "", False, {HALF: "1", ON: "1"}, ""),
]


def reading(direction: str, unit: str, *, is_cumulative: bool, points: dict[date, str]) -> Reading:
    gauge = Gauge(
        Direction(direction),
        decimals=1,
        unit=unit,
        is_cumulative=is_cumulative,
        goals=(Goal(date(2026, 12, 31), Decimal(31)),),
        points=tuple(DatedValue(day, Decimal(value)) for day, value in points.items()),
    )
    return Reading(Indicator(name="指标"), gauge, attainment_of(gauge, on=ON), [])


@pytest.mark.parametrize(("direction", "unit", "is_cumulative", "points", "change"), CASES)
def test_the_change_is_worded_by_its_unit(
    direction: str, unit: str, is_cumulative: bool, points: dict[date, str], change: str
) -> None:
    made = reading(direction, unit, is_cumulative=is_cumulative, points=points)
    assert figure_of(made, on=ON)["change"] == change


def test_a_figure_has_value_target_and_days() -> None:
    points = {HALF: "13.7", ON: "20.9"}
    told = figure_of(reading("up", "亿元", is_cumulative=True, points=points), on=ON)
    assert (told["value"], told["day"]) == ("20.9亿元", "2026-09-30")
    assert (told["previous"], told["previous_day"]) == ("13.7亿元", "2026-06-30")
    assert (told["target"], told["target_day"]) == ("31.0亿元", "2026-12-31")
    assert told["share"] == "67.4%"
    assert (told["is_reached"], told["is_worse"]) == (False, False)


def test_the_end_of_a_month_is_named_as_such() -> None:
    assert day_of_change(date(2024, 2, 29), beside=ON) == "2024年2月末"
    assert day_of_change(date(2026, 6, 29), beside=ON) == "6月29日"


@pytest.mark.django_db
def test_values_after_the_period_are_left_out(filed: Period) -> None:
    by = make_user(Role.COORDINATOR)
    measure = Measure.objects.get(ordinal=2)
    said = {"name": "进口额", "unit": "亿元", "decimals": 1, "direction": "up"}
    rest = {"is_cumulative": True, "meaning": "", "reporter": None, "asked_since": None}
    made = actions.add_indicator(measure, by=by, said=said | rest, at=NOW)
    for day, value in ((HALF, "3.0"), (ON, "4.5"), (TODAY - timedelta(days=1), "9.9")):
        values.record_value(made, by=by, as_of=day, value=Decimal(value), source="统计", at=NOW)
    rows = measures_of(gather_progress(filed.pk, on=TODAY))
    assert [one["value"] for one in rows[1]["figures"]] == ["4.5亿元"]
    assert rows[1]["figures"][0]["change"] == "比6月末增加1.5亿元"
    assert rows[1]["figures"][0]["is_import"]
    assert rows[14]["figures"] == []  # the notice's own indicators have no value yet
