"""The empty tables, migrated once for a run of the suite; each of its processes copies them.

Sixty migrations take a process longer than most files of tests.
"""

import fcntl
from pathlib import Path

from django.db import connection

TEMPLATE = "test_migrated"


def copy_migrated(shelf: Path) -> None:
    """Let the test database of this process, not yet made, become a copy of the migrated one.

    The process that comes first makes that one, on the shelf's word; the others wait for it.
    """
    made = shelf / "migrated"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate()
            made.touch()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def _migrate() -> None:
    usual, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own, test["NAME"] = test["NAME"], TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    # It is kept: only the connection is closed, which would bar copying, and goes back.
    connection.creation.destroy_test_db(usual, verbosity=0, keepdb=True)
    test["NAME"] = own
