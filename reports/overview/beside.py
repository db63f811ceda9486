"""What stands beside a measure on 总览, as arrays of its row: spares a query each."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from agencies.models import User
from measures.choices import InstructionState, Light
from measures.models import DueDateRequest, Instruction, LightChange, Milestone
from reports.overview.rows import Instructed, UndoneMilestone

LATELY = timedelta(days=30)  # a light that changed since then says from what


def with_beside(measures: QuerySet[Any], *, reader: User, on: date) -> QuerySet[Any]:
    """Add what `beside_of` reads."""
    return measures.annotate(
        instructed=_instructed(reader, on=on),
        undone=_undone(on=on),
        first_due=Subquery(_first_due()),
        turned=_turned(on=on),
    )


def beside_of(row: Any, light: str, *, on: date) -> dict[str, Any]:
    """The same as a row of the overview takes it, for a measure with this light."""
    return {
        "instructed": tuple(
            Instructed(InstructionState(one["state"]), _late_days(one["due_on"], on), one["owing"])
            for one in row.instructed
        ),
        "undone": tuple(
            UndoneMilestone(
                one["title"], _known(one["due_on"]), _known(one["original"]), one["agency"]
            )
            for one in row.undone
        ),
        "first_due": row.first_due,
        "turned": _turned_words(row.turned, light),
    }


def _instructed(reader: User, *, on: date) -> ArraySubquery:
    """The open instructions that a person may see."""
    rows = Instruction.objects.visible_to(reader).with_state(on=on).open()
    owing = Count("addressees", filter=Q(addressees__replies__isnull=True), distinct=True)
    rows = rows.filter(measure=OuterRef("pk")).annotate(owing=owing).order_by()
    return ArraySubquery(
        rows.values(json=JSONObject(state="state_now", due_on="due_on", owing="owing"))
    )


def _undone(*, on: date) -> ArraySubquery:
    """The milestones that are not done, and past their day or moved, by day."""
    rows = Milestone.objects.filter(measure=OuterRef("pk"), is_done=False).order_by("due_on", "pk")
    rows = rows.filter(Q(due_on__lt=on) | ~Q(due_on=F("original_due_on")))
    return ArraySubquery(
        rows.values(
            json=JSONObject(
                title="title", due_on="due_on", original="original_due_on", agency="agency_name"
            )
        )
    )


def _first_due() -> QuerySet:
    """The first date that the measure ever had, where it was set or moved by a request."""
    moves = DueDateRequest.objects.effective().filter(measure=OuterRef("pk"))
    moves = moves.order_by("asked_at", "id").annotate(first=Coalesce("from_on", "to_on"))
    return moves.values("first")[:1]


def _turned(*, on: date) -> ArraySubquery:
    """The changes from one light to another since lately, the oldest first."""
    earlier = LightChange.objects.filter(measure=OuterRef("measure"), on__lt=OuterRef("on"))
    earlier = earlier.order_by("-on")
    rows = (
        LightChange.objects.filter(measure=OuterRef("pk"), on__gt=on - LATELY)
        .annotate(was=Subquery(earlier.values("light")[:1]))
        .annotate(was_label=Subquery(earlier.values("label")[:1]))
        .exclude(was=F("light"))
        .filter(was__isnull=False)
        .order_by("on")
    )
    return ArraySubquery(
        rows.values(json=JSONObject(on="on", light="light", label="label", was="was_label"))
    )


def _turned_words(rows: list[Mapping[str, str]], light: str) -> str:
    """11-25由滞后转预警; empty where the light has not changed lately. Both greens are 正常."""
    if not rows or rows[-1]["light"] != light:
        return ""
    newest = rows[-1]
    was, now = newest["was"].partition("·")[0], str(Light(light).label).partition("·")[0]
    return f"{_known(newest['on']):%m-%d}由{was}转{now}" if was != now else ""


def _late_days(due_on: str | None, on: date) -> int:
    return max((on - _known(due_on)).days, 0) if due_on else 0


def _known(text: str) -> date:
    return date.fromisoformat(text)
