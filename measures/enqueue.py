"""Enqueue the jobs of this app."""

from lib import enqueue


def enqueue_sheet_after_commit(sheet_id: int) -> None:
    """Have a worker check or apply a sheet once the caller's transaction has committed."""
    enqueue.enqueue_after_commit("measures.tasks.run_sheet", sheet_id)


def enqueue_light_refresh() -> None:
    """Have a worker refresh the kept lights once the caller's transaction has committed.

    If none comes, pages compute the lights from the facts until the nightly refresh.
    """
    enqueue.enqueue_after_commit("measures.tasks.refresh_lights")
