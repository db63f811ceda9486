"""Celery tasks: read the clock, call an action."""

from celery import shared_task
from django.utils.timezone import localdate, now

from lib.memory import memory_limit
from measures.chasing import job
from measures.lights.refresh import refresh_all_lights
from measures.models.totals import KEPT
from measures.notice_changes.revising import apply_due_revisions
from measures.periods import actions as periods
from measures.periods.alternate_filing import end_turned
from measures.sheets import run

SHEET_MB = 600  # a filled sheet of 5,000 rows takes 150


@shared_task
def refresh_lights() -> int:
    """After midnight: the lights that depend on the date, and what ends with them."""
    judged = refresh_all_lights(on=localdate())
    end_turned(at=now())
    return judged


@shared_task
def end_alternates() -> int:
    """When a light has turned: what was filed every second period is asked for in each again."""
    return end_turned(at=now())


@shared_task
def turn_periods() -> int:
    """After midnight: periods that open or close by themselves."""
    return periods.turn_periods(at=now())


@shared_task
def apply_revisions() -> int:
    """After midnight: the words of later documents whose day has come."""
    return apply_due_revisions(at=now())


@shared_task(soft_time_limit=120, time_limit=150)
def run_sheet(sheet_id: int) -> bool:
    """Check or apply one uploaded sheet; a second task for the same one does nothing."""
    with memory_limit(more_mb=SHEET_MB):
        return run.run_sheet(sheet_id, at=now())


@shared_task
def sweep_sheets() -> int:
    """Each minute: retry sheets that a dead worker or a lost message left behind."""
    return run.sweep_sheets(at=now())


@shared_task
def chase() -> int:
    """Hourly, within working hours: what is due and not yet told; returns how many were told."""
    return job.chase(at=now()).people


@shared_task
def settle_totals() -> None:
    """Every five minutes: make one row again of the totals that have come since."""
    for _, totals in KEPT:
        totals.settle()
