"""Factories for gaps and their changes in any state, without the actions."""

from hashlib import sha256
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agencies.models import User
from measures.choices import ChangeKind, ChangeState, EvidenceKind, GapKind
from measures.models import Gap, Measure, NoticeChange, NoticeChangeFile
from measures.tests.factories import NOW, TODAY

_numbers = count(1)


def make_gap(measure: Measure, kind: GapKind = GapKind.TITLE) -> Gap:
    return Gap.objects.create(notice=measure.notice, measure=measure, kind=kind)


def make_change(gap: Gap, *, by: User, **fields: object) -> NoticeChange:
    """Create a change that fills a gap's title, by default waiting for a second person."""
    fields = {
        "title": "公布的标题",
        "state": ChangeState.WAITING,
        "source_document": gap.notice.number,
        "source_place": "第5页",
        "source_on": TODAY,
        **fields,
    }
    return NoticeChange.objects.create(
        notice=gap.notice,
        gap=gap,
        measure=gap.measure,
        writers=[by.pk],
        entered_by=by,
        entered_at=NOW,
        **fields,
    )


def make_revision(measure: Measure, *, by: User, **fields: object) -> NoticeChange:
    """Create a change of a measure's title from today on, by default waiting."""
    fields = {
        "kind": ChangeKind.REVISE,
        "title": "修订后的标题",
        "text": measure.text,
        "holds_from": TODAY,
        "state": ChangeState.WAITING,
        "source_document": "渝府办发〔2026〕9号",
        "source_place": "第2页",
        "source_on": TODAY,
        **fields,
    }
    return NoticeChange.objects.create(
        notice=measure.notice,
        measure=measure,
        writers=[by.pk],
        entered_by=by,
        entered_at=NOW,
        **fields,
    )


def make_change_file(change: NoticeChange, data: bytes = b"%PDF-1.7\n%%EOF\n") -> NoticeChangeFile:
    name = f"evidence/test-change-{next(_numbers)}"
    return NoticeChangeFile.objects.create(
        change=change,
        file=default_storage.save(name, ContentFile(data)),
        name="第5页.pdf",
        kind=EvidenceKind.PDF,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        uploaded_by=change.entered_by,
        uploaded_at=NOW,
    )


def make_filled(gap: Gap, *, by: User, second: User) -> NoticeChange:
    """Create a title that two people filled in."""
    change = make_change(gap, by=by, state=ChangeState.CONFIRMED, decided_by=second, decided_at=NOW)
    Measure.objects.filter(pk=gap.measure_id).update(title=change.title)
    gap.confirmed_by, gap.confirmed_at, gap.source = second, NOW, change.source
    gap.save()
    return change
