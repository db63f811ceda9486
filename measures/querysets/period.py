"""Words about filing periods and the calendar."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import ExtractYear

from agencies.permissions import Perm
from measures.querysets.filing import arrived_q, owed_q

if TYPE_CHECKING:
    from agencies.models import User

PUBLISHED_DAYS = 5


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

    def with_notice(self) -> Self:
        """Fetch the notice of each without its texts."""
        texts = ("notice__captured_text", "notice__preamble", "notice__closing")
        return self.select_related("notice").defer(*texts)

    def open(self) -> Self:
        """Those that take filings now."""
        return self.filter(state="open")

    def closed(self) -> Self:
        """Those that are over."""
        return self.filter(state="closed")

    def main(self) -> Self:
        """Those of their notice's main kind: lights, snapshots and everybody's pages read these."""
        return self.filter(kind=F("notice__main_kind"))

    def of_kind(self, kind: str) -> Self:
        """Those of one kind; all where none is named."""
        return self.filter(kind=kind) if kind else self

    def of_year(self, year: int | None) -> Self:
        """Those whose slice begins in a year; all where none is named."""
        return self.filter(covers_from__year=year) if year else self

    def to_open(self, *, on: date) -> Self:
        """Planned to open by themselves, and due to by now.

        Once past the due day a person decides: whoever got it then would be late from the start.
        """
        return self.filter(state="draft", opens_by_itself=True, opens_on__lte=on, due_on__gte=on)

    def to_close(self, *, on: date) -> Self:
        """Planned to close by themselves, with the last day behind them."""
        return self.open().filter(closes_by_itself=True, closes_on__lt=on)

    def with_counts(self) -> Self:
        """Add `owed`, `filed` and `accepted`: how far the filings are (rules.arrival).

        And `missing_until`: the last day on which one that is missing is still in time.
        """
        owed = Q(filings__isnull=False) & owed_q("filings__")
        return self.annotate(
            owed=Count("filings", filter=owed),
            filed=Count("filings", filter=arrived_q("filings__")),
            missing_until=Max("filings__due_on", filter=owed & ~arrived_q("filings__")),
            accepted=Count("filings", filter=Q(filings__accepted_note__isnull=False)),
        )

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
        return dict(self.as_pairs())

    def as_pairs(self) -> QuerySet:
        """The same as rows, for who asks for more in the same statement."""
        return self.values_list("date", "is_workday")

    def of_year(self, year: int) -> Self:
        """The days of one year."""
        return self.filter(date__year=year)

    def published_years(self) -> set[int]:
        """The years whose holidays are known; the others are counted Monday to Friday.

        Every arrangement of the State Council takes more than PUBLISHED_DAYS days off from Monday
        to Friday; a few days that somebody entered by hand are not one.
        """
        off = self.filter(is_workday=False, date__iso_week_day__lte=5).order_by()
        years = off.values(year=ExtractYear("date")).annotate(days=Count("pk"))
        return set(years.filter(days__gte=PUBLISHED_DAYS).values_list("year", flat=True))
