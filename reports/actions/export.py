"""Writing a report into a folder of this machine, without a row and without a worker."""

from datetime import datetime
from pathlib import Path

from django.utils.timezone import localdate

from agencies import audit
from measures.models import Period
from reports.actions.building import FREEZERS, WRITERS, file_name, written
from reports.choices import ReportKind
from reports.data.frozen import digest_of


def export_report(period: Period, *, kind: ReportKind, folder: Path, at: datetime) -> list[Path]:
    """Freeze the dataset, write one file per format into `folder`, and leave a trace.

    Gives the files. Not inside a transaction: the dataset is read in one of its own.
    """
    on = localdate(at)
    data = FREEZERS[kind](period.pk, on=on)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file_format in WRITERS:
        path = folder / file_name(file_format, data)
        path.write_bytes(written(file_format, data, made_on=on))
        paths.append(path)
    audit.record(
        "report.export",
        period,
        by=None,
        at=at,
        sentence=f"在服务器上导出{period}{kind.label}，数据集校验值{digest_of(data)[:12]}。",
        after={"files": [path.name for path in paths]},
    )
    return paths
