"""Celery tasks: read the clock, call an action."""

from celery import shared_task
from django.utils.timezone import now

from policy_tracker import stored_files


@shared_task
def remove_stray_files() -> int:
    """Each night: files that a killed process left behind."""
    return stored_files.remove_strays(at=now())
