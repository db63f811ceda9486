"""Ringing for a worker. Rows are the truth about jobs: a bell that fails loses nothing."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def ring(task: str, *args: object) -> bool:
    """Ask a worker now; False where the broker does not answer (a sweep rings again)."""
    # Once and no more: a person waits for the page.
    options = {**current_app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            current_app.send_task(task, args=list(args), connection=broker)
    except (OperationalError, RedisError, OSError):
        logger.warning("broker unreachable; rung in vain for %s %s", task, args)
        return False
    return True
