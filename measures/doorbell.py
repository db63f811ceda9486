"""Ringing for a worker. The row of the sheet is the truth: a bell that fails loses nothing."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
TASK = "measures.tasks.run_sheet"


def ring_after_commit(sheet_id: int) -> None:
    """Ask a worker to check or apply a sheet, once the caller's transaction holds."""
    transaction.on_commit(partial(ring, sheet_id))


def ring(sheet_id: int) -> bool:
    """Ask a worker now; False where the broker does not answer (the sweep rings again)."""
    # Once and no more: a person waits for the page.
    options = {**current_app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            current_app.send_task(TASK, args=[sheet_id], connection=broker)
    except (OperationalError, RedisError, OSError):
        logger.warning("broker unreachable; the sweep will ring for sheet %s", sheet_id)
        return False
    return True
