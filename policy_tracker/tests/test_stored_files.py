"""Files beside the database are compared with their rows; stray files are removed."""

import os
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from measures.tests.factories import make_evidence, make_filing, make_note
from policy_tracker import stored_files
from policy_tracker.tasks import remove_stray_files

pytestmark = pytest.mark.django_db
HOUR = 3600


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


@pytest.fixture
def row():
    """Create a file attached to a draft."""
    return make_evidence(make_note(make_filing()), name="函.pdf")


def stray(name: str, *, age: int) -> Path:
    path = Path(stored_files.settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    grow_old(path, age)
    return path


def grow_old(path: Path, age: int) -> None:
    os.utime(path, (time.time() - age,) * 2)


def faults() -> list[str]:
    return stored_files.file_faults(at=now())


def test_if_files_and_rows_agree_nothing_is_reported(row):
    assert faults() == []


def test_a_missing_file_is_reported(row):
    Path(row.file.path).unlink()
    assert faults() == [f"佐证材料“函.pdf”的文件{row.file.name}不见了。"]


def test_a_file_that_was_altered_is_found(row):
    Path(row.file.path).write_bytes(b"other")
    assert faults() == [f"佐证材料“函.pdf”的文件{row.file.name}与登记的校验值不符。"]


def test_a_file_that_no_row_names_is_reported_once_no_upload_can_be_running(row):
    stray("sheets/a.xlsx", age=2 * HOUR)
    stray("evidence/new", age=0)
    assert faults() == ["文件sheets/a.xlsx没有对应的记录。"]


def test_the_command_lists_them_and_fails(row):
    Path(row.file.path).unlink()
    with pytest.raises(CommandError, match="发现1处问题"):
        call_command("check_data")


def test_each_night_strays_older_than_a_day_are_removed(row):
    old, young = stray("sheets/a.xlsx", age=25 * HOUR), stray("evidence/b", age=23 * HOUR)
    grow_old(Path(row.file.path), 1000 * HOUR)
    upload = stored_files.settings.FILE_UPLOAD_TEMP_DIR / "x.upload.docx"
    upload.write_bytes(b"half")
    grow_old(upload, 25 * HOUR)
    assert remove_stray_files() == 2
    assert not old.exists()
    assert not upload.exists()
    assert young.exists()
    assert Path(row.file.path).exists()


def test_every_model_with_a_file_is_included():
    models = {model._meta.label for model, _ in stored_files._file_fields()}
    assert models >= {"measures.Evidence", "measures.SheetImport", "reports.ReportFile"}


def test_what_is_stored_is_for_its_owner_alone(row):
    path = Path(row.file.path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
