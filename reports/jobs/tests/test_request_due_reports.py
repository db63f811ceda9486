"""For a period that closed without a report, the system requests one."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from agencies.models import Message
from agencies.permissions import Role
from measures.models import Period
from measures.tests.factories import NOW, TODAY, make_period, make_user
from reports import tasks
from reports.jobs.build import run_report
from reports.jobs.request import LATELY, request_due_reports, request_report
from reports.models import Issue, Report

DAY = timedelta(days=1)


def closed(*, ago: timedelta = DAY) -> Period:
    return make_period(state="closed", closed_at=NOW - ago)


@pytest.mark.django_db
def test_a_closed_period_gets_one_report_and_no_second() -> None:
    period = closed()
    report = request_due_reports(at=NOW)[0]
    assert (report.period, report.requested_by, report.kind) == (period, None, "progress")
    Report.objects.update(state="failed", error="没写成。")
    assert request_due_reports(at=NOW) == []  # a failure is reported, not retried forever


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "open"])
def test_other_periods_get_no_report(state: str) -> None:
    make_period(state=state)
    assert request_due_reports(at=NOW) == []


@pytest.mark.django_db
def test_a_report_requested_before_the_closing_is_not_enough() -> None:
    period = closed()
    early = request_report(
        by=make_user(Role.CHIEF), kind="progress", period=period, at=NOW - 2 * DAY
    )
    Report.objects.filter(pk=early.pk).update(state="failed", error="没写成。")
    assert len(request_due_reports(at=NOW)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "made"), [("draft", 1), ("submitted", 0), ("issued", 0), ("withdrawn", 1)]
)
def test_none_is_requested_beside_one_that_awaits_signature_or_is_signed(
    state: str, made: int
) -> None:
    period, chief = closed(), make_user(Role.CHIEF)
    early = request_report(by=chief, kind="progress", period=period, at=NOW - 2 * DAY)
    Report.objects.filter(pk=early.pk).update(state="failed", error="没写成。")
    numbered = {"word": "渝商务文", "year": 2026, "serial": 1, "number": "渝商务文〔2026〕1号"}
    fields = {
        "draft": {},
        "submitted": {"submitted_at": NOW, "submitted_by": chief},
        "issued": numbered | {"issued_on": TODAY, "issued_at": NOW, "issued_by": chief},
        "withdrawn": {"withdrawn_at": NOW, "withdrawn_by": chief, "withdrawn_reason": "不用了。"},
    }[state]
    Issue.objects.filter(report=early).update(state=state, **fields)
    assert len(request_due_reports(at=NOW)) == made


@pytest.mark.django_db
def test_a_report_requested_by_a_person_since_is_enough() -> None:
    request_report(by=make_user(Role.CHIEF), kind="progress", period=closed(), at=NOW)
    assert request_due_reports(at=NOW) == []


@pytest.mark.django_db
def test_a_period_closed_again_gets_another_report() -> None:
    period = closed()
    request_due_reports(at=NOW)
    Report.objects.update(state="failed", error="没写成。")
    Period.objects.filter(pk=period.pk).update(closed_at=NOW + DAY)
    assert len(request_due_reports(at=NOW + 2 * DAY)) == 1


@pytest.mark.django_db
def test_periods_closed_long_ago_get_no_report() -> None:
    closed(ago=LATELY + DAY)
    assert request_due_reports(at=NOW) == []


@pytest.mark.django_db
def test_the_setting_switches_it_off(settings: Settings) -> None:
    closed()
    settings.REPORT_AFTER_CLOSING = False
    assert tasks.request_due_reports() == 0
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_coordinators_are_notified_when_it_is_ready(filed: Period) -> None:
    coordinator = make_user(Role.COORDINATOR)
    report = request_report(by=None, kind="progress", period=filed, at=NOW)
    assert run_report(report.pk, at=NOW)
    assert Message.objects.get(user=coordinator).url == f"/reports/{report.pk}/"
