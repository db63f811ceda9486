"""Removing files that have been kept long enough."""

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Period
from measures.tests.factories import NOW, make_user
from policy_tracker.stored_files import file_faults
from reports.datasets.frozen import digest_of
from reports.jobs.build import run_report
from reports.jobs.files import read_file, remove_old_files
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import WRITERS
from reports.models import Report, ReportFile

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def report(filed: Period) -> Report:
    """Create a finished report."""
    report = request_report(by=make_user(Role.CHIEF), kind="progress", period=filed, at=NOW)
    run_report(report.pk, at=NOW)
    report.refresh_from_db()
    return report


CASES = [
    # days to keep, days passed, files removed
    (30, 29, 0),
    (30, 31, len(WRITERS)),
    (0, 9999, 0),  # kept forever
]


@pytest.mark.parametrize(("days", "passed", "cleared"), CASES)
def test_files_are_removed_after_their_days(
    report: Report, days: int, passed: int, cleared: int
) -> None:
    at = NOW + passed * DAY
    assert remove_old_files(days=days, at=at) == cleared
    assert ReportFile.objects.filter(removed_at=at).count() == cleared
    assert Event.objects.filter(action="report.clear").count() == (1 if cleared else 0)
    assert remove_old_files(days=days, at=at) == 0
    assert file_faults(at=at) == []  # a file removed on schedule is not missing


def test_the_dataset_is_kept_and_gives_the_same_text(report: Report) -> None:
    def words() -> list[str]:
        file = ReportFile.objects.get(report=report, format="docx")
        return [p.text for p in Document(BytesIO(read_file(file))).paragraphs]

    before, at = words(), NOW + 31 * DAY
    remove_old_files(days=30, at=at)
    with pytest.raises(DomainError, match="超过保存期限并已清理"):
        words()
    report.refresh_from_db()
    assert digest_of(report.dataset or {}) == report.digest
    retry_report(report, by=make_user(Role.CHIEF), at=at)
    assert run_report(report.pk, at=at)
    assert words() == before


def test_a_report_that_is_being_built_is_left_alone(report: Report) -> None:
    retry_report(report, by=make_user(Role.CHIEF), at=NOW)
    assert remove_old_files(days=30, at=NOW + 31 * DAY) == 0
