"""Monitoring learns the state of each part; others learn nothing."""

import re
import shutil
import socket
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import OperationalError, connection
from django.utils.timezone import localdate, now

from agencies.choices import TrailAction
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import make_user
from lib.enqueue import BEAT_SEEN, WORKER_SEEN, enqueue
from measures.tests.factories import make_measure
from policy_tracker.backup.manifest import Manifest, write_manifest
from policy_tracker.celery import touch_heartbeat
from policy_tracker.tasks import tick
from policy_tracker.watch import metrics, parts
from policy_tracker.watch.parts import PartStatus, all_parts

pytestmark = pytest.mark.django_db
GB = 1024**3


@pytest.fixture(autouse=True)
def healthy(settings, tmp_path):
    """Set up a running worker and beat, and a rehearsed backup of today."""
    settings.BACKUP_DIR = tmp_path
    cache.set(WORKER_SEEN, time.time())
    cache.set(BEAT_SEEN, time.time())
    make_backup_at(tmp_path, now())
    yield
    cache.delete_many([WORKER_SEEN, BEAT_SEEN])


def make_backup_at(place, at, *, faults=(), rehearsed=True):
    folder = place / f"{at:%Y%m%d-%H%M%S}"
    folder.mkdir()
    write_manifest(Manifest(at, "", {}, {}, {}, {}, list(faults)), folder)
    if rehearsed:
        (folder / "rehearsed.txt").write_text(at.isoformat())


def part(name: str) -> PartStatus:
    return next(one for one in all_parts(at=now()) if one.name == name)


def test_without_faults_nothing_has_advice():
    found = all_parts(at=now())
    names = ["database", "broker", "worker", "beat", "disk"]
    names += ["jobs", "outbox", "lights", "audit", "backup"]
    assert [one.name for one in found] == names
    assert [(one.name, one.sentence) for one in found if one.tone != "green" or one.advice] == []


@pytest.mark.parametrize(
    ("key", "name", "age", "tone"),
    [
        (WORKER_SEEN, "worker", 58, "green"),
        (WORKER_SEEN, "worker", 62, "red"),
        (BEAT_SEEN, "beat", 178, "green"),
        (BEAT_SEEN, "beat", 182, "red"),
        (BEAT_SEEN, "beat", None, "red"),
    ],
)
def test_a_silent_worker_or_beat_is_reported(key, name, age, tone):
    cache.set(key, time.time() - age) if age else cache.delete(key)
    assert part(name).tone == tone
    assert bool(part(name).advice) == (tone == "red")


def test_worker_and_beat_report_that_they_run():
    cache.delete_many([WORKER_SEEN, BEAT_SEEN])
    touch_heartbeat()
    tick()
    assert (part("worker").tone, part("beat").tone) == ("green", "green")


@pytest.mark.parametrize(
    ("free", "tone"), [(3 * GB, "green"), (GB, "yellow"), (100 * 1024**2, "red")]
)
def test_a_nearly_full_disk_is_reported(monkeypatch, free, tone):
    usage = parts.shutil._ntuple_diskusage(100 * GB, 0, free)
    monkeypatch.setattr(parts.shutil, "disk_usage", lambda _: usage)
    assert part("disk").tone == tone


