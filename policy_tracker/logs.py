"""What stands in each log record beside its words: which request or job it belongs to."""

import logging

from celery import current_task

from lib.origin import origin


def with_ids(record: logging.LogRecord) -> bool:
    """Set `request_id`, the one of the audit trail, and `job`, Celery's; empty outside both."""
    record.request_id = origin.get().request_id
    record.job = current_task.request.id if current_task else ""
    return True
