"""The dataset of 专题简报: that of a progress report; the brief uses less of it."""

from datetime import date

from reports.choices import ReportKind
from reports.datasets import progress
from reports.datasets.schema import ProgressData
from reports.models.report import Scope


def gather(scope: Scope, *, on: date) -> ProgressData:
    data = progress.gather(scope, on=on)
    data["kind"] = ReportKind.BRIEF.value
    return data
