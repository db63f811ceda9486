"""Requests for the chief's word, in any state a test wants."""

from datetime import date, timedelta
from hashlib import sha256
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agencies.permissions import Role
from measures.choices import EvidenceKind, Stage
from measures.models import ClosingFile, ClosingRequest, DueDateRequest, Measure
from measures.tests.factories import NOW, TODAY, make_user

_numbers = count(1)


def make_due_date_request(measure: Measure, **fields: object) -> DueDateRequest:
    """The lead asks for half a year more."""
    fields = {
        "from_on": measure.due_on,
        "to_on": date(2027, 6, 30),
        "percent": measure.percent,
        "reason": "上级政策调整。",
        "asked_at": NOW - timedelta(days=1),
    } | _whose(measure, fields)
    return DueDateRequest.objects.create(measure=measure, **fields)


def make_closing_request(
    measure: Measure, data: bytes = b"%PDF-1.7\n%%EOF\n", **fields: object
) -> ClosingRequest:
    """The lead asks to close, with one file; where it was agreed to, the measure is done."""
    fields = {
        "nature": measure.nature,
        "result": "各项任务均已完成。",
        "completed_on": TODAY - timedelta(days=3),
        "asked_at": NOW - timedelta(days=1),
    } | _whose(measure, fields)
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


def _whose(measure: Measure, fields: dict[str, object]) -> dict[str, object]:
    """The lead, who asked for it, and who decided where that is over."""
    lead = measure.responsibilities.get(role="lead").agency
    whose: dict[str, object] = {"agency": lead, "agency_name": lead.short_name}
    whose |= {"post": lead.short_name}
    if "asked_by" not in fields:
        whose["asked_by"] = make_user(Role.LIAISON, lead)
    if fields.get("state", "open") not in ("open", "passed") and "decided_by" not in fields:
        whose |= {"decided_by": make_user(Role.CHIEF), "decided_at": NOW}
        whose["decision_note"] = "已核实。"
    return whose | fields
