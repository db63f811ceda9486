"""The dataset of 单位进展情况报告: an agency's measures and what it submitted itself."""

from datetime import date

from agencies.choices import AgencyKind
from lib.errors import DomainError
from measures.models import Note
from reports.choices import ReportKind
from reports.datasets.context import DatasetContext, context_of
from reports.datasets.participants import narrow_to_agency, put_in_notes, submitted_notes
from reports.datasets.progress import progress_on
from reports.datasets.schema import AGENCY_SCHEMA, AgencyReportData
from reports.models.report import Scope

# Not subordinate to the city, so they write a 函 instead of a 报告 (docs/reports.md).
NOT_SUBORDINATE = (AgencyKind.CENTRAL, AgencyKind.ENTERPRISE)
GOVERNMENT = "市人民政府"


def gather(scope: Scope, *, on: date) -> AgencyReportData:
    """Return the dataset on a day; the scope must name the agency.

    Raises DomainError if the agency has submitted nothing in the period.
    """
    context = context_of(scope, on=on)
    who = context.agency
    assert who is not None  # a constraint: the kind needs one
    notes = _demand_notes(context)
    # 市商务委 is responsible for measures itself; its own report goes to the government.
    is_own = who.agency.pk == context.coordinator.agency.pk
    data = narrow_to_agency(progress_on(context, on=on, with_figures=False), who)
    return {
        **put_in_notes(data, notes),
        "schema": AGENCY_SCHEMA,
        "kind": ReportKind.AGENCY.value,
        "agency_full": who.full,
        "addressee": GOVERNMENT if is_own else context.coordinator.full,
        "is_letter": who.agency.kind in NOT_SUBORDINATE,
        "contact": who.liaison,
    }


def demand_filed(scope: Scope, *, on: date) -> None:
    """Raise DomainError if the agency has submitted nothing in the period; three queries."""
    _demand_notes(context_of(scope, on=on))


def _demand_notes(context: DatasetContext) -> dict[int, Note]:
    who = context.agency
    assert who is not None  # a constraint: the kind needs one
    notes = submitted_notes(context.period, who)
    if not notes:
        noun = "函" if who.agency.kind in NOT_SUBORDINATE else "报告"
        raise DomainError(
            f"{who.short}在{context.period}还没有报送进展，没有内容可以写成{noun}。"
            "请该单位先在“本期应报”报送，再来生成。"
        )
    return notes
