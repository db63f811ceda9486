"""Which period a page shows, live or as it stood when it closed, and who was responsible then."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from agencies.models.fields import holds
from lib.arrays import among
from lib.http import address_of
from lib.prepared import Prepared, PreparedObjects, prepared
from measures.choices import ResponsibilityRole
from measures.models import Gap, Notice, Period, Responsibility, Snapshot
from measures.periods.leaving import Leaving, leaving_beside
from measures.rules.periods import closed_before, compared_with, current_period

LAST = 2_147_483_647  # no measure's ordinal is above it


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
    def closed_at(self) -> datetime | None:
        """The moment of which everything is shown; None while it is live."""
        return None if self.is_live or self.period is None else self.period.closed_at

    @property
    def is_over(self) -> bool:
        """Whether it takes no first submissions any more."""
        return self.period is not None and self.period.is_closed

    @property
    def compared_words(self) -> str:
        """What the period that it is compared with is called, and why it is that one."""
        before = self.previous
        if self.period is None or before is None:
            return ""
        if self.period.follows(before):
            return f"上期（{before}）"
        last = closed_before(self.period, periods=self.periods)
        if last is None or last.pk == before.pk:
            return f"{before}（最近关闭的一期）"
        return f"{before}（本期未到截止日，沿用{last}的比较）"

    def is_skipped(self, number: int) -> bool:
        """Whether the period asks nothing about the measure of that number (隔期填报)."""
        return self.period is not None and number in self.period.skipped_found

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
    """The notice that the pages are about where none was chosen, as a queryset of one."""
    return Notice.objects.open_first()[:1]


def notice_of(shown: Shown) -> Any:
    """The notice that is shown: its key, where one was chosen or has periods."""
    return shown.notice_id or next((p.notice_id for p in shown.periods), None) or first_notice()


def notice_key(shown: Shown) -> int:
    """The key of the same; 0 where there is no notice at all."""
    found = notice_of(shown)
    if isinstance(found, int):
        return found
    return next(iter(found.values_list("pk", flat=True)), 0)


def shown_period(chosen: int | None, *, on: date, notice: int | None = None) -> Shown | None:
    """The chosen period of the main kind, or the current one; one query.

    The current one, and any that is open, are shown live; a closed one that was chosen is shown as
    its snapshot. None where the chosen one does not exist or was never opened. `notice`: the one
    that was chosen, else the first.
    """
    periods = tuple(_main_periods(is_chosen=notice is not None).rows([notice or 0]))
    if chosen is None:
        period = current_period(periods[0].kind, periods=periods, on=on) if periods else None
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


@cache
def _main_periods(*, is_chosen: bool) -> PreparedObjects:
    """The opened periods of the main kind, of a notice or the first."""
    wanted: Any = -1 if is_chosen else first_notice()
    rows = Period.objects.filter(notice=wanted).opened().main().with_skipped().newest_first()
    return PreparedObjects(rows, "bigint", added=["skipped_found"])


def present(shown: Shown) -> Shown:
    """The present state, of the period that is current."""
    return shown._replace(is_live=True, previous=None)


def parties_in(
    notice: int, shown: Shown, first: int = 0, last: int = LAST, *, on: date
) -> dict[int, tuple[Party, ...]]:
    """Who is responsible for a notice's measures, by measure, in the order of the text.

    `first`, `last`: from which ordinal to which, where not all of them are meant.
    All responsibilities and names are read and their days looked at here: both are few. One query.
    """
    return _parties(_statement().rows([notice, first, last]), shown, on=on)


def parties_of(
    measures: Collection[int], shown: Shown, *, on: date
) -> dict[int, tuple[Party, ...]]:
    """The same of some measures."""
    return _parties(_of_measures().rows([list(measures)]), shown, on=on)


@cache
def _statement() -> Prepared:
    own = Q(measure__notice=-1, measure__ordinal__range=(-2, -3))
    return prepared(_duties(own), "bigint", "bigint", "bigint")


@cache
def _of_measures() -> Prepared:
    return prepared(_duties(Q(measure__in=among(-1))), "bigint[]")


def _duties(measures: Q) -> QuerySet:
    days = ("valid_from", "valid_to", "agency__names__valid_from", "agency__names__valid_to")
    party = ("agency__order", "role", "lead_basis", "agency__names__short_name")
    rows = Responsibility.objects.filter(measures).order_by("order")
    return rows.values_list("measure_id", "agency_id", *days, *party)


def _parties(rows: Iterable[Any], shown: Shown, *, on: date) -> dict[int, tuple[Party, ...]]:
    duty_day, name_day = shown.duty_day(on), shown.name_day(on)
    unknown = _unknown(shown)
    found: defaultdict[int, dict[int, Party]] = defaultdict(dict)
    for measure, agency, since, until, named_since, named_until, *rest, name in rows:
        is_known = holds(since, until, on=duty_day) and measure not in unknown
        if is_known and holds(named_since, named_until, on=name_day):
            found[measure][agency] = Party(agency, name, *rest)
    return {measure: tuple(own.values()) for measure, own in found.items()}


def _unknown(shown: Shown) -> set[int]:
    """The measures whose agencies were confirmed later: they hold from the notice's first day."""
    if shown.closed_at is None:
        return set()
    gaps = Gap.objects.agencies().unconfirmed(at=shown.closed_at).order_by()
    return set(gaps.values_list("measure_id", flat=True))


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


class LeftNumber(NamedTuple):
    """How many filings wait for one thing, and their list."""

    label: str
    value: int
    url: str


class PeriodBeside(NamedTuple):
    """Another period: one that is open, or what a closed one left to be done."""

    period: Period
    is_past: bool  # its due day is behind
    leaving: Leaving

    @property
    def left(self) -> list[LeftNumber]:
        """Each thing that its filings wait for."""
        is_over = self.period.is_closed
        return [
            LeftNumber(
                work.label_when_over if is_over else str(work.label),
                count,
                list_of_left(self.period, work),
            )
            for work, count in self.leaving.told
        ]


def list_of_left(period: Period, work: str) -> str:
    """The address of the period's filings about which the same is to be done."""
    return f"{address_of('reports:status')}?{urlencode({'period': period.pk, 'left': work})}"


def periods_beside(shown: Shown, *, on: date) -> tuple[PeriodBeside, ...]:
    """The other open periods, and the closed ones that left something; one query."""
    others = [one for one in shown.periods if one != shown.period]
    left = leaving_beside([one.pk for one in others], on=on) if others else {}
    return tuple(
        PeriodBeside(one, one.due_on < on, left.get(one.pk, Leaving()))
        for one in others
        if one.is_open or one.pk in left
    )
