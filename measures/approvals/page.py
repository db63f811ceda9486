"""A measure's dates and closing on pages: the requests, and the facts for deciding on one."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q

from agencies.models import User
from agencies.permissions import Perm
from measures.choices import FilingState, Nature, PeriodState, RequestState, Stage
from measures.lights.facts import gather
from measures.models import (
    ClosingRequest,
    DueDateRequest,
    Filing,
    LightThresholds,
    Measure,
    Milestone,
    Objection,
)
from measures.models.arrival import arrived_q, owed_q
from measures.rules.closing import Check, ClosingFacts, checks_of, day_label_of, word_of
from measures.rules.facts import Verdict
from measures.rules.light import light_of
from measures.rules.thresholds import thresholds_on


class Requests(NamedTuple):
    dates: Sequence[Any]  # DueDateRequest, or a list's rows of it; newest first
    original: date | None
    closings: Sequence[Any]  # the same of ClosingRequest
    word: str  # the name of closing for this measure
    day_label: str  # the label of its day
    date_action: str  # the button's text; empty if the reader has none
    may_close: bool

    @property
    def open_date(self) -> Any:
        return next((one for one in self.dates if one.is_open), None)

    @property
    def open_closing(self) -> Any:
        return next((one for one in self.closings if one.is_open), None)

    @property
    def agreed_closing(self) -> Any:
        """The request by which it is closed now."""
        return next((one for one in self.closings if one.state == RequestState.AGREED), None)

    @property
    def is_told(self) -> bool:
        return bool(self.dates or self.original)


class DatePreview(NamedTuple):
    """The measure as it would be with the requested date."""

    verdict: Verdict
    percent: int  # the current one
    fell_from: int | None  # the value from which it fell since it last rose
    unmoved_since: date | None  # None: it has no date now, so no percentage
    unmoved_days: int
    unmoved_periods: int  # due periods since it last rose


def requests_of(measure: Measure, *, reader: User, leads: bool, on: date) -> Requests:
    """Read the requests in two queries; the measure has its notice and responsibilities.

    `leads`: the reader files or approves for the lead.
    """
    dates = DueDateRequest.objects.visible_to(reader, on=on).filter(measure=measure)
    closings = ClosingRequest.objects.visible_to(reader, on=on).filter(measure=measure)
    told = closings.select_related("asked_by", "decided_by", "reopened_by")
    found = (
        list(dates.select_related("asked_by", "decided_by")),
        list(told.annotate(file_count=Count("files"))),
    )
    for row in (*found[0], *found[1]):
        row.measure = measure
    return requests_from(measure, *found, reader=reader, leads=leads)


def requests_from(
    measure: Measure,
    dates: Sequence[Any],
    closings: Sequence[Any],
    *,
    reader: User,
    leads: bool,
) -> Requests:
    """Return what the page shows of requests that were read, newest first. No query."""
    is_closed, lead = measure.completed_on is not None, measure.lead
    leads_itself = lead is not None and lead.agency_id == measure.notice.coordinator_id
    is_own = leads_itself and reader.can(Perm.KEEP_NOTICE)
    return Requests(
        dates=dates,
        original=original_of(measure, dates),
        closings=closings,
        word=word_of(measure.nature),
        day_label=day_label_of(measure.nature),
        date_action="" if is_closed else _date_action(measure, reader, leads=leads),
        may_close=not (is_closed or any(one.is_open for one in closings)) and (leads or is_own),
    )


def original_of(measure: Measure, dates: Sequence[Any]) -> date | None:
    """Return the first date that was effective; `dates` are newest first."""
    effective = [one for one in dates if one.took_effect]
    if not effective:
        return measure.due_on
    return effective[-1].from_on or effective[-1].to_on


def checks_for(measure: Measure) -> list[Check]:
    """Return the checks of one measure; four queries."""
    never_left = Q(first_submitted_at=None) & ~Q(state=FilingState.WAIVED)
    is_debt = owed_q() & ~arrived_q() & Q(written_off_at=None)
    counts = Filing.objects.filter(measure=measure).aggregate(
        unfiled=Count("pk", filter=never_left & Q(period__state=PeriodState.OPEN)),
        debts=Count("pk", filter=is_debt & Q(period__state=PeriodState.CLOSED)),
        waiting=Count("pk", filter=Q(state=FilingState.SUBMITTED)),
        mending=Count("pk", filter=Q(state=FilingState.RETURNED, first_submitted_at__isnull=False)),
    )
    facts = ClosingFacts(
        stage=Stage(measure.stage),
        percent=measure.percent,
        is_dated=measure.is_dated,
        milestones=Milestone.objects.filter(measure=measure, is_done=False).count(),
        objections=Objection.objects.filter(measure=measure).open().count(),
        due_requests=DueDateRequest.objects.filter(measure=measure).open().count(),
        **counts,
    )
    return checks_of(facts)


def preview_of(request: DueDateRequest, *, on: date) -> DatePreview:
    """Compute the measure's light by today's rule, as if the requested date were in force."""
    measure, scale = request.measure, LightThresholds.objects.as_scale()
    gathered, thresholds = gather([measure], on=on, scale=scale), thresholds_on(scale, on)
    facts = gathered.facts(measure, on, thresholds)
    moved = facts._replace(
        nature=Nature.ONGOING if request.to_on is None else Nature.DATED,
        due_on=request.to_on,
        percent=facts.percent if request.to_on else None,
        original_due_on=facts.original_due_on or request.from_on,
    )
    since = facts.unmoved_since
    return DatePreview(
        verdict=light_of(moved, on=on, calendar=gathered.calendar, thresholds=thresholds),
        percent=facts.percent or 0,
        fell_from=facts.fell_from,
        unmoved_since=since,
        unmoved_days=(on - since).days if since else 0,
        unmoved_periods=facts.unmoved_periods,
    )


def _date_action(measure: Measure, reader: User, *, leads: bool) -> str:
    if reader.can(Perm.KEEP_NOTICE):
        return "调整时限" if measure.is_dated else "设定时限"
    return "申请调整时限" if leads and measure.is_dated else ""
