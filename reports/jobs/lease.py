"""The hold that whoever makes a report has on its row: taken, renewed, lost."""

import time
from datetime import datetime, timedelta

from django.db import transaction

from lib.jobs import Clock, Heart, LeaseLostError
from reports.choices import RUNNING, ReportState
from reports.models import Report

LEASE = timedelta(seconds=30)
BEAT = LEASE.total_seconds() / 3  # seconds between two renewals that nothing was written for
TELL_EVERY = 0.5  # seconds between two writes of the progress


class Run(Clock):
    """One attempt: its lease, its clock, its progress."""

    def __init__(self, report_id: int, attempt: int, at: datetime) -> None:
        super().__init__(at)
        self.report_id = report_id
        self.attempt = attempt
        self._rows, self._told = 0, 0.0
        self._heart: Heart | None = None

    def tick(self, rows: int) -> None:
        """Count rows that were written; now and then tell the row, and so keep the lease."""
        self._rows += rows
        if self._heart is not None and self._heart.is_lost:
            raise LeaseLostError
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            self.hold(rows_done=self._rows)

    def hold(self, **fields: object) -> None:
        """Write to the row and renew the lease. Raises LeaseLostError where it is gone."""
        held = Report.objects.filter(pk=self.report_id).held_by(self.attempt)
        if not held.update(lease_until=self.now + LEASE, **fields):
            raise LeaseLostError

    def beating(self) -> Heart:
        """Keep the lease while one long call neither ticks nor returns."""
        self._heart = Heart(self.hold, every=BEAT)
        return self._heart


@transaction.atomic
def take(report_id: int, *, at: datetime) -> int | None:
    """Take the lease; gives the number of the attempt, or None where there is nothing to do."""
    report = Report.objects.select_for_update().without_dataset().filter(pk=report_id).first()
    if report is None or not _is_free(report, at):
        return None
    report.state, report.lease_until = ReportState.FREEZING, at + LEASE
    report.begun_at = report.begun_at or at
    report.attempts += 1
    report.rows_done = report.rows_total = 0
    report.save(
        update_fields=["state", "lease_until", "begun_at", "attempts", "rows_done", "rows_total"]
    )
    return report.attempts


def _is_free(report: Report, at: datetime) -> bool:
    if report.state == ReportState.QUEUED:
        return True
    return report.state in RUNNING and report.lease_until is not None and report.lease_until < at
