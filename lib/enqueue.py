"""Enqueue a Celery task. A lost task does no harm: a job's state is in its row (lib.jobs)."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from lib.outage import answering

# Cache keys: when a worker last reported, and when beat last did through a worker, in seconds
# since 1970.
WORKER_SEEN, BEAT_SEEN = "worker-seen", "beat-seen"
FAILURES = (OperationalError, RedisError, OSError)
logger = logging.getLogger(__name__)


def enqueue_after_commit(task: str, *args: object) -> None:
    """Enqueue a task after the caller's transaction commits, so that a worker finds its rows."""
    transaction.on_commit(partial(enqueue, task, *args))


def enqueue(task: str, *args: object) -> bool:
    """Enqueue a task now; returns False if the broker cannot be reached."""
    # One attempt without a pause: a person waits for the page, and the sweep enqueues it again.
    options = {**current_app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0}
    options["socket_timeout"] = 1  # a second, twice at most; a worker waits longer
    try:
        with (
            answering(str(current_app.conf.broker_url), *FAILURES),
            current_app.connection_for_write(transport_options=options) as broker,
        ):
            current_app.send_task(task, args=list(args), connection=broker)
    except FAILURES:
        logger.warning("broker unreachable; %s%s stays queued until the next sweep", task, args)
        return False
    return True
