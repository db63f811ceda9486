"""Request reports: for a person, who confirms a second one, or for the system when due."""

import logging
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import Agency, User
from lib.chinese import long_date
from lib.errors import DomainError
from lib.official.stored import document_from
from measures.chasing.page import letters_due
from measures.choices import PeriodState
from measures.models import Period, Section
from reports.choices import IssueState, ReportKind
from reports.datasets.agency_report import demand_filed
from reports.jobs.attempt import settle_failure
from reports.kinds import gather
from reports.models import Issue, Report
from reports.models.report import Scope
from reports.rules.asking import may_ask

SAID_MOST = 160  # characters of the first one that the warning quotes
logger = logging.getLogger(__name__)
# The system requests nothing for periods that closed, or reminders sent, before this.
LATELY = timedelta(days=30)


class First(NamedTuple):
    report: Report  # with its issue
    said: str  # its first sentences; empty if its text was not stored

    @property
    def sentence(self) -> str:
        issue = self.report.issue
        day = long_date(issue.issued_on) if issue.issued_on else ""
        return f"{self.report}已于{day}签发{issue.number}。"


def first_of(kind: ReportKind, scope: Scope, *, but: int | None) -> First | None:
    """Return the last issued report of this kind and part on the same period.

    `but`: the report itself, to exclude it. Withdrawn reports do not count.
    """
    if not kind.is_issued:
        return None
    found = Report.objects.issued().filter(kind=kind).about(scope).exclude(pk=but or 0)
    newest = found.select_related("period", "issue").order_by("-issue__issued_at").first()
    return First(newest, _first_sentences(newest)) if newest else None


def first_to_know_of(kind: ReportKind, scope: Scope, *, but: int | None = None) -> First | None:
    """Return first_of() for kinds whose drafter must confirm it too; None for other kinds."""
    return first_of(kind, scope, but=but) if kind.warns_of_second else None


def demand_ticked(first: First | None, again: bool) -> None:
    """Raise DomainError if there is a first one and the person has not confirmed it."""
    if first is not None and not again:
        raise DomainError(f"{first.sentence}确需再发一份时，请看过前一份并勾选“仍要再发一份”。")


def _first_sentences(report: Report) -> str:
    if report.words is None:
        return ""
    document = document_from(report.words)
    first = next((part.paragraphs[0] for part in document.parts if part.paragraphs), "")
    said = document.opening + first
    return said if len(said) <= SAID_MOST else f"{said[:SAID_MOST]}……"


@transaction.atomic
def request_report(
    *,
    by: User | None,
    kind: str,
    period: Period,
    section: Section | None = None,
    agency: Agency | None = None,
    at: datetime,
    is_anew: bool = False,
    with_previous: bool = False,
    again: bool = False,
) -> Report:
    """Queue a report on a period, or on one section or agency of it; return its row.

    `by`: None for the system. If the same request is under way, its report is returned. If the
    dataset then equals that of the newest finished report, the job ends with a link to that one
    (`end_as_same`), unless `is_anew` asks for a separate document. `with_previous` annexes the
    differences from the newest report on an earlier period. `again`: the person knows of the
    circular already issued on the period. Kinds with a number begin as 拟稿. Raises
    PermissionDenied; ValidationError for a scope that the kind does not allow; DomainError for a
    period that was never opened or is not of the main kind, and for a second circular without
    `again`.
    """
    if by is not None and not may_ask(by, ReportKind(kind), agency.pk if agency else None):
        raise PermissionDenied
    # Simultaneous requests wait for each other on this lock, so that both get the same report.
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    if period.state == PeriodState.DRAFT:
        raise DomainError(f"{period}尚未开始填报，没有可以汇总的数据。")
    if not Period.objects.main().filter(pk=period.pk).exists():
        raise DomainError(f"报告只按主要填报期汇总，“{period}”不是，请另选一期。")
    report = Report(
        kind=ReportKind(kind),
        period=period,
        section=section,
        agency=agency,
        scope_name=_scope_name(period, section, agency),
        requested_by=by,
        requested_at=at,
        queued_at=at,
        is_anew=is_anew or again,
    )
    if with_previous:
        report.against = _previous(report)
    found = Report.objects.under_way().same_request(report).first()
    if found:
        return found
    report.full_clean()
    _demand_content(report, on=localdate(at))
    demand_ticked(first_to_know_of(report.kind_choice, report.scope), again)
    report.save()
    if report.kind_choice.is_issued:
        Issue.objects.create(report=report, kind=report.kind)
    for failed in Report.objects.same_request(report).failed():
        settle_failure(failed, at=at)
    words = "另拟一份" if is_anew else "申请生成"
    trail.record("report.request", report, by=by, at=at, sentence=f"{words}{report.named}。")
    report.enqueue()
    return report


