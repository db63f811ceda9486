"""The doorbells of this app: each reads the clock and calls a verb."""

from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from reports import demonstration
from reports.jobs import build, files, request, sweep


@shared_task(acks_late=True, reject_on_worker_lost=True)
def build_report(report_id: int) -> bool:
    """Make one report; a second bell for the same one does nothing."""
    return build.run_report(report_id, at=now())


@shared_task
def sweep_reports() -> int:
    """Every minute: what a dead worker or a dead broker left lying."""
    return sweep.sweep_reports(at=now())


@shared_task
def request_due_reports() -> int:
    """Every few minutes: periods that closed and have no report yet."""
    if not settings.REPORT_AFTER_CLOSING:
        return 0
    return len(request.request_due_reports(at=now()))


@shared_task
def remove_old_files() -> int:
    """Every night: files whose time is over."""
    return files.remove_old_files(days=settings.REPORT_FILE_DAYS, at=now())


@shared_task
def play_reports() -> bool:
    """Once, after a demonstration was loaded: the reports it shows."""
    return demonstration.play_reports(at=now())
