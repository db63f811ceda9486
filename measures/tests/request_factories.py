"""Factories for requests to the chief and for objections, in any state."""

from datetime import date, timedelta
from hashlib import sha256
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agencies.models import User
from agencies.permissions import Role
from measures.choices import EvidenceKind, Stage
from measures.models import (
    ClosingFile,
    ClosingRequest,
    DueDateRequest,
    Filing,
    Measure,
    Objection,
    OverrideRequest,
)
from measures.models.request import ChiefRequest
from measures.tests.factories import NOW, TODAY, make_measure, make_user

_numbers = count(1)


def make_due_date_request(measure: Measure, **fields: object) -> DueDateRequest:
    """Create the lead's request for half a year more."""
    fields = {
        "from_on": measure.due_on,
        "to_on": date(2027, 6, 30),
        "percent": measure.percent,
        "reason": "上级政策调整。",
        "asked_at": NOW - timedelta(days=1),
    } | _whose(DueDateRequest, measure, fields)
    return DueDateRequest.objects.create(measure=measure, **fields)


def make_closing_request(
    measure: Measure, data: bytes = b"%PDF-1.7\n%%EOF\n", **fields: object
) -> ClosingRequest:
    """Create the lead's request to close, with one file; if it is agreed, the measure is done."""
    fields = {
        "nature": measure.nature,
        "result": "各项任务均已完成。",
        "completed_on": TODAY - timedelta(days=3),
        "asked_at": NOW - timedelta(days=1),
    } | _whose(ClosingRequest, measure, fields)
    request = ClosingRequest.objects.create(measure=measure, **fields)
    ClosingFile.objects.create(
        request=request,
        file=default_storage.save(f"evidence/test-closing-{next(_numbers)}", ContentFile(data)),
        name="完成报告.pdf",
        kind=EvidenceKind.PDF,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        uploaded_by=request.asked_by,
        uploaded_at=NOW,
    )
    if request.state == "agreed":
        measure.stage, measure.completed_on = Stage.DONE, request.completed_on
        measure.save(update_fields=["stage", "completed_on"])
    return request


def make_objection(filing: Filing, *, contested_by: User | None = None, **fields) -> Objection:
    """Create an open objection of the filing's agency to the return of its note."""
    author = make_user(Role.LIAISON, filing.agency)
    fields = {
        "subject": "return",
        "measure": filing.measure,
        "agency": filing.agency,
        "agency_name": filing.agency_name,
        "filing": filing,
        "against": "请补充数据来源。",
        "contested_by": contested_by or author,
        "text": "数据来源已在第二段注明。",
        "raised_by": author,
        "raised_at": NOW,
        "decide_by": TODAY + timedelta(days=7),
    } | fields
    return Objection.objects.create(**fields)


def make_override(measure: Measure | None = None, **fields: object) -> OverrideRequest:
    """Create an override to yellow, agreed yesterday, until next month."""
    measure = measure or make_measure()
    fields = {
        "light": "yellow",
        "reason": "已商定补报时间。",
        "against": "滞后：逾期未报",
        "post": "市商务委统筹岗",
        "starts_on": TODAY - timedelta(days=1),
        "ends_on": TODAY + timedelta(days=30),
        "asked_by": make_user(),
        "asked_at": NOW,
        "state": "agreed",
    } | fields
    whose = _whose(OverrideRequest, measure, fields)
    return OverrideRequest.objects.create(measure=measure, **whose)


def _whose(
    model: type[ChiefRequest], measure: Measure, fields: dict[str, object]
) -> dict[str, object]:
    """Return the lead, the requester, and the decider if it was decided."""
    lead = measure.responsibilities.get(role="lead").agency
    whose: dict[str, object] = {"agency": lead, "agency_name": lead.short_name}
    whose |= {"post": lead.short_name}
    if "asked_by" not in fields:
        whose["asked_by"] = make_user(Role.LIAISON, lead)
    if fields.get("state", "open") not in model.undecided and "decided_by" not in fields:
        whose |= {"decided_by": make_user(Role.CHIEF), "decided_at": NOW}
        whose["decision_note"] = "已核实。"
    return whose | fields
