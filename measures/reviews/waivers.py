"""免报 and 核销: waiving a filing, writing off a debt, and undoing either."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, demand_reason
from measures.bars import REVIEW
from measures.choices import FilingState, MeasureMessage
from measures.filings.locking import lock_all, settle_call, tell_filers
from measures.lights.refresh import refresh_light
from measures.models import Filing
from measures.reviews.corrections import take_with_reason

WRITE_OFF, RESTORE = "核销欠报", "取消核销"


@transaction.atomic
def waive_filing(filing: Filing, *, by: User, reason: str, at: datetime) -> Filing:
    """Waive a filing. A draft that was begun stays as it is.

    Only a filing never submitted, and only in an open period. Raises DomainError otherwise or if
    the reason is empty, PermissionDenied except for coordinators who took no part in it.
    """
    filing, _, reason = take_with_reason(filing, "waive", by=by, reason=reason)
    if filing.first_submitted_at is not None:
        raise DomainError("已报送过的填报不能免报。")
    set_waived(filing, by=by, reason=reason, at=at)
    trail.record(
        "filing.waive",
        filing,
        by=by,
        at=at,
        sentence=f"{filing}免报：{reason}",
        after={"state": filing.state, "waived_reason": reason},
    )
    _tell(filing, f"免报：{reason}", at)
    return filing


@transaction.atomic
def unwaive_filing(filing: Filing, *, by: User, reason: str, at: datetime) -> Filing:
    """Undo a waiver, until the period closes: the filing is owed again, a draft is kept.

    Raises as waive_filing.
    """
    filing, _, reason = take_with_reason(filing, "unwaive", by=by, reason=reason)
    before = {"state": filing.state, "waived_reason": filing.waived_reason}
    clear_waiver(filing)
    trail.record(
        "filing.unwaive",
        filing,
        by=by,
        at=at,
        sentence=f"取消{filing}的免报：{reason}",
        before=before,
        after={"state": filing.state, "reason": reason},
    )
    _tell(filing, f"取消免报，请于{filing.due_on:%Y-%m-%d}前报送：{reason}", at)
    return filing


@transaction.atomic
def write_off_debt(filing: Filing, *, by: User, reason: str, at: datetime) -> Filing:
    """Write off a debt: it stays 未报 in its period and no longer affects the light.

    Raises PermissionDenied except for coordinators who took no part in it, DomainError if it is
    not a debt (measures.models.Filing.is_debt) or the reason is empty.
    """
    filing = _locked_debt(filing, by)
    reason = demand_reason(reason, WRITE_OFF)
    if not filing.is_debt(on=localdate(at)):
        raise DomainError("只有逾期未报、尚未核销的填报可以核销，请刷新页面查看最新状态。")
    _set_written_off(filing, reason, by, at)
    settle_call(filing, at)
    trail.record(
        "filing.write_off",
        filing,
        by=by,
        at=at,
        sentence=f"核销{filing}的欠报：{reason}",
        after={"written_off_reason": reason},
    )
    _tell(filing, f"欠报核销，不再催报：{reason}", at)
    return filing


@transaction.atomic
def restore_debt(filing: Filing, *, by: User, reason: str, at: datetime) -> Filing:
    """Undo a write-off: the filing is owed again. Raises as write_off_debt."""
    filing = _locked_debt(filing, by)
    reason = demand_reason(reason, RESTORE)
    if filing.written_off_at is None:
        raise DomainError("这项填报没有核销，请刷新页面查看最新状态。")
    before = {"written_off_reason": filing.written_off_reason}
    _set_written_off(filing, "", None, None)
    trail.record(
        "filing.restore_debt",
        filing,
        by=by,
        at=at,
        sentence=f"取消核销{filing}的欠报：{reason}",
        before=before,
        after={"reason": reason},
    )
    _tell(filing, f"取消核销，仍须补报：{reason}", at)
    return filing


def _locked_debt(filing: Filing, by: User) -> Filing:
    (filing,) = lock_all([filing.pk])
    REVIEW.demand(filing, by)
    return filing


def _set_written_off(filing: Filing, reason: str, by: User | None, at: datetime | None) -> None:
    filing.written_off_reason, filing.written_off_by, filing.written_off_at = reason, by, at
    filing.save(update_fields=["written_off_reason", "written_off_by", "written_off_at"])


def _tell(filing: Filing, words: str, at: datetime) -> None:
    """Compute the light again, and notify the agency's liaisons."""
    refresh_light(filing.measure_id, on=localdate(at))
    sentence = f"{filing.measure}{filing.period}{words}"
    tell_filers(filing, MeasureMessage.CHANGED, sentence, at)


def set_waived(filing: Filing, *, by: User, reason: str, at: datetime) -> None:
    filing.state = FilingState.WAIVED
    filing.waived_reason, filing.waived_by, filing.waived_at = reason, by, at
    filing.save(update_fields=["state", "waived_reason", "waived_by", "waived_at"])
    settle_call(filing, at)


def clear_waiver(filing: Filing) -> None:
    """Set a locked, waived filing back to 草稿 if a draft was begun, else to 待填报."""
    begun = filing.notes.kept().filter(submitted_at=None).exists()
    filing.state = FilingState.DRAFT if begun else FilingState.PENDING
    filing.waived_reason, filing.waived_by, filing.waived_at = "", None, None
    filing.save(update_fields=["state", "waived_reason", "waived_by", "waived_at"])
