"""The sweep: reports nobody picked up, left by a dead worker, or that never end."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from agencies.models import Message
from agencies.permissions import Role
from lib import enqueue
from lib.jobs import ATTEMPTS_MOST
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, make_period, make_user
from reports.choices import ReportState
from reports.jobs.request import request_report
from reports.jobs.retry import sweep_reports
from reports.models import Report

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def make_report(**fields: object) -> Report:
    report = request_report(by=make_user(Role.CHIEF), kind="progress", period=make_period(), at=NOW)
    Report.objects.filter(pk=report.pk).update(**fields)
    report.refresh_from_db()
    return report


CASES = [
    # the row, time passed, jobs enqueued
    ({}, 60 * SECOND, 0),  # just queued: a worker may still come
    ({}, 61 * SECOND, 1),
    ({"state": "writing", "lease_until": NOW + 10 * SECOND, "attempts": 1}, 10 * SECOND, 0),
    ({"state": "writing", "lease_until": NOW + 10 * SECOND, "attempts": 1}, 11 * SECOND, 1),
    ({"state": "freezing", "lease_until": NOW, "attempts": 2}, 11 * SECOND, 1),
    # The clock was set back: as if queued or leased an hour ahead.
    ({}, -3600 * SECOND, 1),
    ({"state": "writing", "lease_until": NOW, "attempts": 1}, -3600 * SECOND, 1),
    ({"state": "failed", "error": "没写成。"}, 999 * SECOND, 0),
]


@pytest.mark.parametrize(("fields", "passed", "count"), CASES)
def test_which_reports_are_enqueued_again(
    fields: dict[str, object],
    passed: timedelta,
    count: int,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    enqueued: list[tuple[str, int]] = []
    monkeypatch.setattr(enqueue, "enqueue", lambda task, pk: enqueued.append((task, pk)))
    report = make_report(**fields)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_reports(at=NOW + passed) == count
    assert enqueued == [("reports.tasks.build_report", report.pk)] * count
    if count:
        report.refresh_from_db()
        assert report.state == ReportState.QUEUED


def test_sweeping_twice_enqueues_once() -> None:
    make_report()
    at = NOW + timedelta(minutes=5)
    assert [sweep_reports(at=at), sweep_reports(at=at)] == [1, 0]
    assert sweep_reports(at=at + 61 * SECOND) == 1


def test_a_report_that_kills_every_worker_is_given_up() -> None:
    report = make_report(state="writing", lease_until=NOW, attempts=ATTEMPTS_MOST)
    assert sweep_reports(at=NOW + SECOND) == 0
    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.error.startswith("后台3次生成都没有完成")
    assert Message.objects.filter(user=report.requested_by, kind="report_failed").exists()


def test_giving_one_up_does_not_delay_the_others() -> None:
    make_report(state="writing", lease_until=NOW, attempts=ATTEMPTS_MOST)
    other = request_report(
        by=make_user(Role.CHIEF), kind="progress", period=make_period(Quarter(2026, 2)), at=NOW
    )
    moment: datetime = NOW + timedelta(minutes=2)
    assert sweep_reports(at=moment) == 1
    other.refresh_from_db()
    assert other.queued_at == moment
