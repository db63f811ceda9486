"""办结 and 转入常态: the lead requests it with result and files; the chief decides, may reopen."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, demand_reason
from measures.access import speaks_for_lead
from measures.approvals.due_dates import NO_LEAD, lapse_due_dates
from measures.choices import Stage
from measures.filings.evidence import described, store
from measures.models import ClosingFile, ClosingRequest, Measure, StatusUpdate
from measures.requests.actions import (
    announce_decision,
    demand_lead,
    lock_as_chief,
    lock_measure,
    record,
    save_new,
    settle,
    tell_chiefs,
    tell_sides,
)
from measures.responsibilities.reassigning import (
    Reassignment,
    follow_responsibilities,
    lock_open_filings,
    waive_unfiled,
)
from measures.rules.closing import day_label_of, demand_day, demand_may_ask, word_of
from measures.rules.requests import CLOSING_STEPS as STEPS
from measures.rules.uploads import Upload
from measures.status.actions import mark_changed, write_status


@transaction.atomic
def ask_closing(
    measure: Measure,
    *,
    by: User,
    result: str,
    completed_on: date,
    uploads: Iterable[Upload],
    stored: list[str],
    at: datetime,
) -> ClosingRequest:
    """Request closing a measure, with the result and files.

    `stored` collects the names of written files (no_file_left_behind). Raises PermissionDenied
    unless `by` is one of the lead's people, DomainError if the measure cannot be closed now, or
    without a result or file, ValidationError for values that constraints refuse.
    """
    measure, on = lock_measure(measure.pk), localdate(at)
    lead = demand_lead(measure, on=on, otherwise=NO_LEAD)
    if not speaks_for_lead(by, lead, measure):
        raise PermissionDenied
    word = word_of(measure.nature)
    demand_may_ask(
        is_closed=measure.completed_on is not None,
        is_suspended=measure.stage == Stage.SUSPENDED,
        has_open=ClosingRequest.objects.filter(measure=measure).open().exists(),
        word=word,
    )
    label = day_label_of(measure.nature)
    demand_day(completed_on, starts_on=measure.starts_on, on=on, label=label)
    request, step = ClosingRequest(nature=measure.nature, completed_on=completed_on), STEPS["ask"]
    request.result = result.strip()
    if not request.result:
        raise DomainError(f"申请{word}须写明完成情况，请填写后再提交。")
    save_new(request, step, measure=measure, lead=lead, by=by, at=at)
    names = _attach(request, uploads, by, at, stored)
    sentence = f"{request.post}申请{measure}{word}：{request.result}"
    after = {"completed_on": completed_on, "result": request.result, "files": names}
    record(request, step, by=by, at=at, sentence=sentence, after=after)
    tell_chiefs(request, f"{request.post}申请{measure}{word}，待审批。", at=at)
    return request


@transaction.atomic
def agree_closing(
    request: ClosingRequest, *, by: User, note: str = "", at: datetime
) -> ClosingRequest:
    """Agree as the chief: the measure is done, and filings not submitted yet are waived.

    An open request about its due date lapses. Raises PermissionDenied unless `by` is a chief
    without a part in it, DomainError if it is not open any more or the measure was suspended.
    """
    filings = lock_open_filings(request.measure)
    request, step = lock_as_chief(request, "agree", by=by)
    measure = request.measure
    if measure.stage == Stage.SUSPENDED:
        raise DomainError("这项措施已中止，请先恢复推进；或不同意这一申请并说明。")
    if measure.stage == Stage.ENDED:
        raise DomainError(f"这项措施已终止，不再{request.word}；请不同意这一申请并说明。")
    settle(request, step, by=by, note=note, at=at)
    before = {name: getattr(measure, name) for name in ("stage", "percent", "completed_on")}
    measure.stage, measure.completed_on = Stage.DONE, request.completed_on
    measure.percent = 100 if measure.is_dated else None
    measure.save(update_fields=["stage", "completed_on", "percent"])
    after = {name: getattr(measure, name) for name in before}
    after["waived"] = waive_unfiled(filings, by=by, at=at)
    lapse_due_dates(measure, by=by, reason="措施已办结", at=at)
    mark_changed(measure, at)
    announce_decision(request, step, by=by, at=at, before=before, after=after)
    return request


@transaction.atomic
def reopen_measure(
    request: ClosingRequest, *, by: User, reason: str, at: datetime
) -> ClosingRequest:
    """Reopen a closed measure; the agreed request is kept as reopened.

    Filings waived by the closing are owed again in periods that are still open. Raises
    PermissionDenied unless `by` is a chief without a part in it, DomainError if the closing is not
    in effect or there is no reason.
    """
    lock_open_filings(request.measure)
    request, step = lock_as_chief(request, "reopen", by=by)
    measure, reason = request.measure, demand_reason(reason, step.label)
    request.state = step.target
    request.reopened_by, request.reopened_at, request.reopened_reason = by, at, reason
    request.full_clean()
    request.save()
    before = {name: getattr(measure, name) for name in ("stage", "percent", "completed_on")}
    was = (measure.stage, measure.percent)
    measure.completed_on, measure.stage = None, Stage.UNDER_WAY
    measure.save(update_fields=["completed_on", "stage"])
    # The percentage of the newest status update, from before it was closed.
    newest = StatusUpdate.objects.filter(measure=measure).order_by("-at", "-pk").first()
    percent = newest.percent if newest and measure.is_dated else None
    now = (Stage.UNDER_WAY, percent)
    write_status(measure, was, now, reason=f"{step.label}：{reason}", by=by, at=at)
    follow_responsibilities(measure, Reassignment(by, reason, at, since=localdate(at)))
    sentence = f"{step.label}{measure}：{reason}"
    after = {name: getattr(measure, name) for name in before} | {"reopened_reason": reason}
    record(request, step, by=by, at=at, sentence=sentence, before=before, after=after)
    tell_sides(request, sentence, by=by, at=at)
    return request


@transaction.atomic
def record_closing_download(file: ClosingFile, *, by: User, at: datetime) -> None:
    request = file.request
    sentence = f"下载{request}的“{file.name}”。"
    after = {"name": file.name, "size": file.size, "sha256": file.sha256}
    trail.record("closing.download", request.measure, by=by, at=at, sentence=sentence, after=after)


def _attach(
    request: ClosingRequest, uploads: Iterable[Upload], by: User, at: datetime, stored: list[str]
) -> list[str]:
    """Write the files; return their names."""
    names, seen = [], set()
    for upload in uploads:
        row = described(ClosingFile(request=request), upload, by=by, at=at)
        if row.sha256 in seen:
            raise DomainError(f"“{upload.name}”与同时上传的另一份材料内容相同，不必重复上传。")
        seen.add(row.sha256)
        row.file.name = store(upload, stored)
        row.full_clean(exclude=["file"])
        row.save(force_insert=True)
        names.append(row.name)
    if not names:
        raise DomainError(f"申请{request.word}须上传佐证材料，请至少上传一份。")
    if len(names) > settings.EVIDENCE_PER_NOTE:
        raise DomainError(f"最多上传{settings.EVIDENCE_PER_NOTE}份佐证材料，请合并后再上传。")
    return names
