"""The two servers: where their sockets and data are, and that data are kept."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from dev.console import Refusal
from dev.processes import Account, Child, run_as, wait_until_ready
from dev.programs import site_packages, valkey_binary
from dev.services import (
    SOCKET_PATH_BYTES,
    Postgres,
    Valkey,
    data_shelter,
    home_for_data,
    server_account,
    shelter_of,
    socket_folder,
)
from dev.tests.helpers import ROOT, wait_for

SITE = site_packages(Path(sys.prefix))


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a folder; not tmp_path, which pytest closes to PostgreSQL's account."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def _postgres(home: Path, *, careless: bool = False) -> Postgres:
    return Postgres.in_(home, root=ROOT, site=SITE, account=server_account(), careless=careless)


def _run(server: Postgres | Valkey, logs: Path) -> Child:
    child = Child(server.program(logs))
    wait_until_ready([child], timeout=30)
    return child


def _stop(child: Child) -> None:
    child.ask_to_stop()
    assert child.wait_or_kill(until=time.monotonic() + 10)


def test_a_socket_is_beside_the_data_if_its_path_is_short_enough(tmp_path: Path) -> None:
    assert socket_folder(Path("/srv/policy/var"), "s") == Path("/srv/policy/var")


def test_a_path_too_long_for_a_socket_gets_a_short_folder() -> None:
    deep = Path("/srv") / ("政" * 40)  # 40 characters, 120 bytes
    short = socket_folder(deep, ".s.PGSQL.5432")
    try:
        assert len(str(short / ".s.PGSQL.5432")) < SOCKET_PATH_BYTES
        assert socket_folder(deep, ".s.PGSQL.5432") == short
    finally:
        short.rmdir()


def test_two_data_folders_of_one_checkout_never_share_data() -> None:
    root = Path("/srv/policy")
    usual, other = (data_shelter(root, folder) for folder in (root / "var", Path("/srv/trial")))
    assert usual == shelter_of(root)  # where the first start put them
    assert other != usual
    assert other != data_shelter(root, Path("/srv/second"))


def test_data_of_another_version_are_not_ignored(tmp_path: Path) -> None:
    (tmp_path / "postgres-14").mkdir()
    with pytest.raises(Refusal, match="postgres-14"):
        _postgres(tmp_path)


def test_committed_data_survive_a_kill(home: Path) -> None:
    postgres = _postgres(home)
    first = _run(postgres, home)
    with psycopg2.connect(postgres.owner_url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT '留' AS word")
    connection.close()
    first.kill()
    second = _run(postgres, home)
    with psycopg2.connect(postgres.owner_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM kept")
        assert cursor.fetchone() == ("留",)
        cursor.execute("CREATE EXTENSION pg_trgm; SELECT show_trgm('重庆市')")
        assert len(cursor.fetchone()[0]) > 0  # with locale C there would be none
    connection.close()
    _stop(second)


def test_a_stale_pid_of_another_process_does_not_prevent_the_start(home: Path) -> None:
    postgres = _postgres(home, careless=True)
    _stop(_run(postgres, home))
    (postgres.data / "postmaster.pid").write_text("1\n/elsewhere\n")
    _stop(_run(postgres, home))


def test_the_broker_writes_nothing_so_that_a_full_disk_cannot_stop_it(home: Path) -> None:
    """Lost jobs are found again by their rows (lib/tests/test_jobs.py)."""
    valkey = Valkey(home / "valkey", valkey_binary(SITE))
    old = valkey.folder / "appendonlydir"
    old.mkdir(parents=True)  # an earlier version's
    child = _run(valkey, home)
    client = redis.Redis.from_url(valkey.url)
    client.lpush("celery", "task")
    assert client.config_get("appendonly")["appendonly"] == "no"
    assert client.config_get("save")["save"] == ""
    _stop(child)
    assert not [path for path in valkey.folder.iterdir() if not path.is_socket()]


def test_another_account_of_the_machine_cannot_connect(home: Path) -> None:
    postgres = _postgres(home)
    child = _run(postgres, home)
    try:
        assert postgres.answers()
        postgres.socket_folder.chmod(0o711)  # even if it can enter the folder
        for role in ("app", "policy_app"):
            said = _psql_as_another(postgres, role)
            assert "Peer authentication failed" in said or "not permitted" in said
    finally:
        _stop(child)


def test_an_open_cluster_is_closed_at_the_next_start(home: Path) -> None:
    postgres = _postgres(home)
    _stop(_run(postgres, home))
    rules = postgres.data / "pg_hba.conf"
    rules.write_text("local all all trust\n")
    _stop(_run(postgres, home))
    assert "trust" not in rules.read_text()


def test_a_database_that_takes_no_new_connections_does_not_answer(home: Path) -> None:
    """SIGTERM is a smart shutdown, which waits for open sessions without a limit."""
    postgres = _postgres(home)
    child = _run(postgres, home)
    with psycopg2.connect(postgres.owner_url):
        os.kill(child.pid, signal.SIGTERM)
        assert wait_for(lambda: not postgres.answers())
        assert child.is_alive
        _stop(child)  # SIGINT stops it


def test_logs_are_in_local_time(home: Path) -> None:
    postgres = _postgres(home)
    child = _run(postgres, home)
    _stop(child)
    assert "CST" in child.new_log_text()


def _psql_as_another(postgres: Postgres, role: str) -> str:
    """Return psql's output for an account that is neither ours nor root."""
    if os.geteuid() != 0:
        pytest.skip("只有 root 能以别的账户来试")
    account = Account.nobody()
    done = subprocess.run(
        [postgres.binaries / "psql", "-X", "-c", "SELECT 1", postgres._url_of(role)],
        capture_output=True,
        text=True,
        check=False,
        **run_as(account),
    )
    return done.stderr


def test_data_stay_where_they_are_whatever_the_rights_of_the_folder(tmp_path: Path) -> None:
    """A version that changes the rights of var/ must not begin with an empty database."""
    account = Account.nobody()
    root, var = tmp_path, tmp_path / "var"
    for mode in (0o755, 0o711, 0o700):
        (var / "postgres-18").mkdir(parents=True, exist_ok=True)
        var.chmod(mode)
        assert home_for_data(root, var, account) == var


@pytest.mark.skipif(server_account() is None, reason="只有 root 才会借用别的账户")
def test_for_root_postgresql_runs_as_nobody(home: Path) -> None:
    assert server_account() == Account.nobody()
    postgres = _postgres(home, careless=True)
    child = _run(postgres, home)
    assert Path(f"/proc/{child.pid}").stat().st_uid == Account.nobody().uid
    _stop(child)
