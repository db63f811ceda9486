"""The 需协调事项 of measures that nobody had answered on a day: what reports list of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject, TruncDate

from lib.workdays import Calendar
from measures.choices import CoordinationState
from measures.models import CoordinationStep
from measures.rules.coordination import UNANSWERED, CoordinationStanding, stuck_words, waited
from reports.datasets.frozen import clean
from reports.datasets.schema import ItemData


def steps_of_measure() -> ArraySubquery:
    """Annotate measures with the steps of their items, the oldest item first, for items_of()."""
    row = JSONObject(
        item="item",
        asked_by="item__asked_by_name",
        code="item__asked_by__code",
        words="item__words",
        raised=TruncDate("item__raised_at"),
        state="state",
        holder="holder_name",
        due_on="due_on",
        on=TruncDate("at"),
    )
    steps = CoordinationStep.objects.filter(item__measure=OuterRef("pk"))
    return ArraySubquery(steps.order_by("item__raised_at", "item_id", "pk").values(row=row))


def items_of(steps: Iterable[Mapping[str, Any]], *, on: date, calendar: Calendar) -> list[ItemData]:
    """Return those that waited for an answer on a day, each as it stood then."""
    last = {one["item"]: one for one in steps if date.fromisoformat(one["on"]) <= on}
    return [_item(one, on, calendar) for one in last.values() if one["state"] in UNANSWERED]


def _item(row: Mapping[str, Any], on: date, calendar: Calendar) -> ItemData:
    days = waited(date.fromisoformat(row["raised"]), on=on, calendar=calendar)
    now = CoordinationStanding(CoordinationState(row["state"]), row["holder"])
    return {
        "asked_by": row["asked_by"],
        "code": row["code"],
        "words": clean(row["words"]),
        "stuck": stuck_words(now, row["asked_by"], days),
        "due_on": row["due_on"],
    }
