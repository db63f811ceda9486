"""Asking for a report, and asking again for its files."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import Agency, User
from lib.errors import DomainError
from measures.choices import PeriodState
from measures.models import Period, Section
from reports.choices import ReportKind, ReportState
from reports.jobs.enqueue import ring_after_commit
from reports.kinds import gather
from reports.models import Issue, Report
from reports.rules.asking import may_ask


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
) -> Report:
    """Ask for a report of a period, or of one section or agency; without `by`, by the system.

    The same request that is under way is given back. Where the dataset then comes out as that of
    the newest finished one, the making ends by naming that one, unless `is_anew` asks for a
    document of its own: asking twice gives the same report. `with_previous` annexes what is
    different from the newest report on an earlier period. Raises PermissionDenied,
    ValidationError for a scope that the kind does not take, or DomainError for a period that was
    never opened or is not of the main kind.
    """
    if by is not None:
        _demand(by, ReportKind(kind), agency.pk if agency else None)
    # Those who ask at the same time wait here for each other, so that both get the same one.
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
        is_anew=is_anew,
    )
    if with_previous:
        report.against = _previous(report)
    found = Report.objects.under_way().same_request(report).first()
    if found:
        return found
    report.full_clean()
    if report.kind_choice == ReportKind.LETTER:
        gather(report.kind_choice, report.scope, on=localdate(at))  # says at once: nothing is late
    report.save()
    if report.kind_choice.is_issued:
        Issue.objects.create(report=report, kind=report.kind)
    words = "另拟一份" if is_anew else "申请生成"
    trail.record(
        "report.request", report, by=by, at=at, sentence=f"{words}{report}（第{report.pk}号）。"
    )
    ring_after_commit(report.pk)
    return report


def _previous(report: Report) -> Report:
    if report.kind != ReportKind.PROGRESS:
        raise DomainError(f"{report.get_kind_display()}不附对照表，只有进展情况报告可以附。")
    found = Report.objects.done().before(report).without_dataset().first()
    if found is None:
        raise DomainError(
            "没有更早填报期的已完成报告，不能附对照表。请先生成上期报告，或不附对照表。"
        )
    return found


@transaction.atomic
def rerun_report(report: Report, *, by: User, at: datetime) -> Report:
    """Make an ended report's files again, from its frozen dataset where it has one.

    Raises PermissionDenied; DomainError while it, or another of the same request, is under way,
    and for one that ended as another's equal.
    """
    _demand(by, report.kind_choice, report.agency_id)
    Period.objects.select_for_update(no_key=True).get(pk=report.period_id)
    locked = Report.objects.select_for_update(of=("self",)).select_related("period")
    report = locked.without_dataset().get(pk=report.pk)
    if Report.objects.under_way().same_request(report).exists():
        raise DomainError(f"{report}正在生成，请等它完成。")
    if report.same_as_id:
        raise DomainError(f"这份报告与第{report.same_as_id}号一致，请到那一份重新生成文件。")
    before = {"state": report.state, "error": report.error}
    queue_again(report, at=at)
    trail.record(
        "report.rerun",
        report,
        by=by,
        at=at,
        sentence=f"重新生成{report}（第{report.pk}号）。",
        before=before,
        after={"state": report.state},
    )
    return report


def queue_again(report: Report, *, at: datetime) -> None:
    """Put an ended report, which the caller has locked, into the queue and ring."""
    report.state, report.queued_at, report.error = ReportState.QUEUED, at, ""
    report.cancelled_by = report.cancelled_at = None
    # The count goes on, so that a maker of long ago can never be taken for the next one.
    report.attempts_before = report.attempts
    report.rows_done = report.rows_total = 0
    report.save(
        update_fields=[
            "state",
            "queued_at",
            "error",
            "cancelled_by",
            "cancelled_at",
            "attempts_before",
            "rows_done",
            "rows_total",
        ]
    )
    ring_after_commit(report.pk)


def _scope_name(period: Period, section: Section | None, agency: Agency | None) -> str:
    """What the part is called in the period, so that lists keep saying it."""
    if section is not None:
        return str(section)
    if agency is None:
        return ""
    named = Agency.objects.named(on=period.covers_to).get(pk=agency.pk)
    return named.name_then or agency.short_name


def _demand(by: User, kind: ReportKind, agency_id: int | None) -> None:
    if not may_ask(by, kind, agency_id):
        raise PermissionDenied
