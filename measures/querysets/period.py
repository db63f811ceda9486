"""Words about filing periods and the calendar."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from agencies.permissions import Perm

if TYPE_CHECKING:
    from agencies.models import User


class PeriodQuerySet(QuerySet):
    """Filing periods, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """Who keeps periods sees all; other business roles see those that were opened."""
        if user.can(Perm.KEEP_PERIODS):
            return self
        return self.opened() if user.can(Perm.READ) else self.none()

    def opened(self) -> Self:
        """Those that are or were open."""
        return self.exclude(state="draft")

    def open(self) -> Self:
        """Those that take filings now."""
        return self.filter(state="open")

    def closed(self) -> Self:
        """Those that are over."""
        return self.filter(state="closed")

    def due_before(self, *, on: date) -> Self:
        """Those that have closed, or are past due on a day."""
        return self.opened().filter(Q(state="closed") | Q(due_on__lt=on))

    def newest_first(self) -> Self:
        """By the days they cover, newest first."""
        return self.order_by("-covers_from", "-id")


class WorkdayQuerySet(QuerySet):
    """The calendar."""

    def as_calendar(self) -> dict[date, bool]:
        """The days that differ from Monday–Friday, as lib.workdays takes them; one query."""
        return dict(self.values_list("date", "is_workday"))
