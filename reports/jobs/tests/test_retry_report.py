"""Building an ended report again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Period
from measures.tests.factories import NOW, make_period, make_user
from reports.choices import ReportMessage, ReportState
from reports.jobs.attempt import fail_report
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.models import Report

pytestmark = pytest.mark.django_db


def make_report(period: Period | None = None) -> Report:
    return request_report(
        by=make_user(Role.CHIEF), kind="progress", period=period or make_period(), at=NOW
    )


def test_a_failed_report_is_queued_again_with_all_its_attempts() -> None:
    report = make_report()
    Report.objects.filter(pk=report.pk).update(state="failed", error="没写成。", attempts=3)
    retry_report(report, by=make_user(Role.COORDINATOR), at=NOW)
    report.refresh_from_db()
    assert (report.state, report.error) == (ReportState.QUEUED, "")
    assert (report.attempts, report.tries) == (3, 0)  # attempts go on counting, tries start again
    assert Event.objects.get(action="report.rerun").before["error"] == "没写成。"


@pytest.mark.parametrize(
    "again",
    [
        lambda report: retry_report(report, by=report.requested_by, at=NOW),
        lambda report: make_report(report.period),
    ],
)
def test_a_failure_stays_in_the_inbox_until_it_is_retried(again) -> None:
    report = make_report()
    fail_report(report.pk, reason="没写成。", at=NOW)
    failures = Message.objects.in_inbox().filter(kind=ReportMessage.REPORT_FAILED)
    assert [message.user for message in failures] == [report.requested_by]
    again(report)
    assert not failures.all().exists()


def test_an_unfinished_report_is_not_queued_twice() -> None:
    report = make_report()
    with pytest.raises(DomainError, match="正在生成"):
        retry_report(report, by=report.requested_by, at=NOW)


def test_an_older_report_is_not_retried_while_a_newer_one_is_unfinished() -> None:
    period = make_period()
    older = make_report(period)
    fail_report(older.pk, reason="没写成。", at=NOW)
    make_report(period)
    with pytest.raises(DomainError, match="正在生成"):
        retry_report(older, by=older.requested_by, at=NOW)


def test_others_may_not_retry() -> None:
    report = make_report()
    fail_report(report.pk, reason="没写成。", at=NOW)
    with pytest.raises(PermissionDenied):
        retry_report(report, by=make_user(Role.LIAISON), at=NOW)


def test_an_ended_report_cannot_fail_any_more() -> None:
    report = make_report()
    assert fail_report(report.pk, reason="没写成。", at=NOW)
    assert fail_report(report.pk, reason="又没写成。", at=NOW) is False
    report.refresh_from_db()
    assert report.error == "没写成。"


def test_a_frozen_dataset_never_changes_and_no_report_is_deleted() -> None:
    report = make_report()
    rows = Report.objects.filter(pk=report.pk)
    rows.update(dataset={"a": 1}, digest="0" * 64, frozen_at=NOW)
    for change in ({"dataset": {"a": 2}}, {"digest": "1" * 64}):
        with pytest.raises(InternalError, match="never changes"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        rows._raw_delete("default")  # the trigger, not the issue that names it
