"""The words with which this app's tables are asked."""

from reports.querysets.edit import ReportEditQuerySet
from reports.querysets.report import ReportQuerySet

__all__ = ["ReportEditQuerySet", "ReportQuerySet"]
