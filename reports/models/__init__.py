"""Documents: a frozen dataset and the files written from it."""

from reports.models.report import Report, ReportFile

__all__ = ["Report", "ReportFile"]
