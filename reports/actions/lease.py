"""The hold that whoever makes a report has on its row: taken, renewed, lost."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import DatabaseError, connection, transaction

from reports.choices import RUNNING, ReportState
from reports.models import Report

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
BEAT = LEASE.total_seconds() / 3  # seconds between two renewals that nothing was written for
TELL_EVERY = 0.5  # seconds between two writes of the progress


class LeaseLostError(Exception):
    """Another attempt took the report over, or it was called off: nothing more may be written."""


class Run:
    """One attempt: its lease, its clock (the start plus what has passed), its progress."""

    def __init__(self, report_id: int, attempt: int, at: datetime) -> None:
        self.report_id = report_id
        self.attempt = attempt
        self._began_at, self._began = at, time.monotonic()
        self._rows, self._told = 0, 0.0
        self._is_lost = False

    @property
    def now(self) -> datetime:
        """The moment, reckoned from the one the caller gave."""
        return self._began_at + timedelta(seconds=time.monotonic() - self._began)

    def tick(self, rows: int) -> None:
        """Count rows that were written; now and then tell the row, and so keep the lease."""
        self._rows += rows
        if self._is_lost:
            raise LeaseLostError
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            self.hold(rows_done=self._rows)

    def hold(self, **fields: object) -> None:
        """Write to the row and renew the lease. Raises LeaseLostError where it is gone."""
        held = Report.objects.filter(pk=self.report_id).held_by(self.attempt)
        if not held.update(lease_until=self.now + LEASE, **fields):
            raise LeaseLostError

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Keep the lease while one long call neither ticks nor returns."""
        is_over = Event()
        thread = Thread(target=self._beat, args=[is_over], daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _beat(self, is_over: Event) -> None:
        while not is_over.wait(BEAT):
            try:
                self.hold()
            except LeaseLostError:
                self._is_lost = True
                return
            except DatabaseError:
                logger.warning("report %s: the lease was not renewed", self.report_id)
            finally:
                connection.close()  # a thread has a connection of its own


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
