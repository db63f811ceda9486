"""Celery tasks: read the clock, call an action."""

from celery import shared_task
from django.utils.timezone import localdate, now

from measures.lights.refresh import refresh_all_lights
from measures.periods import actions as periods
from measures.sheets import run


@shared_task
def refresh_lights() -> int:
    """After midnight: the lights that depend on the date."""
    return refresh_all_lights(on=localdate())


@shared_task
def turn_periods() -> int:
    """After midnight: periods that open or close by themselves."""
    return periods.turn_periods(at=now())


@shared_task
def run_sheet(sheet_id: int) -> bool:
    """Check or apply one uploaded sheet; a second task for the same one does nothing."""
    return run.run_sheet(sheet_id, at=now())


@shared_task
def sweep_sheets() -> int:
    """Each minute: retry sheets that a dead worker or a lost message left behind."""
    return run.sweep_sheets(at=now())
