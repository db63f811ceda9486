"""Building a report: once, completely, and what is shown if it fails."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from agencies.models import Event, Message
from lib.errors import DomainError
from measures.tests.factories import NOW
from reports.choices import ReportState
from reports.datasets.frozen import digest_of
from reports.datasets.schema import SCHEMA_VERSION
from reports.jobs import build
from reports.jobs.attempt import ReportAttempt
from reports.jobs.build import run_report
from reports.jobs.files import record_download
from reports.jobs.retry import retry_report, sweep_reports
from reports.jobs.tests.made import break_writer, has_one_file_a_format, stored
from reports.models import Report, ReportFile

pytestmark = pytest.mark.django_db(transaction=True)
AFTER_LEASE = NOW + ReportAttempt.lease + timedelta(seconds=30)


def test_a_report_ends_with_one_file_for_each_format(report: Report) -> None:
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert report.state == ReportState.DONE
    assert has_one_file_a_format(report)
    assert report.dataset is not None
    assert report.digest == digest_of(report.dataset)
    assert report.rows_done == report.rows_total > 100
    assert (report.lease_until, report.attempts, report.schema_version) == (None, 1, SCHEMA_VERSION)


def test_files_are_stored_under_random_names_and_shown_under_chinese_ones(report: Report) -> None:
    run_report(report.pk, at=NOW)
    names = set(ReportFile.objects.values_list("name", flat=True))
    assert names == {
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告（送审稿）.docx",
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告（送审稿）.pdf",
        "2026年前三季度扩大进口促进外贸发展工作进展情况台账.xlsx",
    }
    assert not names & {Path(path).name for path in stored(report)}


def test_the_requester_is_notified_and_the_audit_trail_has_the_digests(report: Report) -> None:
    run_report(report.pk, at=NOW)
    message = Message.objects.get(user=report.requested_by, kind="report_ready")
    assert message.url == f"/reports/{report.pk}/"
    event = Event.objects.get(action="report.done")
    assert sorted(event.after["files"]) == sorted(
        ReportFile.objects.values_list("sha256", flat=True)
    )


def test_a_second_task_does_nothing(report: Report) -> None:
    run_report(report.pk, at=NOW)
    before = stored(report)
    assert run_report(report.pk, at=NOW) is False
    assert stored(report) == before
    assert Message.objects.filter(kind="report_ready").count() == 1


def test_the_message_that_it_is_ready_is_sent_once_and_settled_by_a_download(
    report: Report,
) -> None:
    told = Message.objects.in_inbox().filter(user=report.requested_by, kind="report_ready")
    for _ in range(2):
        run_report(report.pk, at=NOW)
        assert told.count() == 1
        retry_report(report, by=report.requested_by, at=NOW)
    run_report(report.pk, at=NOW)
    record_download(ReportFile.objects.first(), by=report.requested_by, at=NOW)
    assert told.count() == 0


def test_while_one_worker_holds_the_lease_another_does_not_start(report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.WRITING, lease_until=NOW + timedelta(seconds=1), attempts=1
    )
    assert run_report(report.pk, at=NOW) is False
    assert not ReportFile.objects.exists()


def test_a_report_that_does_not_exist_is_skipped() -> None:
    assert run_report(0, at=NOW) is False


REASONS = [
    (ValueError("boom"), "生成文件时出错。请重新生成"),
    (OSError(errno.ENOSPC, "No space left on device"), "存储空间不足"),
    (PermissionError("read-only"), "文件存储暂时不能写入"),
    (DomainError("这一期没有数据。"), "这一期没有数据。"),
]


@pytest.mark.parametrize(("error", "reason"), REASONS)
def test_a_failure_has_its_reason_in_chinese(
    report: Report, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    break_writer(monkeypatch, error)
    assert run_report(report.pk, at=NOW) is False
    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.error.startswith(reason)
    assert Message.objects.get(kind="report_failed").sentence.endswith(report.error)
    assert Event.objects.filter(action="report.fail").exists()


def test_after_a_database_error_the_row_waits_for_the_sweep(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_writer(monkeypatch, OperationalError("server closed the connection"))
    with pytest.raises(OperationalError):
        run_report(report.pk, at=NOW)
    assert Report.objects.get(pk=report.pk).state == ReportState.WRITING
    assert sweep_reports(at=AFTER_LEASE) == 1


def test_a_failed_report_can_be_built_again(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_writer(broken, ValueError("boom"))
        run_report(report.pk, at=NOW)
    retry_report(report, by=report.requested_by, at=NOW)
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert (report.state, report.error) == (ReportState.DONE, "")
    assert has_one_file_a_format(report)


def test_a_dataset_that_does_not_match_its_digest_is_not_written(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_report(report.pk, at=NOW)
    retry_report(report, by=report.requested_by, at=NOW)
    monkeypatch.setattr(build, "digest_of", lambda data: "0" * 64)
    assert run_report(report.pk, at=NOW) is False
    assert Report.objects.get(pk=report.pk).error.startswith("已固定的数据与其校验值不符")


def test_a_failure_leaves_no_file(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    break_writer(monkeypatch, ValueError("boom"))  # the first format is written by then
    run_report(report.pk, at=NOW)
    assert stored(report) == set()
