"""The dataset of a brief: as a progress report's; the words are fewer."""

from datetime import date

from reports.choices import ReportKind
from reports.datasets import progress
from reports.datasets.schema import ProgressData
from reports.models.report import Scope


def gather(scope: Scope, *, on: date) -> ProgressData:
    """The dataset of a brief as it is on a day."""
    data = progress.gather(scope, on=on)
    data["kind"] = ReportKind.BRIEF.value
    return data
