"""Ringing for a worker. The row of the report is the truth: a bell that fails loses nothing."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
TASK = "reports.tasks.build_report"


def ring_after_commit(report_id: int) -> None:
    """Ask a worker to make a report, once the caller's transaction holds."""
    transaction.on_commit(partial(ring, report_id))


def ring(report_id: int) -> bool:
    """Ask a worker now; False where the broker does not answer (the sweep rings again)."""
    try:
        with current_app.connection_for_write(transport_options=_impatient()) as broker:
            current_app.send_task(TASK, args=[report_id], connection=broker)
    except (OperationalError, RedisError, OSError):
        logger.warning("broker unreachable; the sweep will ring for report %s", report_id)
        return False
    return True


def _impatient() -> dict[str, object]:
    """Once and no more: a person waits for the page."""
    return {**current_app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0}
