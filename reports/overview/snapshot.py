"""Reads snapshots for 总览, to compare with them and to show them."""

from collections.abc import Collection
from datetime import date
from functools import cache

from django.db.models import QuerySet

from lib.arrays import among
from lib.prepared import Prepared, prepared
from measures.models import Period, Snapshot
from measures.rules.comparison import Moment


def moments_of(period: Period | None, measures: Collection[int] | None = None) -> dict[int, Moment]:
    """Return all or some measures at a period's last closing, by key, for the rule of changes.

    One query.
    """
    if period is None:
        return {}
    moment = cache(_moment)  # most measures have equal states
    if measures is None:
        rows = _last_of_period().rows([period.pk])
    else:
        rows = _last_of_some().rows([period.pk, list(measures)])
    return {measure: moment(*stood) for measure, *stood in rows}


def _moment(
    stage: str, light: str, percent: int | None, due_on: date | None, nature: str
) -> Moment:
    return Moment(stage, light, percent, due_on, knows_due=bool(nature))


@cache
def _last_of_period() -> Prepared:
    return prepared(_last(Snapshot.objects.filter(period=-1)), "bigint")


@cache
def _last_of_some() -> Prepared:
    some = Snapshot.objects.filter(period=-1, measure__in=among(-2))
    return prepared(_last(some), "bigint", "bigint[]")


def _last(rows: QuerySet) -> QuerySet:
    columns = ("measure_id", "stage", "light", "percent", "due_on", "nature")
    newest = rows.order_by("measure_id", "-closing").distinct("measure_id")
    return newest.values_list(*columns)


def never_filed_in(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the agencies that had never filed for the measure; none if the snapshot lacks it."""
    return tuple(kept["name"] for kept in snapshot.filings or [] if kept["never_filed"])
