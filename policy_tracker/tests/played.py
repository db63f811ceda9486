"""The demonstration, played once for a run of the suite and copied wherever it is wanted again.

Playing it takes some ten thousand statements. A copy holds the same rows, and the same files.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from measures.demonstration.seed import load_demonstration
from measures.notice.load import load_basis
from reports.demonstration import play_reports

_APPS = ("agencies", "measures", "reports")
_COMPLETE, _FILES = "complete", "files"


def play(
    shelf: Path,
    *,
    on: date | None = None,
    at: datetime | None = None,
    with_reports: bool = False,
) -> None:
    """Load notice and demonstration into an empty database, as seen from a day, or from today.

    What was played for that day is kept on the shelf, which the processes of a run share. Reports
    can be played only outside any transaction: each is frozen in one of its own.
    """
    moment = at or timezone.now()
    day = on or timezone.localdate(moment)
    name = f"{day}-{at and f'{at:%Y%m%dT%H%M}'}-{'reports' if with_reports else 'alone'}"
    with _waiting_for(shelf / name) as kept:
        if (kept / _COMPLETE).exists():
            _take_from(kept)
        else:
            load_basis(at=moment)
            load_demonstration(on=day, at=moment)
            if with_reports:
                play_reports(at=moment)
            _keep_in(kept)
            (kept / _COMPLETE).touch()
    with connection.cursor() as cursor:  # so that pages of it are planned for what is there
        cursor.execute(f"ANALYZE {', '.join(_tables())}")


@contextmanager
def _waiting_for(folder: Path) -> Iterator[Path]:
    """The folder, for one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _keep_in(folder: Path) -> None:
    with connection.cursor() as cursor:
        for table in _tables():
            with (folder / table).open("wb") as file:
                cursor.cursor.copy_expert(f'COPY "{table}" TO STDOUT', file)
    if settings.MEDIA_ROOT.exists():
        shutil.copytree(settings.MEDIA_ROOT, folder / _FILES)


@transaction.atomic
def _take_from(folder: Path) -> None:
    """Rows in any order, past the triggers: what they guard against was refused when played."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _tables():
            with (folder / table).open("rb") as file:
                cursor.cursor.copy_expert(f'COPY "{table}" FROM STDIN', file)
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
    if (folder / _FILES).exists():
        shutil.copytree(folder / _FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)


def _tables() -> list[str]:
    return [model._meta.db_table for model in _models()]


def _models() -> list[type[models.Model]]:
    return [
        model
        for app in _APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
