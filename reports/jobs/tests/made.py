"""What building a report leaves behind, and a writer that breaks."""

import hashlib

import pytest
from django.core.files.storage import default_storage

from reports.choices import FileFormat, ReportKind
from reports.kinds import WRITERS, Making
from reports.models import Report, ReportFile


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
        and {file.format for file in files} == set(ReportKind.PROGRESS.formats)
        and stored(report) == {str(file.file) for file in files}
    )


def break_writer(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make the second writer fail after it has reported a row."""

    def write(making: Making) -> bytes:
        making.tick(1)
        raise error

    monkeypatch.setitem(WRITERS, FileFormat.XLSX, write)
