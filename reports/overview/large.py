"""What 总览 counts of a notice with hundreds of measures or more, without gathering them whole."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import now

from agencies.models import Agency, User
from lib.prepared import Prepared, prepared
from measures.choices import Change, Light, Nature
from measures.lights.current import verdicts_for
from measures.models import Filing, Measure, Period, Responsibility
from measures.models.filing import FilingQuerySet
from measures.models.notice import LOST_TITLE
from measures.models.public_status import public_status_of
from measures.rules.comparison import Moment, changes_between
from reports.overview.beside import beside_of
from reports.overview.rows import FilingCount, MeasureRow
from reports.period.shown import SectionHead, Shown, notice_key, notice_of

BY_AGENCY = ("agency_name", "agency__order")


def needs_whole(filters: Mapping[str, str]) -> bool:
    """Whether filters ask for what counted_rows() has not: agencies, and who never filed."""
    return "agency" in filters or filters.get("change") == Change.NEVER_FILED


def counted_rows(
    shown: Shown, before: Mapping[int, Moment], *, on: date, reader: User
) -> list[MeasureRow]:
    """The measures in the order of the notice, with what they are counted and sorted by.

    Lights that are not of this day are worked out, as everywhere. Two queries.
    """
    notice = notice_key(shown)
    beside = beside_of(Measure.objects.filter(notice=notice).values("pk"), {}, reader=reader, on=on)
    rows = _counted().rows([notice])
    old = [row[0] for row in rows if row[-1] != on]
    stale = verdicts_for(Measure.objects.filter(pk__in=old), on=on) if old else {}
    alike: dict[tuple, MeasureRow] = {}  # most of them stand like others: all but their names
    found = []
    for pk, number, title, ours, *status, _ in rows:
        was = before.get(pk)
        if pk in stale:
            verdict = stale[pk]
            status[-4:-1] = verdict.light.value, verdict.cause.value, verdict.since
        key = (*status, was)
        like = alike.get(key) or alike.setdefault(key, _like(*status, before=was))
        row = MeasureRow(pk, number, title or ours or LOST_TITLE, *like[3:])
        found.append(row._replace(**beside[pk]._asdict()) if pk in beside else row)
    return found


def _like(
    section: int,
    section_title: str,
    nature: str,
    due_on: date | None,
    stage: str,
    percent: int | None,
    light: str,
    cause: str,
    since: date | None,
    changed_on: date | None,
    *,
    before: Moment | None,
) -> MeasureRow:
    """A row of measures that stand like this, without their key, number and title."""
    return MeasureRow(
        measure_id=0,
        ordinal=0,
        title="",
        section=SectionHead(section, section_title),
        lost=frozenset(),
        is_title_ours=False,
        is_ongoing=nature == Nature.ONGOING,
        due_on=due_on,
        stage=stage,
        stage_label="",
        percent=percent,
        light=light,
        light_label=str(Light(light).label),
        sentence="",
        fact_url="",
        manual_until=None,
        agencies=(),
        filed=0,
        owed=0,
        never_filed=(),
        changed_on=changed_on,
        cause=cause,
        since=since,
        changes=changes_between(before, Moment(stage, light, percent, due_on)),
    )


@cache
def _counted() -> Prepared:
    return prepared(
        Measure.objects.filter(notice=-1)
        .order_by("ordinal")
        .values_list(
            *("pk", "ordinal", "title", "working_title"),
            *("section__ordinal", "section__title", "nature", "due_on", "stage", "percent"),
            *("light", "light_cause", "light_since", "changed_on", "light_on"),
        ),
        "bigint",
    )


def responsible_agencies(shown: Shown, *, on: date) -> list[str]:
    """What the agencies are called that are responsible for any measure, in protocol order."""
    own = Responsibility.objects.valid(on=on).filter(measure__notice=notice_of(shown))
    agencies = Agency.objects.filter(Exists(own.filter(agency=OuterRef("pk"))))
    named: Any = agencies.named(on=shown.name_day(on)).order_by("order")
    return list(named.values_list("name_then", flat=True))


def filing_counts(shown: Shown, *, on: date) -> Counter[FilingCount]:
    """How many filings of the period stand how, by agency; one query."""
    rows = _of_period().rows([shown.period.pk]) if shown.period else []
    found = by_status(rows, is_over=shown.is_over, on=on)
    return Counter({FilingCount(*key): number for key, number in found.items()})


@cache
def _of_period() -> Prepared:
    return prepared(status_groups(Filing.objects.filter(period=-1), *BY_AGENCY), "bigint")


def counts_of(periods: Collection[Period], *, on: date) -> dict[int, Counter[FilingCount]]:
    """The same of several periods, by their keys; one query."""
    own = Filing.objects.filter(period__in=[period.pk for period in periods])
    rows: defaultdict[int, list[tuple]] = defaultdict(list)
    for key, *row in status_groups(own, "period", *BY_AGENCY):
        rows[key].append(tuple(row))
    found = {one.pk: by_status(rows[one.pk], is_over=one.is_closed, on=on) for one in periods}
    return {
        pk: Counter({FilingCount(*key): number for key, number in counts.items()})
        for pk, counts in found.items()
        if counts
    }


def status_groups(filings: FilingQuerySet, *keys: str) -> Any:
    """Filings counted by some columns and by what decides their status; for by_status()."""
    rows = filings.order_by().annotate(
        is_accepted=Q(accepted_note__isnull=False),
        has_left=Q(first_submitted_at__isnull=False),
        is_returned=Q(mend_by__isnull=False),
    )
    flags = ("is_accepted", "has_left", "is_returned")
    return rows.values_list(*keys, "state", "due_on", *flags).annotate(n=Count("pk"))


def by_status(rows: Iterable[Sequence[Any]], *, is_over: bool, on: date) -> Counter[tuple]:
    """How many filings there are by (the columns of status_groups() …, status)."""
    found: Counter[tuple] = Counter()
    for *keys, state, due_on, is_accepted, has_left, is_returned, number in rows:
        like = Filing(
            state=state,
            due_on=due_on,
            accepted_note_id=0 if is_accepted else None,
            first_submitted_at=now() if has_left else None,
            mend_by=due_on if is_returned else None,
        )
        found[*keys, public_status_of(like, is_over=is_over, on=on)] += number
    return found
