"""Factories for indicators and their values."""

from datetime import date
from decimal import Decimal

from agencies.models import User
from measures.models import (
    Figure,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Measure,
    Note,
)
from measures.tests.factories import NOW, make_measure, make_user


def make_indicator(measure: Measure | None = None, *, asked: bool = False, **fields: object):
    """Create an indicator in hours that should fall; `asked`: the measure's lead files it."""
    measure = measure or make_measure()
    if asked:
        lead = measure.responsibilities.get(role="lead").agency
        fields = {"reporter": lead, "asked_since": date(2026, 1, 1)} | fields
    fields = {"name": "通关时间", "unit": "小时", "decimals": 1, "direction": "down"} | fields
    return Indicator.objects.create(measure=measure, **fields)


def make_target(indicator: Indicator, value: str | None = "48", **fields: object):
    """Create a target for the year's end."""
    fields = {"due_on": date(2026, 12, 31), "basis": "工作方案"} | fields
    return IndicatorTarget.objects.create(
        indicator=indicator, value=Decimal(value) if value else None, **fields
    )


def make_value(
    indicator: Indicator, value: str, as_of: date, *, by: User | None = None, **fields: object
) -> IndicatorValue:
    """Create a current value entered by staff."""
    fields = {"source": "统计报表", "at": NOW, "by": by or make_user()} | fields
    return IndicatorValue.objects.create(
        indicator=indicator, value=Decimal(value), as_of=as_of, **fields
    )


def make_figure(note: Note, indicator: Indicator, value: str | None, absence: str = "") -> Figure:
    """Create a draft's value of an indicator."""
    return Figure.objects.create(
        note=note,
        indicator=indicator,
        value=Decimal(value) if value is not None else None,
        absence=absence,
    )
