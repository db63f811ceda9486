"""Editing a report's prose until it is final; the generated text is kept beside the edits."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, StaleError
from lib.official.document import Document
from lib.official.edits import Passage, passages_of
from lib.official.stored import document_to_json
from reports.choices import ReportState
from reports.datasets.frozen import clean
from reports.jobs.retry import requeue
from reports.kinds import digest_of_final, final_words, generated_for
from reports.models import Report, ReportEdit
from reports.models.issue import locked_with_issue
from reports.rules.editing import may_edit, may_finalise


@transaction.atomic
def edit_passage(
    report: Report, *, key: str, text: str, seen: int, by: User, at: datetime
) -> ReportEdit | None:
    """Replace the text of one passage by a person's; returns None if it is the same.

    `seen` is the version on the page, 0 for the generated text. A text equal to the generated one
    undoes the edits. Raises PermissionDenied; DomainError if the report has no such passage, is not
    finished or is final; StaleError if somebody else edited it meanwhile.
    """
    report = _take(report, by)
    passage = _passage(report, key)
    lines = filter(None, (line.strip() for line in clean(text).split("\n")))
    words = ("" if passage.is_heading else "\n").join(lines)
    return _write(report, passage, words if words != passage.text else None, seen, by, at)


@transaction.atomic
def undo_edit(report: Report, *, key: str, seen: int, by: User, at: datetime) -> ReportEdit | None:
    """Restore the generated text of a passage. Raises as edit_passage does."""
    report = _take(report, by)
    return _write(report, _passage(report, key), None, seen, by, at)


@transaction.atomic
def finalise_report(report: Report, *, by: User, at: datetime) -> Report:
    """定稿: freeze the text, with a digest over dataset and text, and write the files again.

    Raises PermissionDenied, also for kinds that are issued under a number instead; DomainError if
    it is not finished or is final.
    """
    report = locked_with_issue(report.pk)
    if not may_finalise(by, report.kind_choice, report.agency_id):
        raise PermissionDenied
    _demand_open(report)
    close_words(report, final_words(report), by=by, at=at)
    requeue(report, at=at)
    trail.record(
        "report.final",
        report,
        by=by,
        at=at,
        sentence=f"{report.named}定稿。",
        after={"final_at": at, "final_digest": report.final_digest},
    )
    return report


def close_words(report: Report, words: Document, *, by: User, at: datetime) -> None:
    """Store the whole document with its report, which the caller has locked; no edits after that.

    Files that are written again use this stored text.
    """
    report.words = document_to_json(words)
    report.final_at, report.final_by = at, by
    report.final_digest = digest_of_final(report)
    report.save(update_fields=["words", "final_at", "final_by", "final_digest"])


def _take(report: Report, by: User) -> Report:
    """Lock the report; check that the person may edit it and that it is not final."""
    report = locked_with_issue(report.pk)
    kind, agency_id = report.kind_choice, report.agency_id
    if not may_edit(by, kind, agency_id, report.issue_state):
        if may_edit(by, kind, agency_id):
            raise DomainError(f"{report.named}已送审，等待签发期间不能修改。需要修改时，请先收回。")
        raise PermissionDenied
    _demand_open(report)
    return report


def _demand_open(report: Report) -> None:
    if not report.takes_edits:
        raise DomainError(f"{report.named}{_why_closed(report)}。请刷新页面查看最新状态。")


def _why_closed(report: Report) -> str:
    if report.final_at:
        return "已经定稿，文字不再改动；需要修改时，请再拟一份"
    if report.state != ReportState.DONE:
        return "还没有生成完毕，不能修改或定稿"
    return "已经签发或撤回，文字不再改动"


def _passage(report: Report, key: str) -> Passage:
    for passage in passages_of(generated_for(report)):
        if passage.key == key:
            return passage
    raise DomainError("这份报告没有这一部分，请刷新页面查看最新状态。")


def _write(
    report: Report, passage: Passage, text: str | None, seen: int, by: User, at: datetime
) -> ReportEdit | None:
    newest = ReportEdit.objects.of(report.pk).filter(key=passage.key).select_related("by").first()
    version = newest.version if newest else 0
    if seen != version:
        by_whom = f"{newest.by.name}于{localtime(newest.at):%m-%d %H:%M}" if newest else ""
        raise StaleError(f"在您打开页面后，{by_whom}又修改了这一部分，您的文字没有保存。")
    before = newest.text if newest else None
    if text == before:
        return None
    edit = ReportEdit(
        report=report,
        key=passage.key,
        heading=passage.heading,
        version=version + 1,
        text=text,
        by=by,
        at=at,
    )
    edit.full_clean()
    edit.save()
    what = "恢复为生成的文字" if text is None else "修改文字"
    trail.record(
        "report.edit",
        report,
        by=by,
        at=at,
        sentence=f"{report.named}“{passage.heading}”{what}，第{edit.version}版。",
        before={"text": before or ""},
        after={"text": text or "", "version": edit.version},
    )
    return edit
