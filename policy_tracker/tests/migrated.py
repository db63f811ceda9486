"""Migrates the empty tables once for a run of the suite; each of its processes copies them.

Sixty migrations take longer than most test files. A run of several processes starts them in the
background while the processes still collect their tests.
"""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import django
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.models.signals import post_migrate

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "test_migrated"
_SHELF = "MIGRATED_SHELF"  # the folder shared by the processes of a run


def leave_out_permissions() -> None:
    """Leave out Django's own permissions and content types, which the product does not use.

    Writing them again after each test that commits took longer than emptying all tables.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def collect_garbage_seldom() -> None:
    """Python's own limits make it look through all tests, or all models, again and again."""
    gc.set_threshold(10_000, 50, 100)


def begin_migrating() -> Callable[[], None]:
    """Start creating the migrated database in a separate process; return a function to end it."""
    os.environ[_SHELF] = tempfile.mkdtemp(prefix="policytracker-migrated-")
    process = subprocess.Popen([sys.executable, "-m", __name__], cwd=ROOT)

    def end() -> None:
        process.terminate()
        process.wait()
        shutil.rmtree(os.environ.pop(_SHELF), ignore_errors=True)

    return end


def copy_migrated() -> None:
    """Let Django create this process's test database as a copy of the migrated one."""
    _have_migrated()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def _have_migrated() -> None:
    """Create the migrated database in the first process; the others wait for it."""
    made = Path(os.environ[_SHELF]) / "migrated"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate()
            made.touch()


def _migrate() -> None:
    usual, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own, test["NAME"] = test["NAME"], TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    # It is kept: only the connection is closed, because it would prevent copying.
    connection.creation.destroy_test_db(usual, verbosity=0, keepdb=True)
    test["NAME"] = own


if __name__ == "__main__":
    collect_garbage_seldom()
    django.setup()
    leave_out_permissions()
    _have_migrated()
