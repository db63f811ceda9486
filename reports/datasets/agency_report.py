"""The dataset of an agency's own report to 市商务委: its measures and its accepted notes."""

from datetime import date

from agencies.choices import AgencyKind
from reports.choices import ReportKind
from reports.datasets.context import ground_of
from reports.datasets.for_agency import narrowed
from reports.datasets.progress import progress_on
from reports.datasets.schema import AGENCY_SCHEMA, AgencyReportData
from reports.models.report import Scope

# Not subordinate to the city: they write a 函, not a 报告 (docs/reports.md).
NOT_SUBORDINATE = (AgencyKind.CENTRAL, AgencyKind.ENTERPRISE)
GOVERNMENT = "市人民政府"


def gather(scope: Scope, *, on: date) -> AgencyReportData:
    """The dataset of an agency's report as it is on a day."""
    ground = ground_of(scope, on=on)
    who = ground.agency
    assert who is not None  # a constraint: the kind needs one
    # 市商务委 is responsible for measures itself; what it reports goes to those above it.
    is_own = who.agency.pk == ground.coordinator.agency.pk
    return {
        **narrowed(progress_on(ground, on=on), who),
        "schema": AGENCY_SCHEMA,
        "kind": ReportKind.AGENCY.value,
        "agency_full": who.full,
        "addressee": GOVERNMENT if is_own else ground.coordinator.short,
        "is_letter": who.agency.kind in NOT_SUBORDINATE,
        "contact": who.liaison,
    }
