"""After acceptance: the agency begins or drops a correction, the commission undoes an accept."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, demand_reason
from measures.choices import Decision, FilingState, MeasureMessage
from measures.filings.content import copied
from measures.filings.locking import demand_newest, settle_call, take, tell_filers
from measures.indicators.values import take_back_figures
from measures.lights.refresh import refresh_light
from measures.models import Filing, Note, Review, StatusUpdate
from measures.rules.workflow import STEPS, FilingStep
from measures.status.actions import can_be_undone, resting_on, update_status


@transaction.atomic
def correct_note(filing: Filing, *, by: User, reason: str, at: datetime) -> Note:
    """Begin a correction: the next version is a draft, copied from the accepted note.

    The accepted note stays effective until the new one is accepted; a correction is possible in a
    closed period too. Raises DomainError if nothing is accepted or the reason is empty,
    PermissionDenied for people of other agencies.
    """
    filing, step = take(filing, "correct", by=by)
    reason = demand_reason(reason, "更正")
    accepted = filing.notes.get(pk=filing.accepted_note_id or 0)
    note = copied(accepted, by=by, at=at, correction_reason=reason, answer="")
    filing.state = step.target
    filing.save(update_fields=["state"])
    trail.record(
        "filing.correct",
        filing,
        by=by,
        at=at,
        sentence=f"更正{filing}，另存为第{note.version}版草稿：{reason}",
        after={"state": filing.state, "version": note.version, "correction_reason": reason},
    )
    refresh_light(filing.measure_id, on=localdate(at))
    return note


@transaction.atomic
def drop_correction(filing: Filing, *, by: User, at: datetime) -> Filing:
    """Drop a correction that is not submitted or was returned; the accepted note stays effective.

    Its versions are marked as dropped and stay readable for the same people. Raises DomainError if
    nothing was accepted before, or if somebody else wrote the correction and can still decide
    about it; PermissionDenied for people of other agencies.
    """
    filing, step = take(filing, "drop", by=by)
    if filing.accepted_note_id is None:
        raise DomainError("这项填报还没有通过过的版本，不是更正，不能放弃；可以继续修改后提交。")
    note = demand_newest(filing)
    if note.author_id != by.pk and note.author.can(STEPS["drop"].perm, filing.agency_id):
        raise DomainError(f"这一更正由{note.author.name}填写，请由其本人放弃。")
    accepted = filing.notes.get(pk=filing.accepted_note_id)
    dropped = filing.notes.kept().filter(version__gt=accepted.version)
    numbers = list(dropped.order_by("version").values_list("version", flat=True))
    dropped.update(dropped_by=by, dropped_at=at)
    filing.state, filing.mend_by = step.target, None
    filing.save(update_fields=["state", "mend_by"])
    settle_call(filing, at)
    versions = "、".join(str(number) for number in numbers)
    trail.record(
        "filing.drop",
        filing,
        by=by,
        at=at,
        sentence=f"放弃{filing}的更正（第{versions}版），第{accepted.version}版继续有效。",
        after={"state": filing.state, "version": accepted.version},
    )
    refresh_light(filing.measure_id, on=localdate(at))
    return filing


@transaction.atomic
def unaccept_note(
    filing: Filing, *, by: User, reason: str, restores_status: bool = False, at: datetime
) -> Filing:
    """Undo a mistaken accept, until the period closes: the note has to be reviewed again.

    The note accepted before it, if any, is effective again. A status update based on the note
    stays and is shown as having lost its basis; with `restores_status` the status before it is
    set again. Raises DomainError if the period has closed, the reason is empty or there is no
    status to restore, PermissionDenied if the person may not review.
    """
    filing, step, reason = take_with_reason(filing, "unaccept", by=by, reason=reason)
    ground = resting_on(filing)
    review = _reopen_review(filing)
    earlier = filing.notes.filter(version__lt=review.note.version, review__decision=Decision.ACCEPT)
    filing.state, filing.accepted_note = step.target, earlier.order_by("-version").first()
    filing.save(update_fields=["state", "accepted_note"])
    take_back_figures(review.note, by=by, reason=reason, at=at)
    trail.record(
        "filing.unaccept",
        filing,
        by=by,
        at=at,
        sentence=f"取消通过{filing}第{review.note.version}版：{reason}",
        before={"state": FilingState.ACCEPTED},
        after={"state": filing.state, "reason": reason},
    )
    if restores_status:
        _restore_status(filing, ground, by=by, reason=reason, at=at)
    refresh_light(filing.measure_id, on=localdate(at))
    words = f"{filing.measure}的进展取消通过，重新审核：{reason}"
    tell_filers(filing, MeasureMessage.CHANGED, words, at)
    return filing


def _restore_status(
    filing: Filing, ground: StatusUpdate | None, *, by: User, reason: str, at: datetime
) -> None:
    """Set the status again that was effective before the update based on the note."""
    if ground is None or not can_be_undone(ground):
        raise DomainError(
            "现在的进度不是依据这一版定的，没有可以恢复的进度，请刷新页面查看最新状态。"
        )
    what = f"所依据的{filing.agency_name}{filing.period}进展取消通过"
    update_status(
        filing.measure,
        by=by,
        stage=ground.stage_before,
        percent=ground.percent_before,
        reason=f"{what}，恢复此前进度：{reason}",
        corrects=ground,
        period=filing.period,
        at=at,
    )


def take_with_reason(
    filing: Filing, name: str, *, by: User, reason: str
) -> tuple[Filing, FilingStep, str]:
    """Lock a filing for a commission step that needs a reason and an open period.

    Returns the filing, the step and the reason. Raises PermissionDenied if the person may not
    review it, DomainError if the step is not possible, the reason is empty or the period closed.
    """
    filing, step = take(filing, name, by=by)
    reason = demand_reason(reason, step.label)
    if not filing.period.is_open:
        raise DomainError(f"{filing.period}已关闭，不能再{step.label}。")
    return filing, step, reason


def _reopen_review(filing: Filing) -> Review:
    """Set the accepted note's review back to undecided; the audit trail keeps the decision."""
    review = Review.objects.select_related("note").get(note=filing.accepted_note_id)
    review.decision, review.comment = "", ""
    review.decided_by = review.decided_at = None
    review.save(update_fields=["decision", "comment", "decided_by", "decided_at"])
    return review