def test_a_lost_broker_is_reported_beside_the_other_parts(settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    found = {one.name: one.tone for one in all_parts(at=now())}
    assert found["broker"] == "red"
    assert found["database"] == found["lights"] == "green"
    assert "worker" not in found  # its state is known through the broker only


def test_lights_of_another_day_and_lost_files_are_reported(tmp_path):
    measure = make_measure()
    type(measure).objects.update(light_on=localdate() - timedelta(days=2))
    make_backup_at(tmp_path, now() + timedelta(seconds=2), faults=["文件a.pdf不见了。"])
    assert [part(name).tone for name in ("lights", "backup")] == ["yellow", "yellow"]
    assert part("lights").figures == {"lights_age_days": 2}


def test_an_unsealed_or_altered_audit_trail_is_reported():
    entry = {"actor_name": "系统", "sentence": "修改。"}
    Event.objects.create(at=now() - timedelta(minutes=29), action="user.edit", **entry)
    assert part("audit").tone == "green"
    Event.objects.create(at=now() - timedelta(minutes=31), action="user.edit", **entry)
    assert part("audit").tone == "yellow"
    Event.objects.create(at=now(), action=TrailAction.BROKEN, **entry)
    assert part("audit").tone == "red"


@pytest.mark.parametrize(
    ("hours", "rehearsed", "words"),
    [(25, True, "恢复已演练"), (27, True, "小时前的。"), (1, False, "没有演练过恢复")],
)
def test_an_old_or_never_rehearsed_backup_is_reported(settings, tmp_path, hours, rehearsed, words):
    settings.BACKUP_DIR = tmp_path / "others"
    settings.BACKUP_DIR.mkdir()
    make_backup_at(settings.BACKUP_DIR, now() - timedelta(hours=hours), rehearsed=rehearsed)
    assert words in part("backup").sentence
    assert (part("backup").tone == "green") == ("已演练" in words)


def test_anybody_can_check_that_it_runs_and_learns_nothing_else(client):
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").json() == {"ready": True}
    assert client.get("/metrics").status_code == 404
    assert client.get("/healthz", secure=False).status_code == 200


def test_only_monitoring_learns_that_the_worker_is_gone(client, settings):
    """A load balancer must not remove a server because a report waits."""
    settings.METRICS_TOKEN = "t" * 32
    cache.delete(WORKER_SEEN)
    told = client.get("/readyz/all", headers={"authorization": f"Bearer {'t' * 32}"})
    assert (told.status_code, told.json()["worker"]) == (503, "red")
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(("seconds", "tone"), [(59, "green"), (61, "red"), (86_400, "red")])
def test_a_clock_that_was_put_back_hides_no_worker_that_is_gone(seconds, tone):
    cache.set(WORKER_SEEN, now().timestamp() + seconds)
    assert part("worker").tone == tone


@pytest.mark.parametrize(
    ("networks", "ids"),
    [
        ([], []),
        (["10.1.0.1/16", "fd00::/8", "192.168.1.5"], []),
        (["10.1.0.0/16", "the office"], ["policy_tracker.E003"]),
        (["10.1.0.0/33"], ["policy_tracker.E003"]),
    ],
)
def test_the_check_names_an_invalid_network(settings, networks, ids):
    settings.METRICS_NETWORKS = networks
    assert [one.id for one in run_checks() if one.id == "policy_tracker.E003"] == ids


def test_the_tasks_of_both_queues_are_counted():
    before = part("broker").figures["queue_length"]
    enqueue("reports.tasks.build_report", 0)
    enqueue("reports.tasks.sweep_reports")
    assert part("broker").figures["queue_length"] == before + 2


def test_without_its_database_it_is_not_ready(client, monkeypatch):
    def gone(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


@pytest.mark.parametrize(
    ("name", "value", "header", "address", "status"),
    [
        ("METRICS_TOKEN", "secret", "Bearer secret", "10.1.0.1", 200),
        ("METRICS_TOKEN", "secret", "Bearer wrong", "10.1.0.1", 404),
        ("METRICS_TOKEN", "", "Bearer ", "10.1.0.1", 404),
        ("METRICS_NETWORKS", ["10.1.0.0/16"], "", "10.1.0.1", 200),
        ("METRICS_NETWORKS", ["10.1.0.0/16"], "", "10.2.0.1", 404),
    ],
)
def test_metrics_need_a_token_or_an_allowed_address(
    client, settings, name, value, header, address, status
):
    setattr(settings, name, value)
    answer = client.get("/metrics", headers={"authorization": header}, REMOTE_ADDR=address)
    assert answer.status_code == status


def test_metrics_contain_requests_by_page_and_the_parts_figures(client, settings):
    settings.METRICS_TOKEN = "secret"
    ask = {"authorization": "Bearer secret"}
    client.get("/healthz")
    told = client.get("/metrics", headers=ask).content.decode()
    first = _number(told, r'policy_requests_total\{status="200",view="watch:healthz"\} (\S+)')
    client.get("/healthz")
    told = client.get("/metrics", headers=ask).content.decode()
    again = _number(told, r'policy_requests_total\{status="200",view="watch:healthz"\} (\S+)')
    assert again == first + 1
    assert _number(told, r'policy_part_ok\{part="database"\} (\S+)') == 1
    for name in ("queue_length", "oldest_job_seconds", "lights_age_days", "audit_unsealed_seconds"):
        assert re.search(rf"^policy_{name} \S+$", told, re.M), name


def test_metrics_add_the_counts_of_equal_process_ids_on_other_machines(client, settings):
    """In containers that share a folder, each process has the id 1."""
    settings.METRICS_TOKEN = "secret"
    ask = {"authorization": "Bearer secret"}
    pattern = r'policy_requests_total\{status="200",view="watch:readyz"\} (\S+)'
    client.get("/readyz")
    here = _number(client.get("/metrics", headers=ask).content.decode(), pattern)
    elsewhere = metrics.FOLDER / "elsewhere"
    shutil.copytree(metrics.FOLDER / socket.gethostname(), elsewhere)
    together = _number(client.get("/metrics", headers=ask).content.decode(), pattern)
    shutil.rmtree(elsewhere)
    assert together == 2 * here


def _number(told: str, pattern: str) -> float:
    found = re.search(pattern, told)
    assert found, pattern
    return float(found[1])


def test_the_system_administrator_reads_what_to_do(client):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    cache.delete(WORKER_SEEN)
    page = client.get("/system/").content.decode()
    assert "1项需要处理" in page
    assert "python3 start.py --status" in page
