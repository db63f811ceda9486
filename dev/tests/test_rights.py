"""Files in var/ are closed to other accounts of the machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.claim import close_to_others

AS_ROOT = os.geteuid() == 0


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Restore the suite's umask after each test."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_that_an_earlier_version_left_open_are_closed(tmp_path: Path) -> None:
    for name in ("files/evidence/a", "log/web.log", "valkey/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "lock").touch()
    assert mode(tmp_path / "files/evidence/a") == 0o644
    close_to_others(tmp_path)
    assert mode(tmp_path) == (0o711 if AS_ROOT else 0o700)
    inside = list(tmp_path.rglob("*"))
    assert {mode(path) for path in inside if path.is_dir()} == {0o700}
    assert {mode(path) for path in inside if path.is_file()} == {0o600}


def test_new_files_are_closed_too(tmp_path: Path) -> None:
    close_to_others(tmp_path)
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "web.log").touch()
    assert (mode(tmp_path / "log"), mode(tmp_path / "log" / "web.log")) == (0o700, 0o600)


def test_the_database_keeps_its_own_folder(tmp_path: Path) -> None:
    """Its owner closes it; for root that is another account, whose rights we do not set."""
    cluster = tmp_path / "postgres-18"
    cluster.mkdir(mode=0o750)
    close_to_others(tmp_path)
    assert mode(cluster) == 0o750
