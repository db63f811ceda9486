"""Files and copies of backups in S3-compatible storage, with a real server."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.config import Config
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.urls import reverse
from django.utils.timezone import now

from agencies.models import Event, Message
from agencies.permissions import Role
from dev.object_storage import object_storage
from dev.processes import Child
from dev.programs import site_packages
from dev.throwaway import throwaway_servers
from lib.errors import DomainError
from lib.files import AWAY
from lib.s3 import S3Files
from measures.filings.evidence import ALTERED, GONE, read_evidence
from measures.filings.tests.test_page import typed
from measures.models import Evidence, Period
from measures.rules.tests.files import PDF
from measures.tests.factories import (
    NOW,
    make_agency,
    make_evidence,
    make_filing,
    make_measure,
    make_note,
    make_user,
)
from policy_tracker.backup.actions import back_up, copy_to_bucket, kept_backups
from policy_tracker.backup.copies import copied_backups, fetch_backup, remove_old_copies
from policy_tracker.backup.manifest import BackupError, backup_name
from policy_tracker.backup.rehearse import rehearse_restore
from policy_tracker.stored_files import file_faults, remove_strays
from policy_tracker.watch.parts import all_parts
from reports.jobs.build import run_report
from reports.jobs.files import read_file, remove_old_files
from reports.jobs.request import request_report
from reports.models import ReportFile

AT = datetime.fromisoformat("2026-11-30T10:00:00+08:00")
Served = tuple[dict[str, str], Child]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start the server with two buckets; each test has its own folder in them."""
    folder = tmp_path_factory.mktemp("objects")
    with object_storage(folder, ["policy-files", "policy-backups", "policy-empty"]) as found:
        yield found


@pytest.fixture(autouse=True)
def buckets(served: Served, settings, tmp_path: Path) -> dict[str, str]:
    """Return the settings of a product with its files and copies of backups there."""
    said, _ = served
    settings.FILES_BUCKET, settings.BACKUP_BUCKET = "policy-files", "policy-backups"
    settings.BUCKET_ENDPOINT = said["BUCKET_ENDPOINT"]
    settings.BUCKET_KEYS = {"access_key": "policy", "secret_key": said["BUCKET_SECRET_KEY"]}
    settings.MEDIA_ROOT, settings.BACKUP_DIR = tmp_path / "files", tmp_path / "backups"
    place = uuid4().hex

    def there(bucket: str) -> dict[str, object]:
        return {
            "BACKEND": "lib.s3.S3Files",
            "OPTIONS": {
                "bucket_name": bucket,
                "location": place,
                "endpoint_url": said["BUCKET_ENDPOINT"],
                "access_key": said["BUCKET_ACCESS_KEY"],
                "secret_key": said["BUCKET_SECRET_KEY"],
                "region_name": "us-east-1",
            },
        }

    settings.STORAGES = django_settings.STORAGES | {
        "default": there("policy-files"),
        "backups": there("policy-backups"),
    }
    assert isinstance(storages["default"], S3Files)
    return said


@pytest.fixture
def away(settings) -> None:
    """Set an endpoint at which no server listens."""
    for name in ("default", "backups"):
        settings.STORAGES[name]["OPTIONS"]["endpoint_url"] = "http://127.0.0.1:9"
    settings.STORAGES = dict(settings.STORAGES)


def stored() -> list[str]:
    return sorted(storages["default"].listdir("evidence")[1])


@pytest.fixture
def filing(client):
    customs = make_agency(name="重庆海关")
    client.force_login(make_user(Role.LIAISON, customs))
    measure = make_measure(lead=make_agency(name="市商务委"), others=(customs,))
    return make_filing(measure=measure, agency=customs)


def send(client, filing, data: bytes = PDF):
    address = reverse("measures:filing_save", args=[filing.pk])
    files = {f"f{filing.pk}-evidence": [ContentFile(data, "统计表.pdf")]}
    return client.post(address, typed(filing) | files)


