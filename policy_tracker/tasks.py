"""Celery tasks: read the clock, call an action."""

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils.timezone import now

from agencies.models import User
from lib.enqueue import BEAT_SEEN
from policy_tracker import stored_files
from policy_tracker.backup import actions

# Seconds: a database of years takes longer than any other task.
_BACKUP_TIME = 4 * 3600


@shared_task
def tick() -> None:
    """Runs each minute: shows that beat sends tasks and that a worker takes them."""
    cache.set(BEAT_SEEN, now().timestamp(), timeout=None)


@shared_task
def remove_stray_files() -> int:
    """Runs each night; removes files that a killed process left."""
    return stored_files.remove_strays(at=now())


@shared_task(soft_time_limit=_BACKUP_TIME, time_limit=_BACKUP_TIME + 60)
def back_up(user_id: int | None = None) -> str:
    """Runs each night or on request: make a backup, then remove expired ones."""
    by = _person(user_id)
    folder, manifest = actions.back_up(
        settings.BACKUP_DIR, recipient=settings.BACKUP_RECIPIENT, by=by, at=now()
    )
    actions.remove_old_backups(at=now())
    actions.copy_to_bucket(folder, manifest, by=by, at=now())
    return folder.name


@shared_task(soft_time_limit=_BACKUP_TIME, time_limit=_BACKUP_TIME + 60)
def rehearse_restore(user_id: int | None = None) -> str:
    """Runs each week or on request: test whether the newest backup can be restored."""
    return actions.rehearse(None, by=_person(user_id), at=now())


def _person(user_id: int | None) -> User | None:
    return User.objects.get(pk=user_id) if user_id else None
