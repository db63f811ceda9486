"""Which period a page shows, live or as of its closing, and who was responsible then."""

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
    """The period that a page shows. Without one, everything is live and has today's names."""

    period: Period | None
    is_live: bool
    previous: Period | None  # the closed period before it, for comparison
    periods: tuple[Period, ...]  # all that a reader can choose, newest first
    notice_id: int | None = None  # the chosen notice; the first one if none was chosen

    @property
    def closed(self) -> list[Period]:
        return [period for period in self.periods if period.is_closed]

    @property
    def closed_at(self) -> datetime | None:
        """The moment for which everything is shown; None while it is live."""
        return None if self.is_live or self.period is None else self.period.closed_at

    @property
    def is_over(self) -> bool:
        """Whether the period no longer takes first submissions."""
        return self.period is not None and self.period.is_closed

    @property
    def compared_words(self) -> str:
        """The label of the period for comparison, and why it is that one."""
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
        """Whether the period asks nothing about the measure with this ordinal (隔期填报)."""
        return self.period is not None and number in self.period.skipped_found

    def duty_day(self, on: date) -> date:
        """Return the day whose responsibilities are shown: today, or the period's last day."""
        return on if self.is_live or self.period is None else self.period.covers_to

    def name_day(self, on: date) -> date:
        """Return the day whose agency names are shown: the period's last, else today."""
        return self.period.covers_to if self.period else on


class Party(NamedTuple):
    """An agency's part in a measure, under the agency's name at the time."""

    agency_id: int
    name: str
    order: int  # protocol order
    role: str
    basis: str  # on what basis it is the lead

    @property
    def is_lead(self) -> bool:
        return self.role == ResponsibilityRole.LEAD

    @property
    def role_choice(self) -> ResponsibilityRole:
        return ResponsibilityRole(self.role)


def first_notice() -> QuerySet[Notice]:
    """Return the notice that pages show if none was chosen, as a queryset of one row."""
    return Notice.objects.open_first()[:1]


def notice_of(shown: Shown) -> Any:
    """Return the notice that is shown, for filters: its key if known, else a subquery."""
    return shown.notice_id or next((p.notice_id for p in shown.periods), None) or first_notice()


def notice_key(shown: Shown) -> int:
    """Return the key of the notice that is shown; 0 if there is no notice at all."""
    found = notice_of(shown)
    if isinstance(found, int):
        return found
    return next(iter(found.values_list("pk", flat=True)), 0)


def shown_period(chosen: int | None, *, on: date, notice: int | None = None) -> Shown | None:
    """Return the chosen period of the main kind, or else the current one; one query.

    The current period and any open one are shown live; a chosen closed one is shown from its
    snapshot. Returns None if the chosen one does not exist or was never opened. `notice`: the key
    of the chosen notice, by default the first.
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
    """Return the opened periods of the main kind, of a chosen notice or the first one."""
    wanted: Any = -1 if is_chosen else first_notice()
    rows = Period.objects.filter(notice=wanted).opened().main().with_skipped().newest_first()
    return PreparedObjects(rows, "bigint", added=["skipped_found"])


def present(shown: Shown) -> Shown:
    """Return the present state of the current period."""
    return shown._replace(is_live=True, previous=None)


def parties_in(
    notice: int,
    shown: Shown,
    first: int = 0,
    last: int = LAST,
    *,
    on: date,
    unknown: Collection[int] | None = None,
) -> dict[int, tuple[Party, ...]]:
    """Return the responsible agencies by measure, in the order of the notice's text. One query.

    `first`, `last`: the range of ordinals, by default all. All responsibilities and names are read
    and their days are compared here, because both are few. `unknown`: the measures whose agencies
    were confirmed later; if not given, a closed period takes one more query.
    """
    return _parties(_statement().rows([notice, first, last]), shown, on=on, unknown=unknown)


def parties_of(
    measures: Collection[int], shown: Shown, *, on: date
) -> dict[int, tuple[Party, ...]]:
    """Return parties_in() for measures with these keys."""
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


def _parties(
    rows: Iterable[Any], shown: Shown, *, on: date, unknown: Collection[int] | None = None
) -> dict[int, tuple[Party, ...]]:
    duty_day, name_day = shown.duty_day(on), shown.name_day(on)
    unknown = _unknown(shown) if unknown is None else unknown
    found: defaultdict[int, dict[int, Party]] = defaultdict(dict)
    for measure, agency, since, until, named_since, named_until, *rest, name in rows:
        is_known = holds(since, until, on=duty_day) and measure not in unknown
        if is_known and holds(named_since, named_until, on=name_day):
            found[measure][agency] = Party(agency, name, *rest)
    return {measure: tuple(own.values()) for measure, own in found.items()}


def _unknown(shown: Shown) -> set[int]:
    """Return measures whose agencies were confirmed later, and count from the first day."""
    if shown.closed_at is None:
        return set()
    gaps = Gap.objects.agencies().unconfirmed(at=shown.closed_at).filter(notice=notice_of(shown))
    return set(gaps.order_by().values_list("measure_id", flat=True))


def newest_snapshots(
    *periods: Period | None, measures: Collection[int] | None = None
) -> dict[tuple[int, int], Snapshot]:
    """Return the snapshots of the periods' last closings, by (period, measure); one query.

    `measures`: the keys of some measures, by default of all.
    """
    rows = Snapshot.objects.filter(period__in=[one.pk for one in periods if one is not None])
    if measures is not None:
        rows = rows.filter(measure__in=measures)
    newest = rows.order_by("period_id", "measure_id", "-closing").distinct(
        "period_id", "measure_id"
    )
    return {(row.period_id, row.measure_id): row for row in newest}


class Word(NamedTuple):
    """A state with its label at the time, and with today's colour and shape."""

    label: str
    tone: str
    shape: str = ""


class SectionHead(NamedTuple):
    """A section of the notice; the title is empty if the captured text lacks it."""

    ordinal: int
    title: str


class LeftNumber(NamedTuple):
    """How many filings need the same action, and the address of their list."""

    label: str
    value: int
    url: str


class PeriodBeside(NamedTuple):
    """A period that is open, or that closed with work left."""

    period: Period
    is_past: bool  # its due day has passed
    leaving: Leaving

    @property
    def left(self) -> list[LeftNumber]:
        """The actions that its filings still need."""
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
    """Return the address of the list of the period's filings that need this action."""
    return f"{address_of('reports:status')}?{urlencode({'period': period.pk, 'left': work})}"


def periods_beside(shown: Shown, *, on: date) -> tuple[PeriodBeside, ...]:
    """Return the period shown with its unanswered objections, the other open periods, and those
    that closed with work left; one query."""
    if shown.period is None:
        return ()
    others = [one.pk for one in shown.periods if one != shown.period]
    left = leaving_beside(shown.period.pk, others, on=on)
    return tuple(
        PeriodBeside(one, one.due_on < on, left.get(one.pk, Leaving()))
        for one in shown.periods
        if one.is_open or one.pk in left
    )
