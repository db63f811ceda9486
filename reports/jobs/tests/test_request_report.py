"""Requesting a report."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from agencies.models import Event, User
from agencies.permissions import Role
from lib import enqueue
from lib.errors import DomainError
from measures.models import Period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, make_period, make_user
from reports.choices import ReportState
from reports.jobs.request import request_report
from reports.models import Report

pytestmark = pytest.mark.django_db


def ask(by: User, period: Period, **fields: object) -> Report:
    at = fields.get("at", NOW)
    return request_report(by=by, kind="progress", period=period, at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF, Role.LEADER])
def test_a_report_is_queued_and_its_job_is_enqueued(
    role: Role,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    enqueued: list[tuple[str, int]] = []
    monkeypatch.setattr(enqueue, "enqueue", lambda task, pk: enqueued.append((task, pk)))
    by = make_user(role)
    with django_capture_on_commit_callbacks(execute=True):
        report = ask(by, make_period())
    assert report.state == ReportState.QUEUED
    assert (report.requested_by, report.requested_at) == (by, NOW)
    assert enqueued == [("reports.tasks.build_report", report.pk)]
    assert Event.objects.get(action="report.request").sentence.startswith("申请生成2026年前三季度")


@pytest.mark.parametrize(
    "role", [Role.LIAISON, Role.AGENCY_HEAD, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]
)
def test_others_may_not_request_one(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        ask(make_user(role), make_period())


def test_a_period_that_was_never_opened_is_refused() -> None:
    with pytest.raises(DomainError, match="尚未开始填报"):
        ask(make_user(Role.CHIEF), make_period(state="draft"))


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises((ValueError, ValidationError)):
        request_report(by=make_user(Role.CHIEF), kind="x", period=make_period(), at=NOW)


@pytest.mark.parametrize("state", [ReportState.QUEUED, ReportState.FREEZING, ReportState.WRITING])
def test_an_equal_request_returns_the_unfinished_report(state: ReportState) -> None:
    period = make_period()
    first = ask(make_user(Role.CHIEF), period)
    lease = None if state == ReportState.QUEUED else NOW
    Report.objects.filter(pk=first.pk).update(state=state, lease_until=lease)
    assert ask(make_user(Role.LEADER), period, at=NOW + timedelta(seconds=5)).pk == first.pk
    assert Report.objects.count() == 1


def test_another_period_is_another_report() -> None:
    by = make_user(Role.CHIEF)
    assert ask(by, make_period()).pk != ask(by, make_period(Quarter(2026, 2))).pk


def test_after_a_failure_a_new_one_is_queued() -> None:
    by, period = make_user(Role.CHIEF), make_period()
    first = ask(by, period)
    Report.objects.filter(pk=first.pk).update(state=ReportState.FAILED, error="没写成。")
    assert ask(by, period).pk != first.pk


def test_the_database_also_allows_only_one_unfinished_report() -> None:
    report = ask(make_user(Role.CHIEF), make_period())
    report.pk = None
    report._state.adding = True
    with pytest.raises(IntegrityError, match="report_one_under_way"), transaction.atomic():
        report.save()


def test_the_system_can_request_a_report() -> None:
    report = request_report(by=None, kind="progress", period=make_period(), at=NOW)
    assert (report.requested_by, report.asker) == (None, "系统")
    assert Event.objects.get(action="report.request").actor_name == "系统"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_concurrent_requests_get_the_same_report() -> None:
    people, period = [make_user(Role.CHIEF), make_user(Role.LEADER)], make_period()

    def run(by: User) -> int:
        try:
            return ask(by, period).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=25) as pool:
        got = set(pool.map(run, people * 50))
    assert len(got) == 1
    assert Report.objects.count() == 1
    assert Event.objects.filter(action="report.request").count() == 1
