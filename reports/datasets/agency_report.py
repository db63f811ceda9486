"""The dataset of 单位进展情况报告: an agency's measures and its accepted notes."""

from datetime import date

from agencies.choices import AgencyKind
from reports.choices import ReportKind
from reports.datasets.context import context_of
from reports.datasets.for_agency import narrow_to_agency
from reports.datasets.progress import progress_on
from reports.datasets.schema import AGENCY_SCHEMA, AgencyReportData
from reports.models.report import Scope

# Not subordinate to the city, so they write a 函 and no 报告 (docs/reports.md).
NOT_SUBORDINATE = (AgencyKind.CENTRAL, AgencyKind.ENTERPRISE)
GOVERNMENT = "市人民政府"


def gather(scope: Scope, *, on: date) -> AgencyReportData:
    """Return the dataset on a day; the scope must name the agency."""
    context = context_of(scope, on=on)
    who = context.agency
    assert who is not None  # a constraint: the kind needs one
    # 市商务委 is responsible for measures itself; its own report goes to the government.
    is_own = who.agency.pk == context.coordinator.agency.pk
    return {
        **narrow_to_agency(progress_on(context, on=on), who),
        "schema": AGENCY_SCHEMA,
        "kind": ReportKind.AGENCY.value,
        "agency_full": who.full,
        "addressee": GOVERNMENT if is_own else context.coordinator.short,
        "is_letter": who.agency.kind in NOT_SUBORDINATE,
        "contact": who.liaison,
    }
