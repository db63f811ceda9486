"""Models of documents: a frozen dataset, its files, edits, and issuing."""

from reports.models.edit import CircularChoice, ReportEdit
from reports.models.issue import Issue, NumberCounter
from reports.models.report import Report
from reports.models.report_file import ReportFile

__all__ = ["CircularChoice", "Issue", "NumberCounter", "Report", "ReportEdit", "ReportFile"]
