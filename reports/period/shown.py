"""Which period a page shows, live or as it stood when it closed, and who was responsible then."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from agencies.models import Agency
from measures.choices import ResponsibilityRole
from measures.models import Notice, Period, Responsibility, Snapshot
from measures.rules.periods import closed_before, compared_with, current_period


class Shown(NamedTuple):
    """The period a page shows. With none, everything is live and named as today."""

    period: Period | None
    is_live: bool
    previous: Period | None  # what it is compared with: one that closed before it
    periods: tuple[Period, ...]  # all that can be chosen, newest first
    notice_id: int | None = None  # the notice that was chosen; the first one where none was

    @property
    def closed(self) -> list[Period]:
        """Those of the periods that have closed."""
        return [period for period in self.periods if period.is_closed]

    @property
    def is_over(self) -> bool:
        """Whether it takes no first submissions any more."""
        return self.period is not None and self.period.is_closed

    def duty_day(self, on: date) -> date:
        """The day whose responsibilities hold: today's while live, else those of the period."""
        return on if self.is_live or self.period is None else self.period.covers_to

    def name_day(self, on: date) -> date:
        """The day whose agency names are shown: the period's last, else today."""
        return self.period.covers_to if self.period else on


class Party(NamedTuple):
    """An agency's part in a measure, under the name it bore."""

    agency_id: int
    name: str
    order: int  # protocol order
    role: str
    basis: str  # how the lead is known

    @property
    def is_lead(self) -> bool:
        """Whether it leads."""
        return self.role == ResponsibilityRole.LEAD

    @property
    def role_choice(self) -> ResponsibilityRole:
        """The role with its mark."""
        return ResponsibilityRole(self.role)


def first_notice() -> QuerySet[Notice]:
    """The notice that the pages are about, as a queryset of one."""
    return Notice.objects.order_by("pk")[:1]


def notice_of(shown: Shown) -> QuerySet[Notice]:
    """The notice that is shown, as a queryset of one."""
    return Notice.objects.filter(pk=shown.notice_id) if shown.notice_id else first_notice()


def shown_period(chosen: int | None, *, on: date, notice: int | None = None) -> Shown | None:
    """The chosen period of the main kind, or the current one; one query.

    The current one, and any that is open, are shown live; a closed one that was chosen is shown as
    its snapshot. None where the chosen one does not exist or was never opened. `notice` is that
    of the pages that can show another than the first.
    """
    wanted = Notice.objects.filter(pk=notice) if notice else first_notice()
    periods = tuple(
        Period.objects.opened()
        .filter(notice__in=wanted, kind=F("notice__main_kind"))
        .select_related("notice")
        .newest_first()
    )
    if chosen is None:
        period = (
            current_period(periods[0].notice.main_kind, periods=periods, on=on) if periods else None
        )
    else:
        period = next((p for p in periods if p.pk == chosen), None)
        if period is None:
            return None
    is_live = period is None or chosen is None or period.is_open
    previous = None
    if period is not None:
        previous = (
            compared_with(period, periods=periods, on=on)
            if is_live
            else closed_before(period, periods=periods)
        )
    return Shown(period, is_live, previous, periods, notice)


def present(shown: Shown) -> Shown:
    """The present state, of the period that is current."""
    return Shown(shown.period, is_live=True, previous=None, periods=shown.periods)


def parties_array(shown: Shown, *, on: date) -> ArraySubquery:
    """Who is responsible for a measure, as an array beside its row: spares a query of its own."""
    named = Agency.objects.named(on=shown.name_day(on)).filter(pk=OuterRef("agency"))
    duties = (
        Responsibility.objects.valid(on=shown.duty_day(on))
        .filter(measure=OuterRef("pk"))
        .order_by("order")
    )
    return ArraySubquery(
        duties.values(
            party=JSONObject(
                agency_id="agency_id",
                name=Subquery(named.values("name_then")[:1]),  # type: ignore[misc]
                order="agency__order",
                role="role",
                basis="lead_basis",
            )
        )
    )


def parties_from(rows: list[Mapping[str, object]]) -> tuple[Party, ...]:
    """What parties_array gave, in the order of the text."""
    return tuple(Party(**row) for row in rows)  # type: ignore[arg-type]


def newest_snapshots(*periods: Period | None) -> dict[tuple[int, int], Snapshot]:
    """The snapshots of some periods' last closings, by (period, measure); one query."""
    rows = (
        Snapshot.objects.filter(period__in=[period.pk for period in periods if period is not None])
        .order_by("period_id", "measure_id", "-closing")
        .distinct("period_id", "measure_id")
    )
    return {(row.period_id, row.measure_id): row for row in rows}


class Word(NamedTuple):
    """A state as it was called at the time, with today's colour and shape."""

    label: str
    tone: str
    shape: str = ""


class SectionHead(NamedTuple):
    """A section of the notice; its title is empty where that was lost."""

    ordinal: int
    title: str
