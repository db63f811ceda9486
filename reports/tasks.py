"""The doorbells of this app: each reads the clock and calls a verb."""

from celery import shared_task
from django.utils.timezone import now

from reports.actions import building, requests


@shared_task(acks_late=True, reject_on_worker_lost=True)
def build_report(report_id: int) -> bool:
    """Make one report; a second bell for the same one does nothing."""
    return building.run_report(report_id, at=now())


@shared_task
def sweep_reports() -> int:
    """Every minute: what a dead worker or a dead broker left lying."""
    return requests.sweep_reports(at=now())