def request_due_reports(*, at: datetime) -> list[Report]:
    """Request, as the system, the progress report of each recently closed main period.

    Only if none was requested since the closing (failed or cancelled ones are not requested again)
    and none awaits signature or was signed since; signers see what has changed since its data.
    Returns the new reports. Safe to run at any time, and twice.
    """
    closed = Period.objects.main().closed().filter(closed_at__gte=at - LATELY)
    asked = Report.objects.filter(kind=ReportKind.PROGRESS, section=None)
    awaits = Q(issue__state=IssueState.SUBMITTED)
    return [
        request_report(by=None, kind=ReportKind.PROGRESS, period=period, at=at)
        for period in closed.order_by("covers_from")
        if not asked.filter(
            awaits
            | Q(requested_at__gte=period.closed_at)
            | Q(issue__state=IssueState.ISSUED, issue__issued_at__gte=period.closed_at),
            period=period,
        ).exists()
    ]


def request_due_letters(*, at: datetime) -> list[Report]:
    """Draft, as the system, the 提示函 to each agency that got 再次催报 and still owes filings.

    Not if one of the same period waits or was issued, and not again if one was requested since:
    after a withdrawal or failure, people decide. Returns the new ones. Safe to run at any time, and
    twice.
    """
    asked = Report.objects.filter(kind=ReportKind.LETTER)
    found = []
    for urge in letters_due(since=at - LATELY):
        period, agency = urge.filing.period, urge.filing.agency
        own = asked.filter(period=period, agency=agency)
        if own.under_way().exists() or own.done().not_withdrawn().exists():
            continue
        if own.filter(requested_at__gte=urge.sent_at).exists():
            continue
        try:
            found.append(
                request_report(by=None, kind=ReportKind.LETTER, period=period, agency=agency, at=at)
            )
        except DomainError as refusal:  # this agency has filed since; continue with the others
            logger.info("no letter to %s: %s", agency.code, refusal)
    return found


def _demand_content(report: Report, *, on: date) -> None:
    """Raise DomainError if nothing is late or nothing was filed: now, instead of in the job."""
    if report.kind_choice == ReportKind.LETTER:
        gather(report.kind_choice, report.scope, on=on)
    elif report.kind_choice == ReportKind.AGENCY:
        demand_filed(report.scope, on=on)


def _previous(report: Report) -> Report:
    if report.kind != ReportKind.PROGRESS:
        raise DomainError(f"{report.get_kind_display()}不附对照表，只有进展情况报告可以附。")
    found = Report.objects.done().before(report).without_dataset().first()
    if found is None:
        raise DomainError(
            "没有更早填报期的已完成报告，不能附对照表。请先生成上期报告，或不附对照表。"
        )
    return found


def _scope_name(period: Period, section: Section | None, agency: Agency | None) -> str:
    """Return the name of the section or agency in the period, stored so that lists keep it."""
    if section is not None:
        return str(section)
    if agency is None:
        return ""
    named = Agency.objects.named(on=period.covers_to).get(pk=agency.pk)
    return named.name_then or agency.short_name
