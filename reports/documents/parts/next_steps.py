"""下一步工作打算 of a progress report and of an agency's own report. Pure."""

from reports.datasets.schema import AgencyReportData, ProgressData
from reports.documents.parts.points import list_own_points, list_points, nothing_reported

OPENING = "重点做好以下工作："


def next_step_paragraphs(data: ProgressData) -> tuple[str, ...]:
    """Return what agencies will do next."""
    nothing = nothing_reported(data, "填写下一步工作打算", "本期未收到下一步工作打算。")
    return list_points(data, "next_steps", opening=OPENING, nothing=nothing)


def own_next_step_paragraphs(data: AgencyReportData) -> tuple[str, ...]:
    """Return what the agency will do next in its own report."""
    nothing = nothing_reported(data, "填写下一步工作打算", "本期未填写下一步工作打算。")
    return list_own_points(data, "next_steps", opening=OPENING, nothing=nothing)
