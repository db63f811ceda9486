"""Uploading, checking, applying and discarding a sheet."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agencies.models import Event
from lib import enqueue
from lib.errors import DomainError
from measures.choices import SheetState
from measures.models import Note, SheetImport
from measures.sheets import check as exchange_check
from measures.sheets import run as exchange_run
from measures.sheets.actions import ask_to_apply, discard_sheet, download_sheet, upload_sheet
from measures.sheets.job import ERROR_MOST
from measures.sheets.run import run_sheet, sweep_sheets
from measures.sheets.tests.sheets import (
    LATER,
    checked,
    file_of,
    handed_back,
    untouched,
)
from measures.tasks import run_sheet as run_sheet_task
from measures.tests.factories import (
    NOW,
)
from policy_tracker.stored_files import remove_strays

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.mark.parametrize("error", [MemoryError(), SoftTimeLimitExceeded()])
def test_what_takes_too_much_memory_or_time_is_refused_with_a_sentence(sheet, monkeypatch, error):
    def too_much(*_, **__):
        raise error

    monkeypatch.setattr(exchange_check, "read_sheet", too_much)
    assert checked(sheet).state == SheetState.FAILED
    assert "过于复杂" in SheetImport.objects.get().error


def test_the_task_is_stopped_in_time():
    """A soft limit comes first, so that the message can be stored."""
    assert 0 < run_sheet_task.soft_time_limit < run_sheet_task.time_limit <= 150
    assert 0 < settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT


def test_stored_files_that_no_row_names_are_deleted_after_a_day(sheet):
    stray = default_storage.save("sheets/stray.xlsx", ContentFile(b"x"))
    written_at = default_storage.get_modified_time(stray)
    assert remove_strays(at=written_at + timedelta(hours=23)) == 0
    remove_strays(at=written_at + timedelta(hours=25))
    assert not default_storage.exists(stray)
    assert default_storage.exists(sheet.file.name)


def test_an_upload_waits_for_its_check_under_a_random_name(sheet, people):
    assert (sheet.state, sheet.uploaded_by, sheet.uploaded_at) == ("queued", people.liaison, LATER)
    assert sheet.file.name.startswith("sheets/")
    assert sheet.name not in sheet.file.name
    event = Event.objects.get(action="sheet.upload")
    assert event.after == {"sha256": sheet.sha256}


def test_an_upload_enqueues_its_check(
    filings, agency, people, monkeypatch, django_capture_on_commit_callbacks
):
    enqueued = []
    monkeypatch.setattr(enqueue, "enqueue", lambda task, pk: enqueued.append((task, pk)))
    with django_capture_on_commit_callbacks(execute=True):
        one = handed_back(filings[0].period, agency, people.liaison, untouched)
    assert enqueued == [("measures.tasks.run_sheet", one.pk)]


def test_the_same_file_twice_at_once_is_one_sheet(filings, agency, people):
    content_ = download_sheet("filings", filings[0].period, agency, by=people.liaison, at=NOW)
    both = [
        upload_sheet(
            "filings", filings[0].period, agency,
            file=file_of(content_), name="a.xlsx", by=people.liaison, at=LATER,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert both[0] == both[1]
    assert SheetImport.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["head", "other_liaison", "other_head", "coordinator", "chief", "leader", "auditor"]
)
def test_only_the_agencys_liaison_fills_in_its_filings(sheet, agency, people, who):
    by = getattr(people, who)
    checked(sheet)
    for act in (
        lambda: download_sheet("filings", sheet.period, agency, by=by, at=NOW),
        lambda: handed_back(sheet.period, agency, by, untouched),
        lambda: ask_to_apply(sheet, by=by, at=LATER),
        lambda: discard_sheet(sheet, by=by, at=LATER),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Note.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_fill_in_statuses(filings, people, who):
    with pytest.raises(PermissionDenied):
        download_sheet("statuses", filings[0].period, None, by=getattr(people, who), at=NOW)


def test_what_is_let_go_leaves_its_row_and_no_file(
    sheet, people, django_capture_on_commit_callbacks
):
    checked(sheet)
    name = sheet.file.name
    with django_capture_on_commit_callbacks(execute=True):
        gone = discard_sheet(sheet, by=people.liaison, at=LATER)
    assert (gone.state, gone.result, bool(gone.file)) == ("discarded", [], False)
    assert not default_storage.exists(name)
    assert Event.objects.filter(action="sheet.discard").count() == 1
    with pytest.raises(DomainError, match="“已放弃”的文件不能放弃"):
        discard_sheet(sheet, by=people.liaison, at=LATER)


def test_checking_twice_is_once(sheet):
    assert run_sheet(sheet.pk, at=LATER)
    assert not run_sheet(sheet.pk, at=LATER)
    assert Event.objects.filter(action="sheet.check").count() == 1


def test_a_checker_that_lost_its_lease_writes_nothing(sheet, monkeypatch):
    real = exchange_check.rows_for

    def taken_over(*args, **kwargs):
        SheetImport.objects.filter(pk=sheet.pk).update(attempts=2)
        return real(*args, **kwargs)

    monkeypatch.setattr(exchange_check, "rows_for", taken_over)
    run_sheet(sheet.pk, at=LATER)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.result) == (SheetState.CHECKING, [])


def test_a_lost_file_is_said_and_a_changed_one_too(sheet):
    path = default_storage.path(sheet.file.name)
    with open(path, "ab") as file:
        file.write(b"x")
    assert "校验值不符" in checked(sheet).error
    SheetImport.objects.update(state="queued", error="")
    default_storage.delete(sheet.file.name)
    assert "找不到了" in checked(sheet).error


def test_what_nobody_expected_is_told_in_words(sheet, monkeypatch):
    def stumbles(*args, **kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr(exchange_check, "checked_rows", stumbles)
    one = checked(sheet)
    assert one.state == "failed"
    assert one.error == exchange_run.unexpected_error("checking")


def test_the_sweep_enqueues_what_no_worker_came_for(sheet):
    assert sweep_sheets(at=LATER + timedelta(seconds=30)) == 0
    assert sweep_sheets(at=LATER + timedelta(seconds=90)) == 1


def test_the_sweep_retries_what_a_dead_worker_left_and_gives_up_the_third_time(sheet):
    held = {"state": "checking", "lease_until": LATER}
    SheetImport.objects.update(attempts=1, **held)
    assert sweep_sheets(at=LATER + timedelta(seconds=1)) == 1
    sheet.refresh_from_db()
    assert (sheet.state, sheet.lease_until) == ("queued", None)
    SheetImport.objects.update(attempts=3, **held)
    assert sweep_sheets(at=LATER + timedelta(seconds=1)) == 0
    sheet.refresh_from_db()
    assert (sheet.state, sheet.error) == ("failed", exchange_run.NEVER_ENDED["checking"])


def test_the_longest_reason_fits_its_column():
    assert SheetImport._meta.get_field("error").max_length == ERROR_MOST
