"""A second, shorter notice, to show several notices and a measure suitable for 隔期填报."""

import hashlib
import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import make_aware

from agencies.audit import trail
from agencies.inbox.actions import mark_read
from agencies.models import Agency, Message, User
from agencies.permissions import Role
from measures.choices import (
    Confidence,
    FilingState,
    LeadBasis,
    ResponsibilityRole,
    Stage,
    UnchangedReason,
)
from measures.demonstration.scenarios import writing_minutes
from measures.demonstration.schedule import PeriodSpan, spans
from measures.demonstration.texts import MARK
from measures.filings.drafts import report_unchanged, save_note
from measures.filings.submission import approve_note, submit_note
from measures.lights.refresh import lights_at_the_end, refresh_all_lights
from measures.models import (
    Filing,
    Measure,
    Notice,
    Period,
    Responsibility,
    Section,
    Workday,
)
from measures.models.notice import MADE_UP
from measures.notice.load import mark_demonstrated
from measures.periods.actions import close_period, create_period, open_period
from measures.reviews.actions import accept_note, return_note

FILE = Path(__file__).with_name("second.toml")
COORDINATOR = "shangwu"


@transaction.atomic
def load_second_notice(*, on: date, at: datetime) -> Notice | None:
    """Load it relative to the day `on`, in addition to the demonstration; None if it exists."""
    if Notice.objects.filter(number__startswith=MADE_UP).exists():
        return None
    first = Notice.objects.filter(demonstrated_at__isnull=False).select_for_update().first()
    if first is None:  # the demonstration's people do not exist
        return None
    three = spans(on, Workday.objects.as_calendar())
    by = User.objects.get(username=COORDINATOR)
    notice = _make_notice(three[0], coordinator=first.coordinator, at=at)
    with lights_at_the_end():
        for number, span in enumerate(three):
            _play_period(notice, number, span, by=by)
    mark_demonstrated(notice, at=at)
    refresh_all_lights(on=on)
    return notice


def _make_notice(span: PeriodSpan, *, coordinator: Agency, at: datetime) -> Notice:
    known, issued_on = _known(), span.quarter.starts_on
    notice = Notice.objects.create(
        number=f"{MADE_UP}{issued_on.year}〕1号",
        title=known["title"],
        issuer=known["issuer"],
        issued_on=issued_on,
        coordinator=coordinator,
        preamble=known["preamble"],
        closing=known["closing"],
        drafted_by=[],
        addressed_to=[],
        captured_text=known["preamble"],
        captured_digest=hashlib.sha256(known["preamble"].encode()).hexdigest(),
    )
    agencies = {agency.code: agency for agency in Agency.objects.filter(order__lt=100)}
    ordinal = 0
    for number, part in enumerate(known["sections"], start=1):
        section = Section.objects.create(notice=notice, ordinal=number, title=part["title"])
        for told in part["measures"]:
            ordinal += 1
            _make_measure(section, ordinal, told, agencies)
    trail.record("notice.load", notice, by=None, at=at, sentence=f"载入{notice}：演示数据。")
    return notice


def _make_measure(
    section: Section, ordinal: int, told: dict[str, Any], agencies: dict[str, Agency]
) -> None:
    measure = Measure.objects.create(
        notice=section.notice,
        section=section,
        ordinal=ordinal,
        title=told["title"],
        text=[told["text"]],
        starts_on=section.notice.issued_on,
        stage=Stage.UNDER_WAY,
    )
    for order, code in enumerate(told["agencies"], start=1):
        is_lead = order == 1
        Responsibility.objects.create(
            measure=measure,
            agency=agencies[code],
            order=order,
            role=ResponsibilityRole.LEAD if is_lead else ResponsibilityRole.RESPONSIBLE,
            lead_basis=LeadBasis.FIRST_NAMED if is_lead else "",
        )


def _play_period(notice: Notice, number: int, span: PeriodSpan, *, by: User) -> None:
    """Play one period from opening to closing; messages of a closed one are marked as read."""
    begins = _moment(span.opened_on, time(9, 30))
    period = create_period(notice, by=by, covering=span.quarter, due_on=span.due_on, at=begins)
    open_period(period, by=by, at=begins)
    for planned in _known()["filings"]:
        if planned["period"] == number:
            _file(period, planned, by=by, at=_moment(span.due_on, time(10, 0)))
    if span.is_closed:
        closed = _moment(span.last_on, time(17, 45))
        close_period(period, by=by, at=closed)
        told = Message.objects.filter(created_at__gte=begins, created_at__lte=closed).unread()
        ids = list(told.values_list("pk", flat=True))
        for user in User.objects.filter(pk__in=told.values("user")):
            mark_read(ids, by=user, at=closed)


def _moment(day: date, clock: time) -> datetime:
    return make_aware(datetime.combine(day, clock))


def _file(period: Period, planned: dict[str, Any], *, by: User, at: datetime) -> None:
    """Play the steps of one filing; every step is a verb."""
    filing = Filing.objects.select_related("measure", "agency").get(
        period=period, measure__ordinal=planned["measure"], agency__code=planned["agency"]
    )
    liaison = _who(filing.agency, Role.LIAISON, at)
    content = {
        "progress": planned["progress"] + MARK if "progress" in planned else "",
        "problems": "",
        "next_steps": planned["next"] + MARK,
        "help_needed": "",
        "claimed_stage": Stage.UNDER_WAY,
        "claimed_percent": None,
        "confidence": Confidence.GREEN,
        "confidence_reason": "",
    }
    begun = at - timedelta(minutes=writing_minutes(planned["measure"], filing.agency.order))
    if content["progress"]:
        save_note(filing, by=liaison, content=content, revision=0, at=begun)
    else:
        report_unchanged(
            filing,
            by=liaison,
            content=content,
            reason=UnchangedReason.ON_PLAN.label,
            revision=0,
            is_confirmed=True,
            at=begun,
        )
    if planned["reaches"] == "draft":
        return
    submit_note(filing, by=liaison, at=at)
    filing.refresh_from_db()
    if filing.state == FilingState.IN_AGENCY:
        approve_note(filing, by=_who(filing.agency, Role.AGENCY_HEAD, at), at=at)
    if planned["reaches"] == "accepted":
        accept_note(filing, by=by, at=at)
    if planned["reaches"] == "returned":
        return_note(filing, by=by, comment=planned["comment"], at=at)


def _who(agency: Agency, role: Role, at: datetime) -> User:
    return User.objects.holding_in_any([agency.pk], role, on=at.date()).order_by("pk")[0]


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
