"""Celery tasks: read the clock, call an action."""

from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from reports import demonstration
from reports.jobs import build, files, request, retry


@shared_task
def build_report(report_id: int) -> bool:
    """Build one report; a second task for the same one does nothing."""
    return build.run_report(report_id, at=now())


@shared_task
def sweep_reports() -> int:
    """Each minute: retry reports that a dead worker or a lost message left behind."""
    return retry.sweep_reports(at=now())


@shared_task
def request_due_reports() -> int:
    """Every few minutes: request reports of closed periods that have none yet."""
    if not settings.REPORT_AFTER_CLOSING:
        return 0
    return len(request.request_due_reports(at=now()))


@shared_task
def request_due_letters() -> int:
    """Hourly, after the reminders: draft 提示函 to agencies that got 再次催报."""
    return len(request.request_due_letters(at=now()))


@shared_task
def remove_old_files() -> int:
    """Each night: delete files that need not be kept any longer."""
    return files.remove_old_files(days=settings.REPORT_FILE_DAYS, at=now())


@shared_task
def play_reports() -> bool:
    """Once, after the demonstration is loaded: create its reports."""
    return demonstration.play_reports(at=now())
