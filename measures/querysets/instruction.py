"""Words about instructions."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)

from agencies.permissions import Perm
from measures.choices import InstructionState

if TYPE_CHECKING:
    from agencies.models import User

S = InstructionState


class InstructionQuerySet(QuerySet):
    """Instructions, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """Leaders and the commission see all, an agency's people those addressed to it."""
        if user.can(Perm.INSTRUCT) or user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(Exists(_addressees(agency__in=user.own_agencies())))

    def with_state(self, *, on: date) -> Self:
        """Add `state_now`. Due today is not overdue, and what all have answered never is."""
        owing = Exists(_addressees(replies__isnull=True))
        cases = (
            When(withdrawn_at__isnull=False, then=Value(S.WITHDRAWN.value)),
            When(closed_at__isnull=False, then=Value(S.CLOSED.value)),
            When(~owing, then=Value(S.ANSWERED.value)),
            When(due_on__lt=on, then=Value(S.OVERDUE.value)),
        )
        state = Case(*cases, default=Value(S.WAITING.value), output_field=CharField())
        return self.annotate(state_now=state)

    def in_state(self, state: str) -> Self:
        """Those of rows asked for with_state() that are in one."""
        return self.filter(state_now=state)

    def open(self) -> Self:
        """Those that were neither closed nor withdrawn."""
        return self.filter(closed_at__isnull=True, withdrawn_at__isnull=True)

    def awaiting(self, agency_ids: Collection[int]) -> Self:
        """Open ones to which one of some agencies has not answered yet."""
        owed = _addressees(agency__in=agency_ids, replies__isnull=True)
        return self.open().filter(Exists(owed))

    def by_urgency(self) -> Self:
        """What is due first stands first; then what has no deadline, the newest first."""
        return self.order_by(F("due_on").asc(nulls_last=True), "-written_at", "-id")

    def with_parties(self) -> Self:
        """Fetch measure, people, and the agencies with their answers; three queries."""
        addressee: Any = apps.get_model("measures", "Addressee")
        replies = Prefetch("replies", queryset=told_replies(), to_attr="said")
        rows = addressee.objects.order_by("order", "id").prefetch_related(replies)
        return self.with_people().prefetch_related(
            Prefetch("addressees", queryset=rows, to_attr="parties")
        )

    def with_people(self) -> Self:
        """Fetch measure and people; who asks for the agencies too hands them out himself."""
        return self.select_related("measure", "by", "closed_by")

    def counted(self, agency_ids: Collection[int]) -> tuple[Counter[str], int]:
        """How many of rows asked for with_state() are in each state, and await some agencies.

        One query.
        """
        awaits = type(self)(self.model).awaiting(agency_ids).filter(pk=OuterRef("pk"))
        rows = self.order_by().annotate(awaits=Exists(awaits)).values("state_now", "awaits")
        states: Counter[str] = Counter()
        mine = 0
        for row in rows.annotate(n=Count("pk")):
            states[row["state_now"]] += row["n"]
            mine += row["n"] if row["awaits"] else 0
        return states, mine


def told_replies() -> QuerySet:
    """Answers, the oldest first, with who gave them."""
    rows = apps.get_model("measures", "InstructionReply").objects.all()
    return rows.select_related("by").order_by("at", "id")


def _addressees(**conditions: object) -> QuerySet:
    rows = apps.get_model("measures", "Addressee").objects.all()
    return rows.filter(Q(instruction=OuterRef("pk")) & Q(**conditions))
