"""免报: the commission says that a filing need not be made, and takes that back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError
from measures.choices import FilingState, MeasureMessage
from measures.filings.locking import tell_filers
from measures.lights.refresh import refresh_light
from measures.models import Filing
from measures.reviews.corrections import take_with_reason


@transaction.atomic
def waive_filing(filing: Filing, *, by: User, reason: str, at: datetime) -> Filing:
    """Say that a filing need not be made. A draft that was begun stays as it is.

    Only what never left its agency, and only in an open period. Raises DomainError otherwise and
    where the reason is empty, PermissionDenied for others than coordinators without a part in it.
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
    refresh_light(filing.measure_id, on=localdate(at))
    words = f"{filing.measure}{filing.period.slice_label}免报：{reason}"
    tell_filers(filing, MeasureMessage.CHANGED, words, at)
    return filing


@transaction.atomic
def unwaive_filing(filing: Filing, *, by: User, reason: str, at: datetime) -> Filing:
    """Take back a waiver, until the period closes: to be filed again, a draft goes on.

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
    refresh_light(filing.measure_id, on=localdate(at))
    words = (
        f"{filing.measure}{filing.period.slice_label}取消免报，"
        f"请于{filing.due_on:%Y-%m-%d}前报送：{reason}"
    )
    tell_filers(filing, MeasureMessage.CHANGED, words, at)
    return filing


def set_waived(filing: Filing, *, by: User, reason: str, at: datetime) -> None:
    filing.state = FilingState.WAIVED
    filing.waived_reason, filing.waived_by, filing.waived_at = reason, by, at
    filing.save(update_fields=["state", "waived_reason", "waived_by", "waived_at"])


def clear_waiver(filing: Filing) -> None:
    """Back to where a locked filing stood: 草稿 where one had been begun, else 待填报."""
    begun = filing.notes.kept().filter(submitted_at=None).exists()
    filing.state = FilingState.DRAFT if begun else FilingState.PENDING
    filing.waived_reason, filing.waived_by, filing.waived_at = "", None, None
    filing.save(update_fields=["state", "waived_reason", "waived_by", "waived_at"])
