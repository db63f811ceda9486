"""The dataset of the ledger: as a progress report's, of one section or agency where asked."""

from datetime import date

from reports.choices import ReportKind
from reports.datasets.context import ground_of
from reports.datasets.for_agency import narrowed
from reports.datasets.progress import progress_on
from reports.datasets.schema import ProgressData
from reports.models.report import Scope


def gather(scope: Scope, *, on: date) -> ProgressData:
    """The dataset of a ledger as it is on a day."""
    ground = ground_of(scope, on=on)
    data = progress_on(ground, on=on, section_id=scope.section_id)
    data["kind"] = ReportKind.LEDGER.value
    return narrowed(data, ground.agency) if ground.agency else data
