"""The doorbells of this app: each reads the clock and calls a verb."""

from celery import shared_task
from django.utils.timezone import localdate

from measures.actions.lights import refresh_all_lights


@shared_task
def refresh_lights() -> int:
    """After midnight: the lights that depend on the date."""
    return refresh_all_lights(on=localdate())
