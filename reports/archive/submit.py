"""送审, 收回 and 退回: a report goes to its signer, and back to its drafter."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from agencies.permissions import Role
from lib.errors import DomainError, demand_reason
from lib.official.document import Document, digest_of_words
from measures.choices import MeasureMessage
from reports.choices import IssueState, ReportMessage
from reports.jobs.request import demand_ticked, first_to_know_of
from reports.kinds import making_for
from reports.models import Issue, Report
from reports.models.issue import locked_with_issue
from reports.rules.signing import STEPS, Step, may_step

NOTES_OPEN = "这份文稿有编辑核对事项，请逐项处理，并勾选“已处理”后再送审。"


@transaction.atomic
def submit_report(
    report: Report,
    *,
    by: User,
    seen: str,
    notes_settled: bool = False,
    again: bool = False,
    at: datetime,
) -> Issue:
    """送审: submit a draft or a returned report for signature.

    `seen` is the digest of the text that was read; `notes_settled`: the person confirms that the
    notes for the editor are settled; `again`: they know of an earlier one on the same period.
    Raises PermissionDenied; DomainError if it is not a draft, its text has changed, or a
    confirmation is missing.
    """
    report = begin(report, Step.SUBMIT, by=by)
    document = demand_seen(report, seen)
    if document.editor_notes and not notes_settled:
        raise DomainError(NOTES_OPEN)
    demand_ticked(first_to_know_of(report.kind_choice, report.scope, but=report.pk), again)
    issue, before = report.issue, report.issue.state
    issue.state, issue.submitted_at, issue.submitted_by = IssueState.SUBMITTED, at, by
    issue.full_clean()
    issue.save()
    record("report.submit", report, before, f"{report.named}送审。", by=by, at=at)
    settle(report, ReportMessage.REPORT_RETURNED, at=at)
    settle(report, ReportMessage.REPORT_READY, at=at)
    tell(
        signers_of(report, at=at),
        kind=MeasureMessage.REQUEST,
        sentence=f"{report}待您签发。",
        url=url_of(report),
        at=at,
    )
    return issue


@transaction.atomic
def take_back_report(report: Report, *, by: User, at: datetime) -> Issue:
    """收回送审: make it a draft again, while it is not signed.

    Raises PermissionDenied; DomainError if it does not wait for a signature.
    """
    report = begin(report, Step.TAKE_BACK, by=by, needs_files=False)
    issue, before = report.issue, report.issue.state
    issue.state = IssueState.DRAFT
    issue.save(update_fields=["state"])
    record("report.take_back", report, before, f"收回{report.named}的送审。", by=by, at=at)
    settle(report, MeasureMessage.REQUEST, at=at, is_void=True)
    return issue


@transaction.atomic
def return_report(report: Report, *, by: User, seen: str, reason: str, at: datetime) -> Issue:
    """退回: return it to its drafter, with a reason.

    Raises PermissionDenied; DomainError without a reason, if it does not wait for a signature, or
    if its text has changed since it was read.
    """
    report = begin(report, Step.RETURN, by=by)
    demand_seen(report, seen)
    issue, before = report.issue, report.issue.state
    issue.returned_reason = demand_reason(reason, "退回")
    issue.state, issue.returned_at, issue.returned_by = IssueState.RETURNED, at, by
    issue.full_clean()
    issue.save()
    sentence = f"退回{report.named}：{issue.returned_reason}"
    after = {"reason": issue.returned_reason}
    record("report.return", report, before, sentence, after, by=by, at=at)
    settle(report, MeasureMessage.REQUEST, at=at)
    assert issue.submitted_by is not None  # a constraint: it was submitted
    told = f"{report}被{by.name}退回：{issue.returned_reason}"
    tell_submitter(report, ReportMessage.REPORT_RETURNED, told, at=at)
    return issue


def begin(report: Report, step: Step, *, by: User, needs_files: bool = True) -> Report:
    """Lock a report with its issue, and check that the person may take the step now.

    Raises as check_step does.
    """
    report = locked_with_issue(report.pk)
    check_step(report, step, by=by, needs_files=needs_files)
    return report


def check_step(report: Report, step: Step, *, by: User, needs_files: bool = True) -> None:
    """Raise PermissionDenied, or DomainError if the step is not possible now.

    It is not possible for kinds without a number, from another state, and (`needs_files`) while the
    report is being built. Queries the issue.
    """
    issue: Issue | None = getattr(report, "issue", None)
    if issue is None:
        raise DomainError(f"{report}不须签发。")
    if not may_step(by, step, report.kind_choice, report.agency_id):
        raise PermissionDenied
    if issue.state not in STEPS[step]:
        raise DomainError(f"{report.named}现为“{issue.state_choice.label}”，{_NOT_NOW[step]}。")
    if needs_files and not report.is_done:
        raise DomainError(f"{report}还没有生成完成，请完成后再{_VERBS[step]}。")


_VERBS = {
    Step.SUBMIT: "送审",
    Step.TAKE_BACK: "收回",
    Step.RETURN: "退回",
    Step.ISSUE: "签发",
    Step.DROP: "放弃",
    Step.WITHDRAW: "撤回",
}
_NOT_NOW = {step: f"不能{verb}。请刷新页面查看最新状态" for step, verb in _VERBS.items()}


def may_step_now(report: Report, step: Step, user: User) -> bool:
    """Whether a person may take a step now. Queries the issue."""
    if report.issue_state not in STEPS[step] or report.is_under_way:
        return False
    if step not in (Step.DROP, Step.TAKE_BACK) and not report.is_done:
        return False
    return may_step(user, step, report.kind_choice, report.agency_id)


def demand_seen(report: Report, seen: str) -> Document:
    """Return the current text. Raises DomainError if it is not the text that the person read."""
    document = making_for(report).document
    if seen != digest_of_words(document):
        raise DomainError("内容在您打开页面之后有改动，没有办成。请看过现在的内容，再办理一次。")
    return document


def record(
    action: str,
    report: Report,
    before: str,
    sentence: str,
    after: Mapping[str, object] | None = None,
    *,
    by: User,
    at: datetime,
) -> None:
    trail.record(
        action,
        report,
        by=by,
        at=at,
        sentence=sentence,
        before={"state": before},
        after={"state": report.issue.state, **(after or {})},
    )


def signers_of(report: Report, *, at: datetime) -> QuerySet[User]:
    """Return the people who may sign it: the same rule as rules.signing.may_sign, as a query.

    The chiefs; for a letter, those who do not act for its agency. For an agency's own report its
    heads; for the commission's own also its chiefs.
    """
    on = localdate(at)
    if not report.kind_choice.is_own:
        acting = User.objects.holding_in_any(
            [report.agency_id or 0], Role.LIAISON, Role.AGENCY_HEAD, on=on
        )
        return User.objects.holding(Role.CHIEF, on=on).exclude(pk__in=acting.values("pk"))
    assert report.agency_id is not None  # a constraint: the kind needs one
    return User.objects.holding_in(report.agency_id, Role.AGENCY_HEAD, Role.CHIEF, on=on)


def tell_submitter(report: Report, kind: ReportMessage, sentence: str, *, at: datetime) -> None:
    person = report.issue.submitted_by
    tell([person] if person else [], kind=kind, sentence=sentence, url=url_of(report), at=at)


def settle(
    report: Report, kind: MeasureMessage | ReportMessage, *, at: datetime, is_void: bool = False
) -> None:
    """Settle the messages that ask for a step, for everybody: it is taken, or no longer needed."""
    settle_asked(kind, url=url_of(report), at=at, is_void=is_void)


def url_of(report: Report) -> str:
    return reverse("reports:report", args=[report.pk])
