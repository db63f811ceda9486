"""The empty tables, migrated once for a run of the suite; each of its processes copies them.

Sixty migrations take a process longer than most files of tests.
"""

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.state import ProjectState

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


def migrate_quickly() -> None:
    """Let a migration's constraints and indexes be set on its models as they stand.

    Django makes the model and some thirty related ones anew after each: nearly half of what
    migrating takes. The statements are the same, as they ask models for their fields alone.
    """
    for name in ("_append_option", "_remove_option", "_alter_option"):
        setattr(ProjectState, name, _in_place(getattr(ProjectState, name)))


def _in_place(change: Callable[..., None]) -> Callable[..., None]:
    def change_in_place(state: Any, app: str, model: str, option: str, *what: object) -> None:
        apps = vars(state).pop("apps", None)  # without them nothing is made anew
        change(state, app, model, option, *what)
        if apps is not None:
            state.apps = apps
            meta = apps.get_model(app, model)._meta
            setattr(meta, option, state.models[app, model].options[option])

    return change_in_place
