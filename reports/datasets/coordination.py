"""The 需协调事项 of measures that were unanswered on a day, for reports."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject, TruncDate

from lib.chinese import long_date
from lib.workdays import Calendar
from measures.choices import CoordinationState
from measures.models import CoordinationStep
from measures.rules.coordination import (
    UNANSWERED,
    CoordinationStanding,
    StoodFact,
    stuck_words,
    waiting_since,
)
from reports.datasets.frozen import clean
from reports.datasets.schema import ItemData


def steps_of_measure() -> ArraySubquery:
    """Annotate measures with the steps of their items, the oldest item first, for items_of()."""
    row = JSONObject(
        item="item",
        asked_by="item__asked_by_name",
        code="item__asked_by__code",
        words="item__words",
        state="state",
        holder="holder_name",
        due_on="due_on",
        on=TruncDate("at"),
    )
    steps = CoordinationStep.objects.filter(item__measure=OuterRef("pk"))
    return ArraySubquery(steps.order_by("item__raised_at", "item_id", "pk").values(row=row))


def items_of(steps: Iterable[Mapping[str, Any]], *, on: date, calendar: Calendar) -> list[ItemData]:
    """Return the items that waited for an answer on a day, each as of that day."""
    known: dict[int, list[Mapping[str, Any]]] = {}
    for one in steps:
        if date.fromisoformat(one["on"]) <= on:
            known.setdefault(one["item"], []).append(one)
    return [_item(own, on, calendar) for own in known.values() if own[-1]["state"] in UNANSWERED]


def _item(steps: Sequence[Mapping[str, Any]], on: date, calendar: Calendar) -> ItemData:
    stood = [
        StoodFact(CoordinationState(one["state"]), one["holder"], date.fromisoformat(one["on"]))
        for one in steps
    ]
    row, now = steps[-1], CoordinationStanding(stood[-1].state, stood[-1].holder)
    since = waiting_since(stood)
    assert since is not None  # every item has a step
    return {
        "asked_by": row["asked_by"],
        "code": row["code"],
        "words": clean(row["words"]),
        "stuck": stuck_words(
            now, row["asked_by"], since=since, on=on, calendar=calendar, dated=long_date
        ),
        "due_on": row["due_on"],
    }
