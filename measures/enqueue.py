"""Enqueue the jobs of this app."""

from lib import enqueue


def enqueue_sheet_after_commit(sheet_id: int) -> None:
    """Have a worker check or apply a sheet once the caller's transaction has committed."""
    enqueue.enqueue_after_commit("measures.tasks.run_sheet", sheet_id)
