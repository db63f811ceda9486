"""Periods that closed without a report get one in the system's name."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from agencies.models import Message
from agencies.permissions import Role
from measures.models import Period
from measures.tests.factories import NOW, make_period, make_user
from reports import tasks
from reports.jobs.build import run_report
from reports.jobs.request import LATELY, request_due_reports, request_report
from reports.models import Report

DAY = timedelta(days=1)


def closed(*, ago: timedelta = DAY) -> Period:
    return make_period(state="closed", closed_at=NOW - ago)


@pytest.mark.django_db
def test_a_closed_period_gets_one_report_and_no_second() -> None:
    period = closed()
    report = request_due_reports(at=NOW)[0]
    assert (report.period, report.requested_by, report.kind) == (period, None, "progress")
    Report.objects.update(state="failed", error="没写成。")
    assert request_due_reports(at=NOW) == []  # what failed is told, not tried for ever


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "open"])
def test_others_get_none(state: str) -> None:
    make_period(state=state)
    assert request_due_reports(at=NOW) == []


@pytest.mark.django_db
def test_one_asked_for_before_the_closing_is_not_enough() -> None:
    period = closed()
    early = request_report(
        by=make_user(Role.CHIEF), kind="progress", period=period, at=NOW - 2 * DAY
    )
    Report.objects.filter(pk=early.pk).update(state="failed", error="没写成。")
    assert len(request_due_reports(at=NOW)) == 1


@pytest.mark.django_db
def test_one_asked_for_by_a_person_since_is_enough() -> None:
    request_report(by=make_user(Role.CHIEF), kind="progress", period=closed(), at=NOW)
    assert request_due_reports(at=NOW) == []


@pytest.mark.django_db
def test_closed_again_it_is_reported_again() -> None:
    period = closed()
    request_due_reports(at=NOW)
    Report.objects.update(state="failed", error="没写成。")
    Period.objects.filter(pk=period.pk).update(closed_at=NOW + DAY)
    assert len(request_due_reports(at=NOW + 2 * DAY)) == 1


@pytest.mark.django_db
def test_what_closed_long_ago_is_left_alone() -> None:
    closed(ago=LATELY + DAY)
    assert request_due_reports(at=NOW) == []


@pytest.mark.django_db
def test_the_setting_switches_it_off(settings: Settings) -> None:
    closed()
    settings.REPORT_AFTER_CLOSING = False
    assert tasks.request_due_reports() == 0
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_coordinators_are_told_when_it_is_ready(filed: Period) -> None:
    coordinator = make_user(Role.COORDINATOR)
    report = request_report(by=None, kind="progress", period=filed, at=NOW)
    assert run_report(report.pk, at=NOW)
    assert Message.objects.get(user=coordinator).url == f"/reports/{report.pk}/"
