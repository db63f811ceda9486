"""Building a report: killed at any point, it is built again, once and completely."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from measures.models import Filing, Period
from measures.tests.factories import NOW
from reports.choices import FileFormat, ReportState
from reports.conftest import accept
from reports.datasets.frozen import digest_of
from reports.jobs import build
from reports.jobs.attempt import ReportAttempt
from reports.jobs.build import run_report
from reports.jobs.retry import sweep_reports
from reports.jobs.tests.made import break_writer, has_one_file_a_format, stored
from reports.kinds import WRITERS, Making
from reports.models import Report
from reports.tests.world import gather_progress

pytestmark = pytest.mark.django_db(transaction=True)
AFTER_LEASE = NOW + ReportAttempt.lease + timedelta(seconds=30)


class Killed(BaseException):
    """Simulates kill -9: nothing catches it."""


def test_a_killed_worker_s_report_is_swept_and_ends_with_one_set_of_files(
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


def test_a_worker_killed_between_files_and_row_leaves_no_stray_file(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(build, "finish_report", killed)
        with pytest.raises(Killed):
            run_report(report.pk, at=NOW)
    assert len(stored(report)) == len(WRITERS)
    sweep_reports(at=AFTER_LEASE)
    run_report(report.pk, at=AFTER_LEASE)
    assert has_one_file_a_format(report)


def test_a_dataset_frozen_before_the_kill_is_used(
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


def test_an_attempt_that_lost_its_lease_writes_nothing(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = WRITERS[FileFormat.XLSX]

    def overtaken(making: Making) -> bytes:
        """Let the lease run out while it writes, and another worker build the whole report."""
        monkeypatch.setitem(WRITERS, FileFormat.XLSX, whole)
        sweep_reports(at=AFTER_LEASE)
        assert run_report(report.pk, at=AFTER_LEASE)
        return whole(making._replace(tick=lambda rows: None))

    monkeypatch.setitem(WRITERS, FileFormat.XLSX, overtaken)
    assert run_report(report.pk, at=NOW) is False
    assert Report.objects.get(pk=report.pk).attempts == 2
    assert has_one_file_a_format(report)


def test_a_long_call_keeps_its_lease(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that does not tick for longer than its lease is not considered dead."""
    monkeypatch.setattr(ReportAttempt, "renew_every", 0.05)
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
from reports.jobs import build
from reports.tests.world import gather_progress
from reports.choices import FileFormat
settings.MEDIA_ROOT = sys.argv[2]

def sleep(making):
    making.tick(1)
    print("writing", flush=True)
    time.sleep(60)

kinds.WRITERS[FileFormat.XLSX] = sleep
build.run_report(int(sys.argv[1]), at=now())
"""


@pytest.mark.slow
def test_a_worker_killed_by_the_system_loses_nothing(report: Report, tmp_path: Path) -> None:
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
