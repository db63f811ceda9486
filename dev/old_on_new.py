"""Runs an older version's tests on this version's tables: python -m dev.old_on_new REVISION.

During an update pages of the old code run on the new tables. A test that fails here means an error
for users at that time. Further arguments go to pytest, such as the files to run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg2

from dev.programs import site_packages
from dev.services import DATABASE
from dev.throwaway import throwaway_servers
from lib.command_line import in_chinese

ROOT = Path(__file__).resolve().parent.parent
TEST_DATABASE = f"test_{DATABASE}"  # as pytest-django names it


@in_chinese()
def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.old_on_new",
        description="用以前版本的测试检验本版本的数据表；其余的词交给pytest。",
    )
    parser.add_argument("revision", metavar="REVISION", help="以前的版本，如一个提交或标签")
    options, for_pytest = parser.parse_known_args(words)
    return _test(options.revision, for_pytest)


def _test(revision: str, words: Sequence[str]) -> int:
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
    done = subprocess.run(["git", *words], cwd=ROOT, check=False)  # noqa: S607 - of the path
    if done.returncode:
        raise SystemExit(done.returncode)  # it said why


def _python(folder: Path, environment: dict[str, str], *words: str) -> int:
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
