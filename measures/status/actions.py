"""The commission updates, corrects, suspends or resumes a measure's stage and percent."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localdate, localtime

from agencies.audit import trail
from agencies.inbox.messages import tell
from agencies.models import User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, StaleError
from lib.inserting import update_fields
from measures.choices import SETTABLE_STAGES, MeasureMessage, Stage, StatusKind
from measures.lights.refresh import refresh_light
from measures.models import Filing, Measure, Note, Period, StatusUpdate
from measures.rules.comparison import Status, is_backward

REASON_MOST, BACK_MOST = 1000, 300  # of an update; a request to the chief keeps the whole text
# The event code of each kind.
ACTIONS = {
    StatusKind.UPDATED: "measure.status",
    StatusKind.CORRECTED: "measure.status_correct",
    StatusKind.SUSPENDED: "measure.suspend",
    StatusKind.RESUMED: "measure.resume",
}
ENDED = "这项措施已按后来的文件终止，不能再更新进度；按后来的文件恢复的，请办理修订。"


@transaction.atomic
def update_status(
    measure: Measure,
    *,
    by: User,
    stage: str,
    percent: int | None,
    reason: str,
    back_reason: str = "",
    corrects: StatusUpdate | None = None,
    period: Period | None = None,
    notes: Sequence[Note] = (),
    seen: int | None = None,
    at: datetime,
) -> StatusUpdate:
    """Add a status update of a measure; earlier updates stay.

    `percent` only for dated measures; `corrects` is the newest update, if that was wrong; `seen` is
    the id of the newest update that the person saw (0: none; None: not checked). Raises
    PermissionDenied; StaleError if there is a newer one; DomainError for a closed or ended measure
    (only the chief changes a closed one), for notes that are not accepted notes of this measure, or
    for a correction of an older update; ValidationError for values that constraints refuse and for
    going back without a reason.
    """
    by.demand(Perm.UPDATE_STATUS)
    # Lock before reading the newest update: of two concurrent updates the second sees the first.
    measure = Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    if measure.completed_on is not None:
        raise DomainError(f"{measure}已办结，不能再更新进度。")
    if Stage.ENDED in (measure.stage, stage):
        raise DomainError(ENDED)
    newest = measure.status_updates.select_related("by").first()
    if newest is not None and seen is not None and seen != newest.pk:
        raise StaleError(overtaken_words(newest))
    if corrects is not None and corrects != newest:
        raise DomainError("只能更正最近一次进度更新，请刷新页面查看最新状态。")
    _demand_accepted(measure, notes)
    update = StatusUpdate(
        measure=measure,
        period=period,
        stage_before=measure.stage,
        percent_before=measure.percent,
        stage=stage,
        percent=percent if measure.is_dated else None,
        reason=reason.strip(),
        back_reason=back_reason.strip(),
        corrects=corrects,
        by=by,
        at=at,
    )
    _demand_ground(update)
    update.save_checked()
    update.notes.set(notes)
    measure.stage, measure.percent = update.stage, update.percent
    measure.changed_on = localdate(at)
    update_fields([measure], ["stage", "percent", "changed_on"])
    _record(update, by, at)
    refresh_light(measure.pk, on=localdate(at))
    _tell(update, at)
    return update


def write_status(
    measure: Measure, before: Status, now: Status, *, reason: str, by: User, at: datetime
) -> None:
    """Add the status that follows from a decision or a revision; part of an action.

    Raises ValidationError for values that the constraints refuse.
    """
    (stage, percent), (stage_before, percent_before) = now, before
    is_less = (percent or 0) < (percent_before or 0)
    update = StatusUpdate(
        measure=measure,
        stage_before=stage_before,
        percent_before=percent_before,
        stage=stage,
        percent=percent,
        reason=Truncator(reason).chars(REASON_MOST),
        back_reason=Truncator(reason).chars(BACK_MOST) if is_less else "",
        by=by,
        at=at,
    )
    update.save_checked()
    measure.stage, measure.percent = stage, percent
    update_fields([measure], ["stage", "percent"])


def mark_changed(measure: Measure, at: datetime) -> None:
    """Set the day of the last change, and compute the light again; part of an action."""
    if measure.changed_on != localdate(at):
        measure.changed_on = localdate(at)
        update_fields([measure], ["changed_on"])
    refresh_light(measure.pk, on=localdate(at))


def resting_on(filing: Filing) -> StatusUpdate | None:
    """Return the measure's newest status update if it is based on the filing's accepted note."""
    newest = StatusUpdate.objects.filter(measure=filing.measure_id).first()
    if newest is None or filing.accepted_note_id is None:
        return None
    return newest if newest.notes.filter(pk=filing.accepted_note_id).exists() else None


def can_be_undone(update: StatusUpdate | None) -> bool:
    """Whether the status before an update is known and can be set again."""
    return update is not None and update.stage_before in SETTABLE_STAGES


def overtaken_words(newest: StatusUpdate) -> str:
    reason = f"{newest.reason.rstrip('。')}。"
    return (
        f"{newest.by.name}已于{localtime(newest.at):%Y-%m-%d %H:%M}将进度更新为"
        f"“{newest.words}”：{reason}请核对后再提交，您填写的内容仍在。"
    )


def _demand_accepted(measure: Measure, notes: Sequence[Note]) -> None:
    """Raise DomainError unless all notes are accepted notes of the measure."""
    wanted = {note.pk for note in notes}
    accepted = Filing.objects.filter(measure=measure, accepted_note__in=wanted)
    if wanted and accepted.count() < len(wanted):
        raise DomainError("只能依据这项措施已通过的进展，请刷新页面重新选择。")


def _demand_ground(update: StatusUpdate) -> None:
    """Raise ValidationError if going back lacks a reason; a correction's own is enough."""
    before = (update.stage_before, update.percent_before)
    is_said = update.corrects is not None or update.back_reason
    if not is_said and is_backward(before, (update.stage, update.percent)):
        raise ValidationError({"back_reason": "进度或完成比例比现状低，须写明回退原因。"})


