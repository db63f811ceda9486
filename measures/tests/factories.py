"""Factories with fixed values.

They write rows directly, in any state; actions have their own tests. People and
their agencies are created as in `agencies.tests.factories`.
"""

from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from typing import TypeVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agencies.models import Agency, User
from agencies.permissions import Role
from agencies.tests.factories import NOW as NOW
from agencies.tests.factories import PASSWORD as PASSWORD
from agencies.tests.factories import TODAY as TODAY
from agencies.tests.factories import commission as commission
from agencies.tests.factories import join as join
from agencies.tests.factories import make_agency as make_agency
from agencies.tests.factories import make_user as make_user
from agencies.tests.factories import sign_in as sign_in
from lib.prepared import PreparedObjects
from measures.choices import (
    EvidenceKind,
    FilingState,
    LeadBasis,
    Nature,
    ResponsibilityRole,
    Stage,
)
from measures.models import (
    Evidence,
    Filing,
    LightThresholds,
    Measure,
    Milestone,
    Note,
    Notice,
    Period,
    Responsibility,
    Section,
)
from measures.rules.periods import Quarter
from measures.rules.thresholds import DEFAULTS

_numbers = count(1)
M = TypeVar("M", Notice, Period)


def make_notice() -> Notice:
    """Return a notice, created once per test."""
    return _first_of(Notice) or make_another_notice("渝府办发〔2018〕175号")


def _first_of(model: type[M]) -> M | None:
    return next(iter(_first(model).rows([])), None)


@cache
def _first(model: type[M]) -> PreparedObjects:
    """Prepared, because most tests make something of a notice or a period."""
    return PreparedObjects(model.objects.all()[:1])


def make_another_notice(number: str) -> Notice:
    """Create one more notice."""
    return Notice.objects.create(
        number=number,
        title="关于一件事的意见",
        issuer="重庆市人民政府办公厅",
        issued_on=date(2018, 11, 30),
        coordinator=commission(),
        preamble="为做好一件事，提出以下意见：",
        closing=["请认真落实。"],
        drafted_by=[],
        addressed_to=[],
        captured_text="",
        captured_digest="",
    )


def make_measure(
    *,
    lead: Agency | None = None,
    others: tuple[Agency, ...] = (),
    notice: Notice | None = None,
    **fields: object,
) -> Measure:
    """Create an ongoing measure under way, with a lead (by default a new one) and others."""
    notice = notice or make_notice()
    section, _ = Section.objects.get_or_create(
        notice=notice, ordinal=1, defaults={"title": "第一部分"}
    )
    fields = {
        "ordinal": Measure.objects.count() + 1,
        "title": "推进一件事",
        "text": ["推进一件事。"],
        "starts_on": date(2018, 11, 30),
        "stage": Stage.UNDER_WAY,
    } | fields
    measure = Measure.objects.create(notice=notice, section=section, **fields)
    make_responsibility(measure, lead or make_agency(), ResponsibilityRole.LEAD, order=1)
    for order, agency in enumerate(others, 2):
        make_responsibility(measure, agency, ResponsibilityRole.RESPONSIBLE, order=order)
    return measure


def make_dated_measure(**fields: object) -> Measure:
    """Create a measure that runs for the whole of 2026."""
    fields = {
        "nature": Nature.DATED,
        "starts_on": date(2026, 1, 1),
        "due_on": date(2026, 12, 31),
        "percent": 50,
    } | fields
    return make_measure(**fields)


def make_responsibility(
    measure: Measure, agency: Agency, role: ResponsibilityRole, *, order: int | None = None
) -> Responsibility:
    """Create one responsibility, by default at the end of the list."""
    return Responsibility.objects.create(
        measure=measure,
        agency=agency,
        order=order or measure.responsibilities.count() + 1,
        role=role,
        lead_basis=LeadBasis.FIRST_NAMED if role == ResponsibilityRole.LEAD else "",
    )


THIRD_QUARTER = Quarter(2026, 3)


def make_period(quarter: Quarter = THIRD_QUARTER, **fields: object) -> Period:
    """Create an open quarterly period, due tomorrow."""
    fields = {
        "kind": "quarterly",
        "label": quarter.label,
        "covers_from": quarter.starts_on,
        "covers_to": quarter.ends_on,
        "cumulative_from": date(quarter.year, 1, 1),
        "opens_on": quarter.ends_on,
        "due_on": TODAY + timedelta(days=1),
        "state": "open",
    } | fields
    if fields["kind"] == "special":
        fields.setdefault("reason", "市政府专题会议部署。")
    fields.setdefault("closes_on", fields["due_on"] + timedelta(days=14))
    return Period.objects.create(**{"notice": make_notice()} | fields)


