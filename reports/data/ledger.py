"""The dataset of the ledger: as a progress report's, of one section or agency where asked."""

from datetime import date

from agencies.models import Agency
from reports.choices import ReportKind
from reports.data.narrowed import narrowed
from reports.data.progress import gather_progress
from reports.data.shapes import ProgressData
from reports.models.report import Scope


def gather(scope: Scope, *, on: date) -> ProgressData:
    """The dataset of a ledger as it is on a day."""
    data = gather_progress(scope.period_id, on=on, section_id=scope.section_id)
    data["kind"] = ReportKind.LEDGER.value
    if scope.agency_id is None:
        return data
    return narrowed(data, Agency.objects.get(pk=scope.agency_id))
