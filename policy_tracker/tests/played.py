"""The demonstration, loaded once for a run of the suite and copied when it is needed again.

Loading it takes some seven thousand statements. A copy has the same rows and the same files.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from measures.demonstration.seed import load_demonstration
from measures.notice.load import load_basis
from measures.tests.rows import dump_rows, restore_rows, tables
from reports.demonstration import play_reports

_COMPLETE, _FILES, _ROWS = "complete", "files", ".rows"


def play(
    shelf: Path,
    *,
    on: date | None = None,
    at: datetime | None = None,
    with_reports: bool = False,
) -> None:
    """Load notice and demonstration into an empty database, as seen from a day, or from today.

    The result is kept in a folder that the processes of a run share. Reports can be built only
    outside any transaction: each is frozen in its own.
    """
    moment = at or timezone.now()
    day = on or timezone.localdate(moment)
    name = f"{day}-{at and f'{at:%Y%m%dT%H%M}'}-{'reports' if with_reports else 'alone'}"
    with _waiting_for(shelf / name) as kept:
        if (kept / _COMPLETE).exists():
            _take_from(kept)
        else:
            if with_reports:
                play(shelf, on=on, at=at)
                play_reports(at=moment)
            else:
                load_basis(at=moment)
                load_demonstration(on=day, at=moment)
            _keep_in(kept)
            (kept / _COMPLETE).touch()
    with connection.cursor() as cursor:  # so that PostgreSQL plans with the actual numbers of rows
        cursor.execute(f"ANALYZE {', '.join(tables())}")


@contextmanager
def _waiting_for(folder: Path) -> Iterator[Path]:
    """Yield the folder, to one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _keep_in(folder: Path) -> None:
    for table, content in dump_rows().items():
        (folder / f"{table}{_ROWS}").write_bytes(content)
    if settings.MEDIA_ROOT.exists():
        shutil.copytree(settings.MEDIA_ROOT, folder / _FILES)


def _take_from(folder: Path) -> None:
    restore_rows({file.stem: file.read_bytes() for file in folder.glob(f"*{_ROWS}")})
    if (folder / _FILES).exists():
        shutil.copytree(folder / _FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)
