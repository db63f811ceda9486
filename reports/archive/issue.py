"""签发 and 撤回: the signer issues a report with number and day, or withdraws it."""

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from agencies.inbox.messages import tell
from agencies.models import User
from agencies.permissions import Role
from lib.errors import DomainError, demand_reason
from measures.choices import MeasureMessage
from reports.archive.edit import close_words
from reports.archive.freshness import demand_known, how_changed, why_outdated
from reports.archive.submit import (
    begin,
    demand_seen,
    record,
    settle,
    tell_submitter,
    url_of,
)
from reports.choices import IssueState, ReportMessage
from reports.jobs.request import demand_ticked, first_of
from reports.jobs.retry import requeue
from reports.kinds import final_words
from reports.models import Issue, NumberCounter, Report
from reports.rules.naming import number_words
from reports.rules.signing import Step

ADDRESSED = (Role.LIAISON, Role.AGENCY_HEAD)
WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,20}")


@transaction.atomic
def issue_report(
    report: Report,
    *,
    by: User,
    seen: str,
    word: str = "",
    again: bool = False,
    stale: bool = False,
    at: datetime,
) -> Issue:
    """签发: assign number and day, store the text, inform its addressees, write its files.

    `seen` is the digest of the text that was read; `word` the 机关代字 of an agency's own report;
    `again`: the person knows of an earlier one on the same period; `stale`: of changed data. Raises
    PermissionDenied for anyone but its signers; DomainError if it does not wait for a signature,
    its text has changed or is no longer true, or the 机关代字 or a confirmation is missing.
    """
    report = begin(report, Step.ISSUE, by=by)
    demand_seen(report, seen)
    first = first_of(report.kind_choice, report.scope, but=report.pk)
    demand_ticked(first, again)
    on = localdate(at)
    if outdated := why_outdated(report, on=on):
        raise DomainError(outdated)
    changed = how_changed(report)
    demand_known(changed, stale)
    issue, before = report.issue, report.issue.state
    issue.author = report.agency if report.kind_choice.is_own else None
    issue.word = _word(report, word)
    issue.year, issue.serial = on.year, _next_serial(issue, on.year)
    issue.number = number_words(issue.word, issue.year, issue.serial)
    issue.state, issue.issued_on, issue.issued_at, issue.issued_by = IssueState.ISSUED, on, at, by
    issue.full_clean()
    issue.save()
    known = [f"已知{one.sentence}" for one in (first, changed) if one]
    sentence = "".join((f"签发{report.named}，文号{issue.number}。", *known))
    record("report.issue", report, before, sentence, {"number": issue.number}, by=by, at=at)
    settle(report, MeasureMessage.REQUEST, at=at)
    settle(report, ReportMessage.REPORT_READY, at=at)
    words = final_words(report, made_on=on, number=issue.number, signer=by.name)
    close_words(report, words, by=by, at=at)
    requeue(report, at=at)
    _tell_addressed(report, f"收到{issue.number}《{report}》，请查收办理。", at)
    if issue.submitted_by != by:
        told = f"{report}已由{by.name}签发，文号{issue.number}。"
        tell_submitter(report, ReportMessage.REPORT_ISSUED, told, at=at)
    return issue


@transaction.atomic
def withdraw_report(report: Report, *, by: User, reason: str, at: datetime) -> Issue:
    """Withdraw an issued report, or drop a draft. An assigned number is never used again.

    Raises PermissionDenied (drafters drop drafts, signers withdraw issued ones); DomainError
    without a reason, while it is being built, or if it is already withdrawn.
    """
    # A number is never removed: if somebody assigns one before we lock, DROP is refused below.
    is_out = Issue.objects.filter(report=report, number__gt="").exists()
    step = Step.WITHDRAW if is_out else Step.DROP
    report = begin(report, step, by=by, needs_files=False)
    if report.is_under_way:
        raise DomainError(f"{report}正在生成，请等它完成后再撤回。")
    issue, before = report.issue, report.issue.state
    issue.state, issue.withdrawn_at, issue.withdrawn_by = IssueState.WITHDRAWN, at, by
    issue.withdrawn_reason = demand_reason(reason, "撤回")
    issue.full_clean()
    issue.save()
    what = f"{report}（{issue.number}）" if issue.number else f"{report.named}的文稿"
    sentence = f"撤回{what}：{issue.withdrawn_reason}"
    after = {"reason": issue.withdrawn_reason}
    record("report.withdraw", report, before, sentence, after, by=by, at=at)
    settle(report, MeasureMessage.REQUEST, at=at)
    settle(report, ReportMessage.REPORT_RETURNED, at=at)
    settle(report, ReportMessage.REPORT_READY, at=at)
    if is_out:
        settle(report, ReportMessage.DOCUMENT, at=at)
        _tell_addressed(report, sentence, at)
    return issue


def word_of(report: Report) -> str:
    """Return the 机关代字 of its number; for an agency's own report the one that it used last."""
    if not report.kind_choice.is_own:
        return settings.REPORT_NUMBER_WORDS[report.kind]
    signed = Issue.objects.filter(author=report.agency_id).exclude(word="").order_by("-issued_at")
    return signed.values_list("word", flat=True).first() or ""


def _word(report: Report, word: str) -> str:
    if not report.kind_choice.is_own:
        return word_of(report)
    if not WORD.fullmatch(word.strip()):
        raise DomainError("请填写本单位的机关代字：2至20个汉字或字母，不含年份和序号。")
    return word.strip()


def _next_serial(issue: Issue, year: int) -> int:
    """Return the next number of a kind in a year; simultaneous callers wait for the row's lock."""
    series: dict[str, Any] = {"kind": issue.kind, "author": issue.author, "year": year}
    NumberCounter.objects.get_or_create(**series)
    counter = NumberCounter.objects.select_for_update(of=("self",)).get(**series)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _tell_addressed(report: Report, sentence: str, at: datetime) -> None:
    people = _addressed(report, on=localdate(at))
    tell(people, kind=ReportMessage.DOCUMENT, sentence=sentence, url=url_of(report), at=at)


def _addressed(report: Report, *, on: date) -> list[User]:
    """Return the people to inform; reports to superiors are not sent by the product."""
    if report.kind_choice.is_own:
        own = User.objects.holding_in_any([report.agency_id or 0], Role.COORDINATOR, on=on)
        return list(User.objects.holding(Role.COORDINATOR, on=on).exclude(pk__in=own.values("pk")))
    if not report.kind_choice.goes_to_agencies:
        return []
    all_owing = report.period.filings.values_list("agency", flat=True).distinct()
    ids = [report.agency_id] if report.agency_id is not None else list(all_owing)
    return list(User.objects.holding_in_any(ids, *ADDRESSED, on=on))
