"""What was decided in a period: who reviewed, when, and how long it took."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm
from measures.choices import Decision
from measures.models import Period, Review, Workday
from policy_tracker.lib.workdays import Calendar, workdays_between


class Decided(NamedTuple):
    """One decision."""

    review: Review
    days: int  # working days from being handed in to the decision
    handling: str  # from opening it to the decision, in words

    @property
    def submitted_at(self) -> object:
        """When it came before the reviewer."""
        return self.review.note.left_at or self.review.note.submitted_at


class Reviewer(NamedTuple):
    """One who decided."""

    person: User
    decided: int  # how often
    is_chosen: bool


class Decisions(NamedTuple):
    """Those of one period, the newest first."""

    items: list[Decided]  # of the chosen reviewer, or of all
    total: int  # of all reviewers
    reviewers: list[Reviewer]

    @property
    def accepted(self) -> int:
        """How many of the items were accepted."""
        return sum(item.review.decision == Decision.ACCEPT for item in self.items)

    @property
    def returned(self) -> int:
        """How many of them went back."""
        return len(self.items) - self.accepted

    @property
    def slowest(self) -> int:
        """The most working days that one of them took."""
        return max((item.days for item in self.items), default=0)


def decisions_for(user: User, period: Period, *, reviewer: int | None) -> Decisions:
    """What the commission decided in a period; for a head, all about the own agencies.

    Two queries beside the memberships. `reviewer` is the id of a person, or None for all.
    """
    found = Review.objects.decided().filter(note__filing__period=period)
    if user.can(Perm.REVIEW):
        found = found.of_what_left()
    else:
        headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
        found = found.of_agencies(headed)
    rows = list(
        found.select_related("note__filing__measure", "decided_by").defer(
            "note__progress", "note__problems", "note__next_steps", "note__help_needed"
        )
    )
    calendar = Workday.objects.as_calendar()
    items = [_decided(row, calendar) for row in rows if reviewer in (None, row.decided_by_id)]
    return Decisions(items, len(rows), _reviewers(rows, reviewer))


def in_words(span: timedelta) -> str:
    """How long something took, the two largest units: 3天4小时, 2小时10分, 35分钟."""
    minutes = int(span.total_seconds()) // 60
    days, hours, left = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{left}分" if left else f"{hours}小时"
    return f"{left}分钟" if left else "不足1分钟"


def _reviewers(rows: list[Review], chosen: int | None) -> list[Reviewer]:
    people = {row.decided_by_id: row.decided_by for row in rows}
    counts = Counter(row.decided_by_id for row in rows)
    return [Reviewer(person, counts[pk], pk == chosen) for pk, person in people.items() if person]


def _decided(review: Review, calendar: Calendar) -> Decided:
    note, decided_at = review.note, review.decided_at or review.begun_at
    handed_in = note.left_at or note.submitted_at or decided_at
    return Decided(
        review=review,
        days=workdays_between(localdate(handed_in), localdate(decided_at), calendar),
        handling=in_words(decided_at - review.begun_at),
    )
