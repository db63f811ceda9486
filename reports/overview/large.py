"""What 总览 counts of a notice with hundreds of measures or more, without gathering them whole."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
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
from measures.models.notice import LOST_TITLE
from measures.models.public_status import public_status_of
from measures.rules.comparison import Moment, changes_between
from reports.overview.beside import beside_of
from reports.overview.rows import FilingCount, MeasureRow
from reports.period.shown import SectionHead, Shown, notice_key, notice_of


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
    heads: dict[int, SectionHead] = {}
    changes = cache(changes_between)  # most of them changed alike
    found = []
    for pk, number, title, ours, section, section_title, nature, *status in rows:
        due_on, stage, percent, light, cause, since, changed_on, _ = status
        if pk in stale:
            light, cause, since = stale[pk].light.value, stale[pk].cause.value, stale[pk].since
        found.append(
            MeasureRow(
                measure_id=pk,
                ordinal=number,
                title=title or ours or LOST_TITLE,
                section=heads.setdefault(section, SectionHead(section, section_title)),
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
                changes=changes(before.get(pk), Moment(stage, light, percent, due_on)),
                **beside[pk]._asdict() if pk in beside else {},
            )
        )
    return found


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
    """How many filings of the period stand how, by agency."""
    periods = [shown.period] if shown.period else []
    return counts_of(periods, on=on).get(shown.period.pk if shown.period else 0, Counter())


def counts_of(periods: Collection[Period], *, on: date) -> dict[int, Counter[FilingCount]]:
    """The same of several periods, by their keys; grouped by what decides the status, one query."""
    is_over = {period.pk: period.is_closed for period in periods}
    rows = Filing.objects.filter(period__in=list(is_over)).order_by()
    groups = rows.annotate(
        is_accepted=Q(accepted_note__isnull=False),
        has_left=Q(first_submitted_at__isnull=False),
        is_returned=Q(mend_by__isnull=False),
    ).values_list(
        *("period", "agency_name", "agency__order", "state", "due_on"),
        *("is_accepted", "has_left", "is_returned"),
    )
    found: defaultdict[int, Counter[FilingCount]] = defaultdict(Counter)
    for period, agency, order, state, due_on, *flags, number in groups.annotate(n=Count("pk")):
        is_accepted, has_left, is_returned = flags
        like = Filing(
            state=state,
            due_on=due_on,
            accepted_note_id=0 if is_accepted else None,
            first_submitted_at=now() if has_left else None,
            mend_by=due_on if is_returned else None,
        )
        status = public_status_of(like, is_over=is_over[period], on=on)
        found[period][FilingCount(agency, order, status)] += number
    return dict(found)
