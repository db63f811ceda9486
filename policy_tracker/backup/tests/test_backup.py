"""A backup is of one moment; a restore returns all of it, or fails with a sentence."""

import json
import re
import resource
import shutil
import signal
import subprocess
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from agencies.models import Event, Message
from agencies.permissions import Role
from agencies.tests.factories import make_user
from measures.tests.factories import make_evidence, make_filing, make_note
from policy_tracker import tasks
from policy_tracker.backup.actions import back_up
from policy_tracker.backup.make import backups_in, make_backup, remove_old
from policy_tracker.backup.manifest import (
    MANIFEST,
    BackupError,
    Manifest,
    read_manifest,
    write_manifest,
)
from policy_tracker.backup.programs import database_words, reading
from policy_tracker.backup.rehearse import rehearse_restore
from policy_tracker.backup.restore import restore, unread

# A recipient whose key nobody has: the example in age's manual.
AGE_RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudt8qp9q4aa2xe"
AT = datetime.fromisoformat("2026-11-30T10:00:00+08:00")


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.BACKUP_DIR = tmp_path / "backups"


def make_row_with_file():
    return make_evidence(make_note(make_filing()), name="函.pdf")


class Writer(threading.Thread):
    """Simulate a person at work: an event and a commit, again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.stop, self.began = threading.Event(), threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            Event.objects.create(at=now(), actor_name="演示", action="user.edit", sentence="修改。")
            self.began.set()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_made_while_people_write_it_is_restored_elsewhere_to_the_row(tmp_path):
    make_row_with_file()
    writer = Writer()
    writer.start()
    writer.began.wait()
    folder, manifest = make_backup(tmp_path / "backups", at=AT)
    writer.stop.set()
    writer.join()
    assert folder.name == "20261130-100000"
    assert 0 < manifest.rows["agencies_event"] < Event.objects.count()
    assert len(manifest.files) == 1
    assert manifest.faults == []
    assert "全部核对一致" in rehearse_restore(folder)  # every count and digest, in another database


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("gpg"), reason="gpg is not installed")
def test_encrypted_nothing_of_it_can_be_read_without_the_key(tmp_path, monkeypatch):
    (tmp_path / "keys").mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "keys"))
    make_key()
    make_row_with_file()
    folder, manifest = make_backup(tmp_path / "backups", recipient="backup@example", at=AT)
    assert manifest.encryption == "gpg"
    assert not any((folder / name).read_bytes().startswith(b"PGDMP") for name in manifest.parts)
    assert "全部核对一致" in rehearse_restore(folder)
    shutil.rmtree(tmp_path / "keys")
    with pytest.raises(BackupError, match="解密没有成功"):
        rehearse_restore(folder)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_a_wrong_key_is_named_as_the_reason(tmp_path):
    own, other = (tmp_path / name for name in ("own", "other"))
    for path in (own, other):
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    recipient = own.read_text().partition("public key: ")[2].splitlines()[0]
    folder, manifest = make_backup(tmp_path / "backups", recipient=recipient, at=AT)
    assert "全部核对一致" in rehearse_restore(folder, identity=str(own))
    with pytest.raises(BackupError, match="解密没有成功：age: error: "):
        rehearse_restore(folder, identity=str(other))
    missing = str(tmp_path / "none")
    with (
        pytest.raises(BackupError, match="解密没有成功：age: error: "),
        reading(folder / min(manifest.parts), manifest.encryption, missing) as data,
    ):
        data.read()


def make_key() -> None:
    words = ["gpg", "--batch", "--pinentry-mode=loopback", "--passphrase", ""]
    words += ["--quick-generate-key", "backup@example", "default", "default", "never"]
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker, tmp_path_factory) -> Path:
    """Make a backup of a database without rows, which the damage does not depend on."""
    with django_db_blocker.unblock():
        folder, _ = make_backup(tmp_path_factory.mktemp("backups"), at=AT)
        connection.close()
    return folder


@pytest.fixture
def made(made_once: Path, tmp_path: Path, db: None) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "made"))


def change(folder: Path, **values: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | values))


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (lambda folder: spoil(folder / "database.dump"), "database.dump与当时写下的校验值不符"),
        (lambda folder: spoil(folder / "files.tar"), "files.tar与当时写下的校验值不符"),
        (lambda folder: (folder / "files.tar").unlink(), "缺files.tar"),
        (lambda folder: (folder / MANIFEST).unlink(), "没有备份"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "读不出来"),
        (lambda folder: change(folder, format=2), "格式是2"),
        (lambda folder: change(folder, migrations={"measures": ["9999_later"]}), "更新的版本"),
        (lambda folder: None, "数据库不是空的"),
    ],
)
def test_what_is_damaged_newer_or_not_awaited_is_refused(made, fault, sentence):
    fault(made)
    with pytest.raises(BackupError, match=sentence):
        restore(made)


def test_the_backup_of_a_version_with_the_same_tables_is_checked_at_once(made, settings):
    """A version that does not know the squashed migrations ran each of their steps instead."""
    make_user(phone="13870005678")
    settings.DATA_KEYS = ["n" * 43 + "="]
    steps = read_manifest(made).migrations
    before = {
        app: [name for name in names if "_squashed_" not in name] for app, names in steps.items()
    }
    assert before != steps
    change(made, migrations=before)
    assert len(unread(read_manifest(made))) == 1
    change(made, migrations=before | {"measures": before["measures"][:-1]})
    assert unread(read_manifest(made)) == []  # `prepare` migrates first


def test_a_missing_row_or_file_is_named(made):
    rows = json.loads((made / MANIFEST).read_text())["rows"]
    change(made, rows=rows | {"agencies_event": rows["agencies_event"] + 1}, files={"a.pdf": "0"})
    with pytest.raises(BackupError, match=r"表agencies_event应有\d+行，实有\d+行。缺文件a.pdf。"):
        rehearse_restore(made)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [(Path.unlink, "不见了"), (lambda path: path.write_bytes(b"other"), "与登记的校验值不符")],
)
def test_a_file_that_is_already_lost_is_named_and_the_rest_is_backed_up(tmp_path, fault, sentence):
    row = make_row_with_file()
    fault(Path(row.file.path))
    folder, manifest = make_backup(tmp_path / "backups", at=AT)
    assert [sentence in fault for fault in manifest.faults] == [True]
    assert manifest.rows["measures_evidence"] == 1


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_backup_leaves_nothing_that_looks_like_one(tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("policy_tracker.backup.make.write_manifest", broken)
    with pytest.raises(OSError, match="disk full"):
        make_backup(tmp_path / "backups", at=AT)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["lock"]


def test_expired_backups_are_removed_but_never_the_newest(tmp_path):
    for day in (0, 1, 13, 14, 15):
        at = AT - timedelta(days=day)
        (tmp_path / f"{at:%Y%m%d-%H%M%S}").mkdir()
        write_manifest(Manifest(at, "", {}, {}, {}, {}), tmp_path / f"{at:%Y%m%d-%H%M%S}")
    gone = remove_old(tmp_path, keep_days=14, at=AT)
    assert [folder.name for folder in gone] == ["20261115-100000"]
    assert len(remove_old(tmp_path, keep_days=14, at=AT + timedelta(days=400))) == 3
    assert [folder.name for folder, _ in backups_in(tmp_path)] == ["20261130-100000"]


@pytest.mark.django_db(transaction=True)
def test_the_nightly_job_makes_one_and_its_rehearsal_is_told_beside_it(client):
    administrator = make_user(Role.SYSTEM_ADMIN)
    tasks.back_up()
    tasks.rehearse_restore(administrator.pk)
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "backup.make",
        "backup.rehearse",
    ]
    client.force_login(administrator)
    assert "核对一致" in client.get("/backups/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_recorded_and_notified_to_the_system_administrator(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # without age, even if this machine has it
    administrator = make_user(Role.SYSTEM_ADMIN)
    make_user(Role.AUDITOR)
    with pytest.raises(CommandError, match="本机没有age，不能加密"):
        call_command("backup", to=tmp_path, recipient="age1nobody")
    told = Message.objects.get()
    assert told.user == administrator
    assert "本机没有age" in told.sentence
    assert Event.objects.get().action == "backup.fail"


@pytest.mark.django_db(transaction=True)
def test_so_is_a_folder_that_cannot_be_written(tmp_path):
    make_user(Role.SYSTEM_ADMIN)
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="file不能读写"):
        call_command("backup", to=tmp_path / "file", recipient="")
    assert "不能读写" in Message.objects.get().sentence
    assert Event.objects.get().action == "backup.fail"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("recipient", ["", "age"], ids=["plain", "encrypted"])
def test_a_disk_that_fills_leaves_nothing_and_is_told(tmp_path, recipient):
    """With a limit of the file size, which the kernel enforces like a full disk."""
    if recipient and not shutil.which("age"):
        pytest.skip("age is not installed")
    recipient = recipient and AGE_RECIPIENT
    row = make_row_with_file()
    Path(row.file.path).write_bytes(bytes(9_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    was = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, before[1]))
    try:
        with pytest.raises(BackupError, match="没有成功|不能读写"):
            back_up(tmp_path / "backups", recipient=recipient, at=AT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, was)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["lock"]
    assert Event.objects.get().action == "backup.fail"


@pytest.mark.django_db(transaction=True)
def test_a_second_one_within_a_second_is_refused_and_keeps_the_first(tmp_path):
    first, manifest = make_backup(tmp_path, at=AT)
    with pytest.raises(BackupError, match="这一秒内已经有一次备份"):
        make_backup(tmp_path, at=AT)
    assert backups_in(tmp_path) == [(first, manifest)]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_damaged_hides_no_other_and_stops_no_job(client):
    make_backup(django_settings.BACKUP_DIR, at=now() - timedelta(minutes=1))
    damaged = django_settings.BACKUP_DIR / "20261129-023000"
    damaged.mkdir()
    (damaged / MANIFEST).write_text("{")
    assert tasks.back_up()
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    page = client.get("/backups/").content.decode()
    assert len(re.findall(r"\b20\d\d-\d\d-\d\d\b", page)) == 3
    for told in (page, client.get("/system/").content.decode()):
        assert "20261129-023000的manifest.json读不出来" in told
    assert damaged.exists()


@pytest.mark.django_db
def test_of_several_hosts_it_asks_the_one_that_its_connection_found():
    """A snapshot exists on one server only: a standby named beside it must not be used."""
    assert "target_session_attrs=any" in database_words()[0]
