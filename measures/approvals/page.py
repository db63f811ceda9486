"""What a measure's page tells of its dates and its closing, as one person may read it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count

from agencies.models import User
from agencies.permissions import Perm
from measures.choices import RequestState
from measures.models import ClosingRequest, DueDateRequest, Measure
from measures.rules.closing import word_of


class Requests(NamedTuple):
    dates: list[DueDateRequest]  # the newest first
    original: date | None
    closings: Sequence[ClosingRequest]
    word: str  # what closing is called here
    date_action: str  # what the button says; empty where the reader has none
    may_close: bool

    @property
    def open_date(self) -> DueDateRequest | None:
        return next((one for one in self.dates if one.is_open), None)

    @property
    def open_closing(self) -> ClosingRequest | None:
        return next((one for one in self.closings if one.is_open), None)

    @property
    def agreed_closing(self) -> ClosingRequest | None:
        """By which request it is closed now."""
        return next((one for one in self.closings if one.state == RequestState.AGREED), None)

    @property
    def is_told(self) -> bool:
        return bool(self.dates or self.original)


def requests_of(measure: Measure, *, reader: User, leads: bool, on: date) -> Requests:
    """Gather them in two queries; the measure comes with its notice and responsibilities.

    `leads`: the reader files or approves for the lead.
    """
    dates = list(
        DueDateRequest.objects.visible_to(reader, on=on)
        .filter(measure=measure)
        .select_related("asked_by", "decided_by")
    )
    closings = list(
        ClosingRequest.objects.visible_to(reader, on=on)
        .filter(measure=measure)
        .select_related("asked_by", "decided_by", "reopened_by")
        .annotate(file_count=Count("files"))
    )
    for row in (*dates, *closings):
        row.measure = measure
    is_closed, lead = measure.completed_on is not None, measure.lead
    leads_itself = lead is not None and lead.agency_id == measure.notice.coordinator_id
    is_own = leads_itself and reader.can(Perm.KEEP_NOTICE)
    return Requests(
        dates=dates,
        original=original_of(measure, dates),
        closings=closings,
        word=word_of(measure.nature),
        date_action="" if is_closed else _date_action(measure, reader, leads=leads),
        may_close=not is_closed and (leads or is_own),
    )


def original_of(measure: Measure, dates: list[DueDateRequest]) -> date | None:
    """The first date that held; `dates` come with the newest first."""
    effective = [one for one in dates if one.took_effect]
    if not effective:
        return measure.due_on
    return effective[-1].from_on or effective[-1].to_on


def _date_action(measure: Measure, reader: User, *, leads: bool) -> str:
    if reader.can(Perm.KEEP_NOTICE):
        return "调整时限" if measure.is_dated else "设定时限"
    return "申请调整时限" if leads and measure.is_dated else ""
