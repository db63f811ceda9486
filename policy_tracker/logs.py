"""Adds to each log record the request or job that it belongs to."""

import logging

from celery import current_task

from lib.origin import origin


def with_ids(record: logging.LogRecord) -> bool:
    """Set `request_id`, as in the audit trail, and Celery's `job` id; empty outside of them."""
    record.request_id = origin.get().request_id
    record.job = current_task.request.id if current_task else ""
    return True
