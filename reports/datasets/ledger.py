"""The dataset of 工作台账: that of a progress report, optionally of one section or agency."""

from datetime import date

from reports.choices import ReportKind
from reports.datasets.context import context_of
from reports.datasets.participants import narrow_to_agency
from reports.datasets.progress import progress_on
from reports.datasets.schema import ProgressData
from reports.models.report import Scope


def gather(scope: Scope, *, on: date) -> ProgressData:
    context = context_of(scope, on=on)
    data = progress_on(context, on=on, section_id=scope.section_id)
    data["kind"] = ReportKind.LEDGER.value
    return narrow_to_agency(data, context.agency) if context.agency else data
