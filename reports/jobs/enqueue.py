"""Ringing for a worker of this app (lib.enqueue)."""

from functools import partial

from django.db import transaction

from lib import enqueue


def ring_after_commit(report_id: int) -> None:
    """Ask a worker to make a report, once the caller's transaction holds."""
    transaction.on_commit(partial(ring, report_id))


def ring(report_id: int) -> bool:
    """Ask a worker now; False where the broker does not answer (the sweep rings again)."""
    return enqueue.ring("reports.tasks.build_report", report_id)