def _record(update: StatusUpdate, by: User, at: datetime) -> None:
    after: dict[str, object] = {"stage": update.stage, "percent": update.percent}
    if update.back_reason:
        after["back_reason"] = update.back_reason
    trail.record(
        ACTIONS[update.kind],
        update.measure,
        by=by,
        at=at,
        sentence=f"{_deed(update)}：{update.reason}",
        before={"stage": update.stage_before, "percent": update.percent_before},
        after=after,
    )


def _deed(update: StatusUpdate) -> str:
    measure = update.measure
    if update.kind == StatusKind.UPDATED and update.back_reason:
        return f"将{measure}的进度由“{update.words_before}”回退为“{update.words}”"
    return {
        StatusKind.UPDATED: f"将{measure}的进度定为“{update.words}”",
        StatusKind.CORRECTED: f"将{measure}的进度更正为“{update.words}”",
        StatusKind.SUSPENDED: f"中止{measure}",
        StatusKind.RESUMED: f"恢复{measure}，进度为“{update.words}”",
    }[update.kind]


def _tell(update: StatusUpdate, at: datetime) -> None:
    """Notify all responsible agencies of 中止 and 恢复; the lead of a correction or step back."""
    if update.kind == StatusKind.UPDATED and not update.back_reason:
        return
    leads_only = update.kind in (StatusKind.UPDATED, StatusKind.CORRECTED)
    duties = update.measure.responsibilities
    told = duties.leads(on=localdate(at)) if leads_only else duties.valid(on=localdate(at))
    agencies = told.values_list("agency", flat=True)
    tell(
        User.objects.holding_in_any(agencies, Role.LIAISON, Role.AGENCY_HEAD, on=localdate(at)),
        kind=MeasureMessage.CHANGED,
        sentence=f"市商务委{_deed(update)}：{update.back_reason or update.reason}",
        url=reverse("measures:measure", args=[update.measure_id]) + "#status",
        at=at,
    )