@pytest.mark.django_db
def test_an_upload_is_stored_there_and_downloaded_through_the_page_only(client, filing, settings):
    assert send(client, filing).status_code == 302
    row = Evidence.objects.get()
    assert [row.file.name] == [f"evidence/{name}" for name in stored()]
    assert not settings.MEDIA_ROOT.exists()
    answer = client.get(reverse("measures:evidence", args=[row.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_an_altered_or_lost_file_is_not_handed_out(filing):
    row = make_evidence(make_note(filing))
    name = row.file.name
    default_storage.delete(name)
    with pytest.raises(DomainError, match=GONE):
        read_evidence(row)
    assert default_storage.save(name, ContentFile(b"altered")) == name
    with pytest.raises(DomainError, match=ALTERED):
        read_evidence(row)
    assert file_faults(at=now()) == [f"佐证材料“统计表.pdf”的文件{name}与登记的校验值不符。"]


@pytest.mark.django_db
def test_an_existing_name_is_never_overwritten():
    first = default_storage.save("evidence/one", ContentFile(b"1"))
    assert default_storage.save("evidence/one", ContentFile(b"2")) != first
    assert default_storage.open(first).read() == b"1"


@pytest.mark.django_db
def test_while_it_is_down_an_upload_is_refused_and_the_text_kept(client, filing, away):
    answer = send(client, filing)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "服务器没有存下这份材料，请稍后重试" in page
    assert "三季度推进一件事。" in page
    assert not Evidence.objects.exists()


@pytest.mark.django_db
def test_while_it_is_down_a_download_says_so(filing, settings):
    row = make_evidence(make_note(filing))
    settings.STORAGES["default"]["OPTIONS"]["endpoint_url"] = "http://127.0.0.1:9"
    settings.STORAGES = dict(settings.STORAGES)
    with pytest.raises(DomainError, match=AWAY):
        read_evidence(row)
    assert {part.name: part.tone for part in all_parts(at=now())}["files"] == "red"


@pytest.mark.django_db
def test_a_storage_that_does_not_answer_is_told_in_time(client, filing, settings, hung):
    """A server that accepts connections but never answers: the next ones do not wait for it."""
    row = make_evidence(make_note(filing))
    hasty = S3Files.client_config.merge(Config(read_timeout=1))
    there = {"endpoint_url": f"http://127.0.0.1:{hung}", "client_config": hasty}
    settings.STORAGES["default"]["OPTIONS"] |= there
    settings.STORAGES = dict(settings.STORAGES)
    began = time.monotonic()
    for _ in range(4):
        with pytest.raises(DomainError, match=AWAY):
            read_evidence(row)
    answer = send(client, filing)
    assert answer.status_code == 409
    assert "三季度推进一件事。" in answer.content.decode()
    assert files_part() == "red"
    assert time.monotonic() - began < 5


@pytest.mark.django_db
def test_files_that_no_row_names_are_removed_each_night(filing):
    row = make_evidence(make_note(filing))
    default_storage.save("sheets/stray.xlsx", ContentFile(b"half"))
    assert file_faults(at=now()) == []
    later = now() + timedelta(days=1, minutes=1)
    assert file_faults(at=later) == ["文件sheets/stray.xlsx没有对应的记录。"]
    assert remove_strays(at=later) == 1
    assert file_faults(at=later) == []
    assert default_storage.exists(row.file.name)


@pytest.mark.django_db
def test_it_is_part_of_the_system_status(filing):
    assert files_part() == "green"


def files_part() -> str:
    return {part.name: part.tone for part in all_parts(at=now())}["files"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [{"bucket_name": "policy-missing"}, {"secret_key": "another"}, {"access_key": "nobody"}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_missing_or_forbidden_bucket_counts_as_down(filing, settings, changed):
    row = make_evidence(make_note(filing))
    settings.STORAGES["default"]["OPTIONS"] |= changed
    settings.STORAGES = dict(settings.STORAGES)
    assert files_part() == "red"
    with pytest.raises(DomainError, match=AWAY):
        read_evidence(row)


@pytest.mark.django_db(transaction=True)
def test_a_report_is_written_read_and_removed_there(real_notice, start_in_world):
    period = Period.objects.order_by("due_on")[0]
    report = request_report(by=make_user(Role.COORDINATOR), kind="progress", period=period, at=NOW)
    stray = default_storage.save(f"reports/{report.pk}/stray.docx", ContentFile(b"x"))
    assert run_report(report.pk, at=NOW)
    files = list(ReportFile.objects.all())
    assert sorted(file.format for file in files) == ["docx", "pdf", "xlsx"]
    assert all(len(read_file(file)) == file.size for file in files)
    assert not default_storage.exists(stray)
    assert remove_old_files(days=1, at=NOW + timedelta(days=2)) == len(files)
    assert default_storage.listdir(f"reports/{report.pk}") == ([], [])


@pytest.mark.django_db(transaction=True)
def test_while_it_is_down_a_report_fails_with_a_sentence(real_notice, start_in_world, away):
    period = Period.objects.order_by("due_on")[0]
    report = request_report(by=make_user(Role.COORDINATOR), kind="progress", period=period, at=NOW)
    assert not run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert "文件存储暂时不能写入" in report.error


@pytest.mark.django_db(transaction=True)
def test_a_backup_has_the_files_and_is_copied_fetched_and_rehearsed(client, filing, tmp_path):
    row = make_evidence(make_note(filing))
    folder, manifest = back_up(tmp_path / "backups", recipient="", at=AT)
    assert list(manifest.files) == [row.file.name]
    copy_to_bucket(folder, manifest, at=AT)
    assert copied_backups() == ["20261130-100000"]
    assert [one.copied_at for one in kept_backups()] == [AT]
    assert Event.objects.filter(action="backup.copy").count() == 1
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    page = client.get("/backups/").content.decode()
    assert "随即复制到对象存储policy-backups" in page
    assert '<td data-label="异地副本">' in page
    fetched = fetch_backup("", tmp_path / "fetched")
    assert fetched == tmp_path / "fetched" / "20261130-100000"
    assert "全部核对一致" in rehearse_restore(fetched)
    assert stored() == [row.file.name.removeprefix("evidence/")]  # the rehearsal used another place


@pytest.mark.django_db(transaction=True)
def test_a_restore_fills_an_empty_bucket_and_refuses_another(filing, tmp_path, buckets, settings):
    row = make_evidence(make_note(filing))
    folder, _ = back_up(tmp_path / "backups", recipient="", at=AT)
    root, place = django_settings.BASE_DIR, buckets | {"VAR_DIR": str(tmp_path / "var")}
    with throwaway_servers(root, site_packages(Path(sys.prefix)), ["DATABASE_URL"]) as servers:
        refused = restored(folder, place | servers | {"FILES_BUCKET": "policy-files"})
        done = restored(folder, place | servers | {"FILES_BUCKET": "policy-empty"})
    assert "policy-files不是空的" in refused.stderr
    assert "1个文件，全部核对一致" in done.stdout, (
        done.stderr
    )  # the refused one had written nothing
    settings.STORAGES["default"]["OPTIONS"] |= {"bucket_name": "policy-empty", "location": ""}
    settings.STORAGES = dict(settings.STORAGES)
    assert read_evidence(row) == b"%PDF-1.7\n%%EOF\n"


def restored(folder: Path, place: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """The command, with database and files where `place` says."""
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(folder)],
        cwd=django_settings.BASE_DIR,
        env=os.environ | place | {"DJANGO_SETTINGS_MODULE": "policy_tracker.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_cannot_be_made_is_told_and_the_backup_stays(filing, tmp_path, away):
    administrator = make_user(Role.SYSTEM_ADMIN)
    folder, manifest = back_up(tmp_path / "backups", recipient="", at=AT)
    with pytest.raises(BackupError, match="没有复制到对象存储"):
        copy_to_bucket(folder, manifest, at=AT)
    assert Message.objects.get().user == administrator
    assert [one.copied_at for one in kept_backups()] == [None]


def test_expired_copies_are_removed_but_never_the_newest():
    for day in (15, 14, 13, 0):
        name = backup_name(AT - timedelta(days=day))
        for part in ("database.dump", "files.tar", "manifest.json"):
            storages["backups"].save(f"{name}/{part}", ContentFile(b"x"))
    storages["backups"].save("20261130-110000/database.dump", ContentFile(b"cut off"))
    assert remove_old_copies(keep_days=14, at=AT) == ["20261115-100000"]
    assert len(remove_old_copies(keep_days=14, at=AT + timedelta(days=400))) == 2
    assert copied_backups() == ["20261130-100000"]


@pytest.mark.parametrize("name", ["20250101-000000", ""])
def test_a_backup_that_was_never_copied_cannot_be_fetched(tmp_path, name):
    with pytest.raises(BackupError, match="没有从对象存储取回|里没有备份"):
        fetch_backup(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({}, ["policy_tracker.W001"]),
        ({"BUCKET_ENDPOINT": ""}, ["policy_tracker.E001"]),
        (
            {"BUCKET_ENDPOINT": "https://objects.example", "BUCKET_KEYS": {"secret_key": ""}},
            ["policy_tracker.E001"],
        ),
        ({"BUCKET_ENDPOINT": "https://objects.example"}, []),
        ({"BACKUP_BUCKET": "policy-files"}, ["policy_tracker.W001", "policy_tracker.E002"]),
        ({"FILES_BUCKET": "", "BACKUP_BUCKET": "", "BUCKET_ENDPOINT": ""}, []),
    ],
)
def test_the_check_names_what_is_missing(settings, changed, ids):
    for name, value in changed.items():
        setattr(settings, name, value)
    assert [one.id for one in run_checks() if one.id.startswith("policy_tracker")] == ids
