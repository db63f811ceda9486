"""Archiving a notice that is carried out, and taking it up again."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.approvals.kinds import KINDS
from measures.chasing.settling import settle_chases
from measures.filings.locking import BEFORE_SOMEBODY
from measures.models import Filing, Instruction, Notice, NoticeChange, Objection, Period
from reports.choices import UNDER_WAY
from reports.models import Report


def what_waits(notice: Notice) -> list[tuple[str, int]]:
    """What must be settled before the notice is archived, each with how many there are."""
    return [(label, number) for label, rows in _waiting(notice) if (number := rows.count())]


def open_periods(notice: Notice) -> list[Period]:
    """Those that must be closed first, each on its own page."""
    return list(Period.objects.open().filter(notice=notice).newest_first())


def _waiting(notice: Notice) -> Iterator[tuple[str, QuerySet]]:
    own = {"measure__notice": notice}
    yield "正在填报的填报期", Period.objects.open().filter(notice=notice)
    yield "待审核的填报", Filing.objects.filter(**own, state__in=BEFORE_SOMEBODY)
    for kind in KINDS.values():
        yield f"待审批的{kind.label}", kind.model.objects.open().filter(**own)
    yield "待答复的异议", Objection.objects.open().filter(**own)
    yield "未办结的批示", Instruction.objects.open().filter(**own)
    yield "待确认的原文补录和修订", NoticeChange.objects.in_hand().filter(notice=notice)
    yield "正在生成的报告", Report.objects.filter(period__notice=notice, state__in=UNDER_WAY)


@transaction.atomic
def archive_notice(notice: Notice, *, by: User, reason: str, at: datetime) -> Notice:
    """Archive a notice: it asks for nothing any more and is counted nowhere, but stays readable.

    Raises PermissionDenied, and DomainError without a reason, where it is archived already, or
    where something about it still waits for somebody.
    """
    notice = _locked(notice, by)
    reason = demand_reason(reason, "归档文件")
    if notice.archived_at is not None:
        raise DomainError(f"{notice}已经归档。")
    if waiting := what_waits(notice):
        words = "、".join(f"{label}{number}件" for label, number in waiting)
        raise DomainError(f"{notice}还有{words}，请先办结，再归档。")
    settle_chases(Filing.objects.filter(period__notice=notice), at=at)
    return _write(notice, at, by=by, at=at, sentence=f"归档{notice}：{reason}")


@transaction.atomic
def reopen_notice(notice: Notice, *, by: User, reason: str, at: datetime) -> Notice:
    """Take an archived notice up again. Raises PermissionDenied, and DomainError as above."""
    notice = _locked(notice, by)
    reason = demand_reason(reason, "恢复文件")
    if notice.archived_at is None:
        raise DomainError(f"{notice}没有归档，不必恢复。")
    return _write(notice, None, by=by, at=at, sentence=f"恢复{notice}：{reason}")


def _locked(notice: Notice, by: User) -> Notice:
    by.demand(Perm.KEEP_NOTICE)
    return Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)


def _write(
    notice: Notice, archived_at: datetime | None, *, by: User, at: datetime, sentence: str
) -> Notice:
    before = notice.archived_at
    notice.archived_at = archived_at
    notice.save(update_fields=["archived_at"])
    trail.record(
        "notice.archive" if archived_at else "notice.reopen",
        notice,
        by=by,
        at=at,
        sentence=sentence,
        before={"archived_at": before},
        after={"archived_at": archived_at},
    )
    return notice
