"""The words with which this app's tables are asked."""

from reports.querysets.report import ReportQuerySet

__all__ = ["ReportQuerySet"]
