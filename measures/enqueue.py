"""Ringing for a worker of this app (lib.enqueue)."""

from functools import partial

from django.db import transaction

from lib import enqueue


def ring_after_commit(sheet_id: int) -> None:
    """Ask a worker to check or apply a sheet, once the caller's transaction holds."""
    transaction.on_commit(partial(ring, sheet_id))


def ring(sheet_id: int) -> bool:
    """Ask a worker now; False where the broker does not answer (the sweep rings again)."""
    return enqueue.ring("measures.tasks.run_sheet", sheet_id)


def ring_for_lights() -> bool:
    """Ask a worker to keep the lights anew; where none comes, pages go on working them out."""
    return enqueue.ring("measures.tasks.refresh_lights")
