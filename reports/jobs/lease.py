"""The lease on a report while it is built, and how far the work is."""

import time
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from lib.jobs import Attempt, take_lease
from reports.models import Report

TELL_EVERY = 0.5  # seconds between two writes of the progress: the page asks each second


class ReportAttempt(Attempt):
    # Short, as somebody may be waiting on the page: with the sweep a report whose worker was
    # killed is built again within two minutes. Two renewals may fail.
    lease: ClassVar[timedelta] = timedelta(seconds=30)
    renew_every: ClassVar[float] = 10.0

    def __init__(self, report: Report, *, at: datetime) -> None:
        super().__init__(report, at=at)
        self._rows, self._told = 0, 0.0

    def progress(self) -> dict[str, object]:
        return {"rows_done": self._rows}

    def tick(self, rows: int) -> None:
        """Count rows, renew now and then. Raises LeaseLostError, also where it was cancelled."""
        self._rows += rows
        self.check_held()
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            self.renew()


@transaction.atomic
def start_attempt(report_id: int, *, at: datetime) -> ReportAttempt | None:
    reports = Report.objects.without_dataset()
    report = take_lease(reports, report_id, lease=ReportAttempt.lease, at=at)
    if report is None:
        return None
    report.begun_at = report.begun_at or at
    report.rows_done = report.rows_total = 0
    report.save(update_fields=["begun_at", "rows_done", "rows_total"])
    return ReportAttempt(report, at=at)
