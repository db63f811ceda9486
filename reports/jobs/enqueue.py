"""Enqueue the job of a report."""

from lib import enqueue


def enqueue_after_commit(report_id: int) -> None:
    """Have a worker build a report once the caller's transaction has committed."""
    enqueue.enqueue_after_commit("reports.tasks.build_report", report_id)
