"""Documents at each step of sign-off, for its tests."""

from typing import Any

from agencies.models import Agency, User
from agencies.permissions import Role
from lib.official.document import digest_of_words
from measures.models import Period
from measures.tests.factories import NOW, make_user
from reports.archive.issue import issue_report, withdraw_report
from reports.archive.submit import return_report, submit_report, take_back_report
from reports.choices import IssueState, ReportKind
from reports.conftest import make_done
from reports.jobs.request import request_report
from reports.kinds import making_for
from reports.models import Report
from reports.rules.signing import Step

OWN = "cqcustoms"


def drafted(period: Period, kind: str = "circular", code: str = "", **asked: Any) -> Report:
    """Create a draft with a frozen dataset and no files."""
    agency = Agency.objects.get(code=code) if code else None
    by = make_user(Role.COORDINATOR)
    report = request_report(
        by=by, kind=kind, period=period, agency=agency, at=NOW, is_anew=True, **asked
    )
    return fresh(make_done(report))


def fresh(report: Report) -> Report:
    return Report.objects.select_related("period", "issue").get(pk=report.pk)


def seen(report: Report) -> str:
    return digest_of_words(making_for(report).document)


def drafter_of(report: Report) -> User:
    return _person(report, Role.COORDINATOR, Role.LIAISON)


def signer_of(report: Report) -> User:
    return _person(report, Role.CHIEF, Role.AGENCY_HEAD)


def take(report: Report, step: Step, by: User, **given: Any) -> Report:
    """Take one step as its button does, with all boxes ticked; reads the text unless `seen`."""
    if step is Step.TAKE_BACK:
        take_back_report(report, by=by, at=NOW)
    elif step in (Step.DROP, Step.WITHDRAW):
        withdraw_report(report, by=by, reason="重拟。", at=NOW)
    else:
        if "seen" not in given:
            given["seen"] = seen(fresh(report))
        _take_what_was_read(report, step, by, given)
    return fresh(report)


def _take_what_was_read(report: Report, step: Step, by: User, given: dict[str, Any]) -> None:
    if step is Step.RETURN:
        return_report(report, by=by, at=NOW, **({"reason": "数字请再核对。"} | given))
    elif step is Step.SUBMIT:
        ticks = {"notes_settled": True, "again": True}
        submit_report(report, by=by, at=NOW, **(ticks | given))
    else:
        word = "渝关函" if ReportKind(report.kind).is_own else ""
        issue_report(report, by=by, at=NOW, **({"word": word, "again": True} | given))


def at(state: IssueState, period: Period, kind: str = "circular", code: str = "") -> Report:
    """Create a document and bring it to a state by the steps that lead there."""
    report = drafted(period, kind, code)
    if state == IssueState.DRAFT:
        return report
    if state == IssueState.WITHDRAWN:
        return take(report, Step.DROP, drafter_of(report))
    report = take(report, Step.SUBMIT, drafter_of(report))
    if state == IssueState.SUBMITTED:
        return report
    report = take(
        report, Step.RETURN if state == IssueState.RETURNED else Step.ISSUE, signer_of(report)
    )
    Report.objects.filter(pk=report.pk).update(state="done")  # as if written again
    return fresh(report)


def _person(report: Report, of_commission: Role, of_agency: Role) -> User:
    if ReportKind(report.kind).is_own:
        return make_user(of_agency, report.agency)
    return make_user(of_commission)
