"""Indicators as pages show them: read in one query, with the state from rules.attainment."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from lib.numbers import figure
from lib.prepared import PreparedObjects
from measures.models import Indicator
from measures.models.indicator import IndicatorQuerySet
from measures.rules.attainment import (
    Attainment,
    DatedValue,
    Gauge,
    attainment_of,
    shown,
)

SHOWN_MOST = 3  # how many 总览 and documents show before all others


class TargetRow(NamedTuple):
    pk: int
    due_on: date | None
    value: str  # empty: 待定
    share: str  # 基线的2/3, or empty
    basis: str


class Reading(NamedTuple):
    indicator: Indicator
    gauge: Gauge
    attainment: Attainment
    targets: list[TargetRow]

    @property
    def newest(self) -> str:
        return self._shown(self.attainment.newest)

    @property
    def newest_figure(self) -> str:
        newest = self.attainment.newest
        return figure(newest.value, self.gauge.decimals) if newest else ""

    @property
    def goal_figure(self) -> str:
        """The target without its unit; empty: 待定."""
        goal = self.attainment.goal
        return figure(goal.value, self.gauge.decimals) if goal and goal.value is not None else ""

    @property
    def wrong_move(self) -> str:
        """By how much it moved the wrong way: 升0.8."""
        worse = self.attainment.worsening
        if worse is None:
            return ""
        verb = "升" if worse.moved > 0 else "降"
        return f"{verb}{figure(abs(worse.moved), self.gauge.decimals)}"

    @property
    def baseline(self) -> str:
        return self._shown(self.gauge.baseline)

    @property
    def needs_baseline(self) -> bool:
        """Whether a baseline is shown, or 待定 if missing: a count that begins at 0 needs none."""
        own = self.indicator
        return bool(self.baseline) or not (own.is_yes_or_no or own.is_cumulative)

    @property
    def goal(self) -> str:
        goal = self.attainment.goal
        return shown(self.gauge, goal.value) if goal and goal.value is not None else ""

    @property
    def share(self) -> str:
        """The attainment in percent with one decimal; empty if it cannot be computed."""
        share = self.attainment.share
        return f"{share.quantize(Decimal('0.1'))}%" if share is not None else ""

    @property
    def rows(self) -> list[tuple[date, str]]:
        return [(point.on, shown(self.gauge, point.value)) for point in reversed(self.gauge.points)]

    @property
    def sentence(self) -> str:
        """The chart's content as text, for people who cannot see it."""
        newest = self.attainment.newest
        if newest is None:
            return f"{self.indicator.name}尚无数据"
        goal = f"，目标{self.goal}" if self.goal else ""
        said = f"{self.indicator.name}，截至{newest.on:%Y-%m-%d}为{self.newest}{goal}"
        return f"{said}，{self.attainment.wrong_way}" if self.attainment.wrong_way else said

    def _shown(self, point: DatedValue | None) -> str:
        return shown(self.gauge, point.value) if point else ""


def readings_of(measure_ids: Iterable[int], *, on: date) -> list[Reading]:
    """Return all indicators of some measures, retired ones last; one query for any number."""
    rows = Indicator.objects.filter(measure__in=list(measure_ids)).with_figures()
    return _retired_last(rows.select_related("reporter"), on=on)


def readings_of_measure(measure: int, *, on: date) -> list[Reading]:
    """Return all indicators of one measure, given by its id."""
    return _retired_last(_of_measure().rows([measure]), on=on)


def _retired_last(indicators: Iterable[Indicator], *, on: date) -> list[Reading]:
    found = [reading_of(one, on=on) for one in indicators]
    return sorted(found, key=lambda one: one.indicator.retired_on is not None)


def readings_in_use(notice: int, *, on: date) -> list[Reading]:
    """Return a notice's indicators in use, in the order of its measures; one query."""
    return [reading_of(one, on=on) for one in _in_use().rows([notice])]


@cache
def _in_use() -> PreparedObjects:
    rows = Indicator.objects.in_use().filter(measure__notice=-1)
    return _whole(rows.order_by("measure__ordinal", "pk"))


@cache
def _of_measure() -> PreparedObjects:
    return _whole(Indicator.objects.filter(measure=-1))


def _whole(rows: IndicatorQuerySet) -> PreparedObjects:
    found = ("targets_found", "values_found")
    return PreparedObjects(rows.with_figures(), "bigint", related={"reporter": ()}, added=found)


def telling_order(reading: Reading) -> tuple[bool, bool]:
    """Sort key: indicators with a target first, and among equals sums of money first."""
    return not reading.goal, "元" not in reading.indicator.unit


def reading_of(indicator: Indicator, *, on: date) -> Reading:
    """Return one indicator's reading; needs with_figures()."""
    gauge = indicator.gauge
    return Reading(
        indicator=indicator,
        gauge=gauge,
        attainment=attainment_of(gauge, on=on),
        targets=[_target(indicator, gauge, row) for row in indicator.targets_found],
    )


def _target(indicator: Indicator, gauge: Gauge, row: dict) -> TargetRow:
    goal = indicator.goal_of(row)
    share = f"基线的{row['share_of']}/{row['share_out_of']}" if row["share_of"] else ""
    value = shown(gauge, goal.value) if goal.value is not None else ""
    return TargetRow(row["pk"], goal.due_on, value, share, row["basis"])
