"""Snapshots as 总览 compares with them and shows them."""

from datetime import date
from functools import cache

from lib.prepared import Prepared, prepared
from measures.models import Period, Snapshot
from measures.rules.comparison import Moment


def moments_of(period: Period | None) -> dict[int, Moment]:
    """How each measure stood when a period last closed, as the rule of changes takes it."""
    if period is None:
        return {}
    moment = cache(_moment)  # most of them stood alike
    return {measure: moment(*stood) for measure, *stood in _last_of_period().rows([period.pk])}


def _moment(
    stage: str, light: str, percent: int | None, due_on: date | None, nature: str
) -> Moment:
    return Moment(stage, light, percent, due_on, knows_due=bool(nature))


@cache
def _last_of_period() -> Prepared:
    rows = Snapshot.objects.filter(period=-1).order_by("measure_id", "-closing")
    columns = ("measure_id", "stage", "light", "percent", "due_on", "nature")
    return prepared(rows.distinct("measure_id").values_list(*columns), "bigint")


def never_filed_in(snapshot: Snapshot) -> tuple[str, ...]:
    """The agencies that had never filed for the measure; none where that was not kept yet."""
    return tuple(kept["name"] for kept in snapshot.filings or [] if kept["never_filed"])
