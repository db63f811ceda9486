"""需协调事项 of a progress report and of an agency's own report. Pure."""

from reports.datasets.schema import AgencyReportData, ProgressData
from reports.documents.parts.points import list_own_points, list_points, nothing_reported

OPENING = "需协调以下事项："


def help_paragraphs(data: ProgressData) -> tuple[str, ...]:
    """Return what agencies need help with."""
    nothing = nothing_reported(data, "提出需协调事项", "本期未收到需协调事项。")
    return list_points(data, "help_needed", opening=OPENING, nothing=nothing)


def own_help_paragraphs(data: AgencyReportData) -> tuple[str, ...]:
    """Return what the agency needs help with in its own report."""
    nothing = nothing_reported(data, "提出需协调事项", "本期没有需协调事项。")
    return list_own_points(data, "help_needed", opening=OPENING, nothing=nothing)
