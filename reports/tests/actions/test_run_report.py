"""Making a report: once, whole, and again after any death."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import OperationalError, connection

from agencies.models import Event, Message
from agencies.permissions import Role
from measures.models import Filing, Period
from measures.tests.factories import NOW, make_user
from policy_tracker.lib.errors import DomainError
from reports.actions import building, lease
from reports.actions.building import run_report
from reports.actions.lease import LEASE
from reports.actions.requests import request_report, rerun_report
from reports.actions.sweeping import sweep_reports
from reports.choices import FileFormat, ReportKind, ReportState
from reports.data.frozen import digest_of
from reports.data.progress import gather_progress
from reports.data.shapes import SCHEMA_VERSION
from reports.kinds import WRITERS, Making, formats_of
from reports.models import Report, ReportFile
from reports.tests.conftest import accept

pytestmark = pytest.mark.django_db(transaction=True)
AFTER_LEASE = NOW + LEASE + timedelta(seconds=30)


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@pytest.fixture
def report(filed: Period) -> Report:
    """A queued report of the filed period."""
    by = make_user(Role.COORDINATOR)
    return request_report(by=by, kind="progress", period=filed, at=NOW)


def stored(report: Report) -> set[str]:
    folder = f"reports/{report.pk}"
    return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}


def has_one_file_a_format(report: Report) -> bool:
    files = list(ReportFile.objects.filter(report=report))
    proved = all(
        hashlib.sha256(file.file.read()).hexdigest() == file.sha256 and file.size == file.file.size
        for file in files
    )
    return (
        proved
        and {file.format for file in files} == set(formats_of(ReportKind.PROGRESS))
        and stored(report) == {str(file.file) for file in files}
    )


def break_writer(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """The second writer fails after it has told of a row."""

    def write(making: Making) -> bytes:
        making.tick(1)
        raise error

    monkeypatch.setitem(WRITERS, FileFormat.XLSX, write)


def test_a_report_ends_with_one_file_for_each_format(report: Report) -> None:
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert report.state == ReportState.DONE
    assert has_one_file_a_format(report)
    assert report.dataset is not None
    assert report.digest == digest_of(report.dataset)
    assert report.rows_done == report.rows_total > 100
    assert (report.lease_until, report.attempts, report.schema_version) == (None, 1, SCHEMA_VERSION)


def test_files_lie_under_random_names_and_are_shown_under_chinese_ones(report: Report) -> None:
    run_report(report.pk, at=NOW)
    names = set(ReportFile.objects.values_list("name", flat=True))
    assert names == {
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告（送审稿）.docx",
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告（送审稿）.pdf",
        "2026年前三季度扩大进口促进外贸发展工作进展情况台账.xlsx",
    }
    assert not names & {Path(path).name for path in stored(report)}


def test_who_asked_is_told_and_the_trail_holds_the_digests(report: Report) -> None:
    run_report(report.pk, at=NOW)
    message = Message.objects.get(user=report.requested_by, kind="report_ready")
    assert message.url == f"/reports/{report.pk}/"
    event = Event.objects.get(action="report.done")
    assert sorted(event.after["files"]) == sorted(
        ReportFile.objects.values_list("sha256", flat=True)
    )


def test_a_second_bell_does_nothing(report: Report) -> None:
    run_report(report.pk, at=NOW)
    before = stored(report)
    assert run_report(report.pk, at=NOW) is False
    assert stored(report) == before
    assert Message.objects.filter(kind="report_ready").count() == 1


def test_while_one_holds_the_lease_another_may_not_begin(report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.WRITING, lease_until=NOW + timedelta(seconds=1), attempts=1
    )
    assert run_report(report.pk, at=NOW) is False
    assert not ReportFile.objects.exists()


def test_a_report_that_does_not_exist_is_passed_over() -> None:
    assert run_report(0, at=NOW) is False


def test_killed_in_the_middle_it_is_swept_up_and_ends_with_one_set_of_files(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_writer(broken, Killed())
        with pytest.raises(Killed):
            run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert report.state == ReportState.WRITING
    assert sweep_reports(at=NOW) == 0  # the lease still holds
    assert sweep_reports(at=AFTER_LEASE) == 1
    assert run_report(report.pk, at=AFTER_LEASE)
    assert has_one_file_a_format(report)


def test_killed_between_files_and_row_it_leaves_no_stray_file(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(building, "_finish", killed)
        with pytest.raises(Killed):
            run_report(report.pk, at=NOW)
    assert len(stored(report)) == len(WRITERS)
    sweep_reports(at=AFTER_LEASE)
    run_report(report.pk, at=AFTER_LEASE)
    assert has_one_file_a_format(report)


def test_what_was_frozen_before_the_death_is_what_is_written(
    report: Report, filed: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_writer(broken, Killed())
        with pytest.raises(Killed):
            run_report(report.pk, at=NOW)
    report.refresh_from_db()
    accept(Filing.objects.filter(period=filed)[0], progress="后来的一句话。")
    assert digest_of(gather_progress(filed.pk, on=NOW.date())) != report.digest
    sweep_reports(at=AFTER_LEASE)
    run_report(report.pk, at=AFTER_LEASE)
    again = Report.objects.get(pk=report.pk)
    assert (again.digest, again.frozen_at) == (report.digest, report.frozen_at)


def test_a_maker_that_lost_its_lease_can_write_nothing(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = WRITERS[FileFormat.XLSX]

    def overtaken(making: Making) -> bytes:
        """While it writes, its lease runs out and another makes the whole report."""
        monkeypatch.setitem(WRITERS, FileFormat.XLSX, whole)
        sweep_reports(at=AFTER_LEASE)
        assert run_report(report.pk, at=AFTER_LEASE)
        return whole(making._replace(tick=lambda rows: None))

    monkeypatch.setitem(WRITERS, FileFormat.XLSX, overtaken)
    assert run_report(report.pk, at=NOW) is False
    assert Report.objects.get(pk=report.pk).attempts == 2
    assert has_one_file_a_format(report)


REASONS = [
    (ValueError("boom"), "生成文件时出错。请重新生成"),
    (OSError(errno.ENOSPC, "No space left on device"), "存储空间不足"),
    (PermissionError("read-only"), "文件存储暂时不能写入"),
    (DomainError("这一期没有数据。"), "这一期没有数据。"),
]


@pytest.mark.parametrize(("error", "reason"), REASONS)
def test_what_fails_says_why_in_chinese(
    report: Report, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    break_writer(monkeypatch, error)
    assert run_report(report.pk, at=NOW) is False
    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.error.startswith(reason)
    assert Message.objects.get(kind="report_failed").sentence.endswith(report.error)
    assert Event.objects.filter(action="report.fail").exists()


def test_when_the_database_fails_the_row_waits_for_the_sweep(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_writer(monkeypatch, OperationalError("server closed the connection"))
    with pytest.raises(OperationalError):
        run_report(report.pk, at=NOW)
    assert Report.objects.get(pk=report.pk).state == ReportState.WRITING
    assert sweep_reports(at=AFTER_LEASE) == 1


def test_a_failed_report_can_be_made_again(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        break_writer(broken, ValueError("boom"))
        run_report(report.pk, at=NOW)
    rerun_report(report, by=report.requested_by, at=NOW)
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert (report.state, report.error) == (ReportState.DONE, "")
    assert has_one_file_a_format(report)


def test_a_dataset_that_does_not_match_its_digest_is_not_written(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_report(report.pk, at=NOW)
    rerun_report(report, by=report.requested_by, at=NOW)
    monkeypatch.setattr(building, "digest_of", lambda data: "0" * 64)
    assert run_report(report.pk, at=NOW) is False
    assert Report.objects.get(pk=report.pk).error.startswith("已固定的数据与其校验值不符")


def test_what_fails_leaves_no_file_behind(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    break_writer(monkeypatch, ValueError("boom"))  # the first format is written by then
    run_report(report.pk, at=NOW)
    assert stored(report) == set()


def test_one_long_call_keeps_its_lease(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that neither ticks nor returns for longer than its lease is not taken for dead."""
    monkeypatch.setattr(lease, "BEAT", 0.05)
    whole = WRITERS[FileFormat.XLSX]
    ends: list[datetime] = []

    def slow(making: Making) -> bytes:
        for _ in range(2):
            time.sleep(0.3)
            ends.append(Report.objects.values_list("lease_until", flat=True).get(pk=report.pk))
        return whole(making)

    monkeypatch.setitem(WRITERS, FileFormat.XLSX, slow)
    assert run_report(report.pk, at=NOW)
    assert ends[1] > ends[0]
    assert has_one_file_a_format(report)


WORKER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "policy_tracker.settings_test"
import django
django.setup()
from django.conf import settings
from django.utils.timezone import now
from reports import kinds
from reports.actions import building
from reports.choices import FileFormat
settings.MEDIA_ROOT = sys.argv[2]

def sleep(making):
    making.tick(1)
    print("writing", flush=True)
    time.sleep(60)

kinds.WRITERS[FileFormat.XLSX] = sleep
building.run_report(int(sys.argv[1]), at=now())
"""


@pytest.mark.slow
def test_a_worker_killed_by_the_system_costs_nothing(report: Report, tmp_path: Path) -> None:
    name = str(connection.settings_dict["NAME"])
    url = os.environ["DATABASE_URL"]
    base, _, query = url.partition("?")
    there = f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(report.pk), str(settings.MEDIA_ROOT)],
        env={**os.environ, "DATABASE_URL": there},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"writing\n"
    time.sleep(0.2)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    report.refresh_from_db()
    assert report.state == ReportState.WRITING
    assert report.lease_until is not None
    later = report.lease_until + timedelta(seconds=1)
    assert sweep_reports(at=later) == 1
    assert run_report(report.pk, at=later)
    assert has_one_file_a_format(report)