def make_filing(
    *,
    measure: Measure | None = None,
    period: Period | None = None,
    agency: Agency | None = None,
    state: FilingState = FilingState.PENDING,
    author: User | None = None,
    **fields: object,
) -> Filing:
    """Create a filing of the measure's lead (or of the agency), with a note if its state has one.

    `author` wrote that note (by default a new person).
    """
    measure = measure or make_measure()
    duties = measure.responsibilities.select_related("agency")
    duty = duties.get(agency=agency) if agency else duties.get(role="lead")
    period = period or _first_of(Period) or make_period()
    moved = state in (FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.RETURNED)
    fields = {
        "due_on": period.due_on,
        "first_submitted_at": NOW - timedelta(days=1) if moved else None,
    } | fields
    if state == FilingState.WAIVED:
        fields = {"waived_reason": "本期不涉及。", "waived_at": NOW, "state": state} | fields
    filing = Filing.objects.create(
        period=period,
        measure=measure,
        agency=duty.agency,
        role=duty.role,
        agency_name=duty.agency.short_name,
        **fields,
    )
    if state not in (FilingState.PENDING, FilingState.WAIVED):
        left = {"left_at": None} if state == FilingState.IN_AGENCY else {}
        note = make_note(filing, author=author, submitted=state != FilingState.DRAFT, **left)
        if state == FilingState.ACCEPTED:
            filing.accepted_note = note
        filing.state = state
        filing.save()
    return filing


def make_note(
    filing: Filing, *, author: User | None = None, submitted: bool = False, **fields: object
) -> Note:
    """Create the next version of a filing's content."""
    author = author or make_user(Role.LIAISON, filing.agency)
    fields = {
        "progress": "已推进一件事。",
        "claimed_stage": Stage.UNDER_WAY,
        "saved_at": NOW - timedelta(days=1),
    } | fields
    if submitted:
        moment = NOW - timedelta(days=1)
        fields = {"submitted_by": author, "submitted_at": moment, "left_at": moment} | fields
    return Note.objects.create(
        filing=filing, version=filing.notes.count() + 1, author=author, **fields
    )


def make_thresholds(**fields: object) -> LightThresholds:
    """Create another set of thresholds, effective from next month."""
    known = DEFAULTS._replace(late_workdays=3)._asdict()
    since = {"valid_from": TODAY + timedelta(days=30), "reason": "会议明确。", "set_at": NOW}
    return LightThresholds.objects.create(**known | since | fields)


def make_evidence(note: Note, data: bytes = b"%PDF-1.7\n%%EOF\n", **fields: object) -> Evidence:
    """Create a stored file of a draft."""
    fields = {
        "name": "统计表.pdf",
        "kind": EvidenceKind.PDF,
        "size": len(data),
        "sha256": sha256(data).hexdigest(),
        "uploaded_by": note.author,
        "uploaded_at": NOW,
    } | fields
    stored = default_storage.save(f"evidence/test-{next(_numbers)}", ContentFile(data))
    return Evidence.objects.create(note=note, file=stored, **fields)


def content(**fields: object) -> dict[str, object]:
    """Return the content that a liaison types into a filing."""
    return {
        "progress": "本期推进一件事。",
        "problems": "",
        "next_steps": "继续推进。",
        "help_needed": "",
        "claimed_stage": Stage.UNDER_WAY,
        "claimed_percent": None,
        "confidence": "green",
        "confidence_reason": "",
    } | fields


def make_milestone(measure: Measure | None = None, **fields: object) -> Milestone:
    """Create a milestone of the measure's lead, due tomorrow and not done."""
    measure = measure or make_measure()
    lead = measure.responsibilities.get(role="lead").agency
    day = fields.get("due_on", TODAY + timedelta(days=1))
    fields = {
        "title": "办成一件事",
        "due_on": day,
        "original_due_on": day,
        "agency": lead,
        "agency_name": lead.short_name,
        "source": "工作方案",
    } | fields
    return Milestone.objects.create(measure=measure, **fields)
