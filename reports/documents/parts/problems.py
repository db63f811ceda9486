"""存在的问题 of a progress report and of an agency's own report. Pure.

What a circular calls problems, lagging measures and late agencies, is in circular.py.
"""

from reports.datasets.schema import AgencyReportData, ProgressData
from reports.documents.parts.filings import untimely_clause
from reports.documents.parts.points import list_own_points, list_points, nothing_reported

OPENING = "存在以下问题："


def problem_paragraphs(data: ProgressData) -> tuple[str, ...]:
    """Return the problems that agencies named, and whether some did not file in time."""
    nothing = nothing_reported(data, "反映问题", "本期未收到问题。")
    paragraphs = list_points(data, "problems", opening=OPENING, nothing=nothing)
    late = untimely_clause(data)
    return (*paragraphs, f"此外，{late}，详见报送情况。") if late else paragraphs


def own_problem_paragraphs(data: AgencyReportData) -> tuple[str, ...]:
    """Return the problems that the agency names in its own report."""
    nothing = nothing_reported(data, "反映问题", "本期没有需要反映的问题。")
    return list_own_points(data, "problems", opening=OPENING, nothing=nothing)
