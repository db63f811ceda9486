"""Cancelling a report: by whom, when, and what its worker leaves behind."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agencies.models import Event, Message, User
from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Period
from measures.tests.factories import NOW, make_user
from reports.choices import FileFormat, ReportState
from reports.jobs.build import run_report
from reports.jobs.cancel import cancel_report
from reports.jobs.files import folder_of, remove_old_files
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import WRITERS, Making
from reports.models import Report, ReportFile

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def report(filed: Period) -> Report:
    """Create a queued report that a leader requested."""
    return request_report(by=make_user(Role.LEADER), kind="progress", period=filed, at=NOW)


def person(report: Report, who: str) -> User:
    if who == "asker":
        assert report.requested_by is not None
        return report.requested_by
    return make_user(Role(who))


def stored(report: Report) -> list[str]:
    return default_storage.listdir(folder_of(report.pk))[1]


@pytest.mark.parametrize("who", ["asker", "coordinator", "chief"])
def test_the_requester_and_the_commission_can_cancel(report: Report, who: str) -> None:
    by = person(report, who)
    cancel_report(report, by=by, at=LATER)
    report.refresh_from_db()
    assert (report.state, report.cancelled_by) == (ReportState.CANCELLED, by)
    assert report.cancelled_at == LATER
    assert Event.objects.get(action="report.cancel").before == {"state": "queued"}
    told = Message.objects.filter(user=report.requested_by, sentence__contains="取消")
    assert told.exists() is (who != "asker")


@pytest.mark.parametrize("who", ["leader", "liaison", "agency_head", "auditor"])
def test_others_cannot_cancel(report: Report, who: str) -> None:
    with pytest.raises(PermissionDenied):
        cancel_report(report, by=person(report, who), at=LATER)


def test_an_ended_report_cannot_be_cancelled(report: Report) -> None:
    run_report(report.pk, at=NOW)
    with pytest.raises(DomainError, match="已不在生成中"):
        cancel_report(report, by=person(report, "asker"), at=LATER)


def test_no_worker_takes_a_cancelled_report(report: Report) -> None:
    cancel_report(report, by=person(report, "asker"), at=LATER)
    assert run_report(report.pk, at=LATER) is False
    assert not ReportFile.objects.exists()


@pytest.fixture
def called_off_while_writing(monkeypatch: pytest.MonkeyPatch, report: Report) -> Report:
    """Cancelled while the last format is written; by then the others are in the store."""
    with monkeypatch.context() as patched:

        def write(making: Making) -> bytes:
            assert len(stored(report)) == 2
            cancel_report(report, by=person(report, "asker"), at=NOW)
            making.tick(1)
            raise AssertionError("the tick did not stop it")

        patched.setitem(WRITERS, FileFormat.XLSX, write)
        assert run_report(report.pk, at=NOW) is False
    report.refresh_from_db()
    return report


def test_its_worker_stops_at_the_next_tick_and_leaves_no_file(
    called_off_while_writing: Report,
) -> None:
    report = called_off_while_writing
    assert (report.state, report.lease_until) == (ReportState.CANCELLED, None)
    assert stored(report) == []
    assert not ReportFile.objects.exists()


def test_it_can_be_retried_and_an_old_worker_is_not_taken_for_the_new(
    called_off_while_writing: Report,
) -> None:
    report = called_off_while_writing
    retry_report(report, by=person(report, "asker"), at=LATER)
    assert run_report(report.pk, at=LATER)
    report.refresh_from_db()
    assert (report.state, report.cancelled_by, report.attempts) == (ReportState.DONE, None, 2)
    assert len(stored(report)) == len(WRITERS)


def test_it_can_be_requested_again(called_off_while_writing: Report) -> None:
    report = called_off_while_writing
    again = request_report(
        by=person(report, "asker"), kind="progress", period=report.period, at=LATER
    )
    assert again.pk != report.pk


def test_a_finished_one_that_is_only_written_again_keeps_its_files(report: Report) -> None:
    run_report(report.pk, at=NOW)
    before = sorted(stored(report))
    retry_report(report, by=person(report, "asker"), at=LATER)
    cancel_report(report, by=person(report, "asker"), at=LATER)
    report.refresh_from_db()
    assert report.state == ReportState.DONE
    assert sorted(stored(report)) == before


def test_files_of_a_killed_worker_are_removed_at_night(report: Report) -> None:
    cancel_report(report, by=person(report, "asker"), at=LATER)
    default_storage.save(f"{folder_of(report.pk)}/stray.docx", ContentFile(b"x"))
    remove_old_files(days=0, at=LATER)
    assert stored(report) == []
