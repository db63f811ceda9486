"""Requesting twice gives the same report: an unchanged result refers to the earlier one."""

from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Filing, Period
from measures.tests.factories import NOW, make_user
from reports.choices import ReportState
from reports.conftest import accept
from reports.jobs.build import run_report
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.models import Report, ReportFile

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def first(filed: Period) -> Report:
    """Create a finished report."""
    report = request_report(by=make_user(Role.COORDINATOR), kind="progress", period=filed, at=NOW)
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    return report


def ask_again(first: Report, *, is_anew: bool = False) -> Report:
    second = request_report(
        by=make_user(Role.CHIEF), kind="progress", period=first.period, at=LATER, is_anew=is_anew
    )
    assert run_report(second.pk, at=LATER)
    second.refresh_from_db()
    return second


def test_if_nothing_changed_the_result_is_the_first_report(first: Report) -> None:
    second = ask_again(first)
    assert (second.state, second.same_as) == (ReportState.SAME, first)
    assert (second.dataset, second.lease_until) == (None, None)
    assert not ReportFile.objects.filter(report=second).exists()
    assert list(Report.objects.shown()) == [first]
    assert f"编号{first.pk}的报告" in Event.objects.get(action="report.same").sentence


def test_the_day_of_the_first_report_is_in_beijing_time(filed: Period) -> None:
    night = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    first = request_report(by=make_user(Role.CHIEF), kind="ledger", period=filed, at=night)
    assert run_report(first.pk, at=night)
    second = request_report(by=make_user(Role.CHIEF), kind="ledger", period=filed, at=night)
    assert run_report(second.pk, at=night)
    second.refresh_from_db()
    assert second.state == ReportState.SAME
    assert "自2026-11-24编号" in Event.objects.get(action="report.same").sentence


def test_the_requester_gets_a_link_to_the_first_report(first: Report) -> None:
    second = ask_again(first)
    message = Message.objects.get(user=second.requested_by)
    assert message.url == f"/reports/{first.pk}/"
    assert "没有变化，没有另外生成" in message.sentence


def test_if_a_word_changed_it_is_another_report(first: Report) -> None:
    accept(Filing.objects.filter(period=first.period)[0], progress="后来的一句话。")
    second = ask_again(first)
    assert second.state == ReportState.DONE
    assert second.digest != first.digest


def test_a_separate_document_can_be_requested(first: Report) -> None:
    second = ask_again(first, is_anew=True)
    assert second.state == ReportState.DONE
    assert second.digest == first.digest


def test_the_files_are_written_again_in_place(first: Report) -> None:
    second = ask_again(first)
    with pytest.raises(DomainError, match=f"与编号{first.pk}的报告一致"):
        retry_report(second, by=make_user(Role.CHIEF), at=LATER)
