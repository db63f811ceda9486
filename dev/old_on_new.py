"""Runs an older version's tests on this version's tables: python -m dev.old_on_new REVISION.

During an update pages of the old code run on the new tables. A test that fails here means an error
for users at that time. Further arguments go to pytest, such as the files to run.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2

from dev.programs import site_packages
from dev.services import DATABASE
from dev.throwaway import throwaway_servers

ROOT = Path(__file__).resolve().parent.parent
TEST_DATABASE = f"test_{DATABASE}"  # as pytest-django names it


def main(revision: str, *words: str) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="policy-tracker-old-") as folder,
        throwaway_servers(ROOT, site_packages(Path(sys.prefix))) as servers,
    ):
        old = Path(folder) / "code"
        _git("worktree", "add", "--quiet", "--detach", str(old), revision)
        try:
            _make_tables(servers["DATABASE_URL"])
            environment = os.environ | servers
            return _python(old, environment, "-m", "pytest", "--reuse-db", *words)
        finally:
            _git("worktree", "remove", "--force", str(old))


def _make_tables(server: str) -> None:
    """Create the tables with this version's migrations, in the database of the old tests."""
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True  # CREATE DATABASE cannot run in a transaction
        connection.cursor().execute(f"CREATE DATABASE {TEST_DATABASE}")
    there = server.replace(f"/{DATABASE}?", f"/{TEST_DATABASE}?")
    settings = {"DATABASE_URL": there, "DJANGO_SETTINGS_MODULE": "policy_tracker.settings_test"}
    redis = {"REDIS_URL": "unix:///nowhere"}  # migrations do not use it
    if _python(ROOT, os.environ | redis | settings, "manage.py", "migrate", "-v", "0"):
        raise SystemExit(1)


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True)  # noqa: S607 - the git of the path


def _python(folder: Path, environment: dict[str, str], *words: str) -> int:
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
