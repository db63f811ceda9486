"""Making a circular or a letter official, and taking it back."""

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, demand_reason
from lib.official.document import digest_of_words
from measures.choices import MeasureMessage
from reports.archive.edit import close_words
from reports.choices import IssueState, ReportKind, ReportMessage
from reports.datasets.circular import still_missing
from reports.jobs.retry import requeue
from reports.kinds import Dataset, making_for
from reports.models import Issue, NumberCounter, Report
from reports.rules.asking import may_issue
from reports.rules.naming import named_as_missing, number_words

ADDRESSED = (Role.LIAISON, Role.AGENCY_HEAD)


@transaction.atomic
def issue_report(report: Report, *, by: User, seen: str, at: datetime) -> Issue:
    """Give a drafted circular or letter its number and day, tell whom it is for, write its files.

    `seen` is the digest of the words that were read. Raises PermissionDenied for all but a chief,
    and for one who files or approves for the agency a letter is to; DomainError where it is no
    draft, its words have changed, or what it says is no longer so.
    """
    report, issue = _locked(report)
    if not may_issue(by) or _is_party(report, by):
        raise PermissionDenied
    if not issue.is_draft:
        raise DomainError(f"{report}{issue.state_choice.label}，不能再签发。")
    if not report.is_done:
        raise DomainError(f"{report}还没有生成完成，请完成后再签发。")
    if seen != digest_of_words(making_for(report).document):
        raise DomainError("内容在您打开本页之后有改动，请刷新页面，看过新的内容再签发。")
    on = localdate(at)
    assert report.dataset is not None  # a constraint: what is done has one
    _demand_still_true(report, report.dataset, on=on)
    issue.year, issue.serial = on.year, _next_serial(report.kind, on.year)
    words = settings.REPORT_NUMBER_WORDS[report.kind]
    issue.number = number_words(words, issue.year, issue.serial)
    issue.state, issue.issued_on, issue.issued_at, issue.issued_by = IssueState.ISSUED, on, at, by
    issue.full_clean()
    issue.save()
    trail.record(
        "report.issue",
        report,
        by=by,
        at=at,
        sentence=f"签发{report}，文号{issue.number}。",
        before={"state": IssueState.DRAFT.value},
        after={"state": issue.state, "number": issue.number},
    )
    _settle_word(report, at)
    close_words(report, by=by, at=at)
    requeue(report, at=at)
    _tell(report, f"收到{issue.number}《{report}》，请查收办理。", at)
    return issue


@transaction.atomic
def withdraw_report(report: Report, *, by: User, reason: str, at: datetime) -> Issue:
    """Take back what was issued, or drop a draft. A number once given is never used again.

    Raises PermissionDenied (a draft: the commission; what was issued: a chief), DomainError
    without a reason or where it is withdrawn already.
    """
    report, issue = _locked(report)
    is_out = issue.is_issued
    if not _may_withdraw(report, issue, by):
        raise PermissionDenied
    if issue.is_withdrawn:
        raise DomainError(f"{report}已撤回，不必再次撤回。")
    if report.is_under_way:
        raise DomainError(f"{report}正在生成，请等它完成后再撤回。")
    before = issue.state
    issue.state, issue.withdrawn_at, issue.withdrawn_by = IssueState.WITHDRAWN, at, by
    issue.withdrawn_reason = demand_reason(reason, "撤回")
    issue.full_clean()
    issue.save()
    what = f"{report}（{issue.number}）" if issue.number else f"{report}的待签稿"
    sentence = f"撤回{what}：{issue.withdrawn_reason}"
    trail.record(
        "report.withdraw",
        report,
        by=by,
        at=at,
        sentence=sentence,
        before={"state": before},
        after={"state": issue.state, "reason": issue.withdrawn_reason},
    )
    _settle_word(report, at)
    if is_out:
        _tell(report, sentence, at)
    return issue


def may_issue_now(report: Report, user: User) -> bool:
    """Whether a person may issue it now; the issue is fetched along."""
    issue: Issue | None = getattr(report, "issue", None)
    if issue is None or not issue.is_draft or not report.is_done:
        return False
    return may_issue(user) and not _is_party(report, user)


def may_withdraw_now(report: Report, user: User) -> bool:
    issue: Issue | None = getattr(report, "issue", None)
    if issue is None or issue.is_withdrawn or report.is_under_way:
        return False
    return _may_withdraw(report, issue, user)


def _may_withdraw(report: Report, issue: Issue, user: User) -> bool:
    may = may_issue(user) if issue.number else user.can(Perm.DRAFT_DOCUMENT)
    return may and not _is_party(report, user)


def _locked(report: Report) -> tuple[Report, Issue]:
    """The report and its issue, both locked. Raises DomainError where it is not issued at all."""
    locked = Report.objects.select_for_update(of=("self",)).select_related("period", "agency")
    report = locked.get(pk=report.pk)
    issue = Issue.objects.select_for_update(of=("self",)).filter(report=report).first()
    if issue is None:
        raise DomainError(f"{report}不须签发。")
    report.issue = issue
    return report, issue


def _is_party(report: Report, user: User) -> bool:
    """Nobody decides about a letter to an agency for which they file or approve."""
    return user.acts_for(report.agency_id)


def _demand_still_true(report: Report, data: Dataset, *, on: date) -> None:
    if date.fromisoformat(data["file_by"]) <= on:
        raise DomainError(f"文中要求的期限{data['file_by']}已到，请重新生成后再签发。")
    came = named_as_missing(ReportKind(report.kind), data) - still_missing(report.period)
    if came:
        marks = "、".join(f"第{ordinal}项" for ordinal, _ in sorted(came)[:5])
        raise DomainError(f"文中写为未报的{marks}已经报送或免报，请重新生成后再签发。")


def _next_serial(kind: str, year: int) -> int:
    """The next number of a kind in a year; whoever asks at the same time waits for this row."""
    NumberCounter.objects.get_or_create(kind=kind, year=year)
    counter = NumberCounter.objects.select_for_update().get(kind=kind, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _settle_word(report: Report, at: datetime) -> None:
    """It is issued or taken back: 待您签发 waits in no chief's inbox any more."""
    url = reverse("reports:report", args=[report.pk])
    settle_asked(kind=MeasureMessage.REQUEST, url=url, at=at)


def _tell(report: Report, sentence: str, at: datetime) -> None:
    all_owing = report.period.filings.values_list("agency", flat=True).distinct()
    ids = [report.agency_id] if report.agency_id is not None else list(all_owing)
    people = User.objects.holding_in_any(ids, *ADDRESSED, on=localdate(at))
    url = reverse("reports:report", args=[report.pk])
    tell(people, kind=ReportMessage.DOCUMENT, sentence=sentence, url=url, at=at)
