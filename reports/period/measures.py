"""The measures of the notice that is shown, and what the notice's text lost."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db.models import QuerySet

from lib.prepared import Prepared, PreparedObjects, prepared
from measures.models import Gap, Measure
from reports.period.shown import Shown, notice_key, notice_of

Gaps = Mapping[int | None, list[str]]  # kinds of what was lost, by measure; None: of a section


def measures_in(shown: Shown, *, most: int | None = None) -> list[Measure]:
    """The measures in the order of the notice, all or the first, but for their text; one query."""
    return _in_order(most).all(notice_key(shown))


@cache
def _in_order(most: int | None) -> PreparedObjects:
    rows = Measure.objects.filter(notice=-1).order_by("ordinal")[:most]
    columns = [one.attname for one in Measure._meta.concrete_fields if one.attname != "text"]
    return PreparedObjects(rows, "bigint", only=columns, related={"section": ()})


def gaps_in(shown: Shown) -> Gaps:
    """What is still to be confirmed of the notice, or was when the period closed; one query."""
    gaps: defaultdict[int | None, list[str]] = defaultdict(list)
    if shown.closed_at is None:
        rows: Any = _open_gaps().rows([notice_key(shown)])
    else:
        rows = _kinds(Gap.objects.unconfirmed(at=shown.closed_at).filter(notice=notice_of(shown)))
    for measure, kind in rows:
        gaps[measure].append(kind)
    return gaps


@cache
def _open_gaps() -> Prepared:
    return prepared(_kinds(Gap.objects.unconfirmed().filter(notice=-1)), "bigint")


def _kinds(gaps: QuerySet) -> QuerySet:
    return gaps.order_by().values_list("measure_id", "kind")
