"""Export a report into a local folder, without a row and without a worker."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.utils.timezone import localdate

from agencies.audit import trail
from measures.models import Period
from reports.choices import FileFormat, ReportKind
from reports.datasets.frozen import digest_of
from reports.datasets.schema import CircularData
from reports.documents.proposals import resolve_choices
from reports.kinds import WRITERS, Dataset, file_name, freeze, making_of
from reports.models.report import Scope


class CircularChoices(NamedTuple):
    """Agencies to praise and to name, by code or name, or 全部; and whether 经市政府同意."""

    praise: Sequence[str] = ()
    name: Sequence[str] = ()
    with_consent: bool = False


def export_report(
    period: Period,
    *,
    kind: ReportKind,
    scope: Scope,
    formats: list[FileFormat] | None = None,
    choices: CircularChoices | None = None,
    folder: Path,
    at: datetime,
) -> list[Path]:
    """Freeze the dataset, write one file per format into `folder`, and record it.

    `formats`: None for all of the kind; `choices`: only for a circular. Returns the paths of the
    files. Raises DomainError if an agency may not be praised or named. Do not call it inside a
    transaction, because the dataset is read in its own.
    """
    on = localdate(at)
    data = freeze(kind, scope, on=on)
    making = making_of(kind, _with_choices(data, choices), made_on=on)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file_format in formats or kind.formats:
        path = folder / file_name(file_format, making)
        path.write_bytes(WRITERS[file_format](making))
        paths.append(path)
    trail.record(
        "report.export",
        period,
        by=None,
        at=at,
        sentence=f"在服务器上导出{period}{kind.label}。",
        after={"files": [path.name for path in paths], "digest": digest_of(data)},
    )
    return paths


def _with_choices(data: Dataset, choices: CircularChoices | None) -> Dataset:
    if choices is None:
        return data
    chosen: Any = resolve_choices(cast(CircularData, data), **choices._asdict())
    return {**data, "choices": chosen}
