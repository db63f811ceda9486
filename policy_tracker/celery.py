"""The Celery application and its beat schedule.

Each scheduled task looks for all work that is due, so a missed run loses nothing.
"""

import os
import time
from contextlib import suppress

from celery import Celery
from celery.schedules import crontab
from celery.signals import heartbeat_sent
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from lib.enqueue import WORKER_SEEN

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")

app = Celery("policy_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "refresh-lights": {
        "task": "measures.tasks.refresh_lights",
        "schedule": crontab(hour=0, minute=5),
    },
    "apply-revisions": {
        "task": "measures.tasks.apply_revisions",
        "schedule": crontab(hour=0, minute=1),
    },
    # Before the lights, which depend on the periods that are open.
    "turn-periods": {
        "task": "measures.tasks.turn_periods",
        "schedule": crontab(hour=0, minute=2),
    },
    # The job itself sends only in working hours of working days.
    "chase": {"task": "measures.tasks.chase", "schedule": crontab(minute=5)},
    "tick": {"task": "policy_tracker.tasks.tick", "schedule": 60.0},
    "back-up": {
        "task": "policy_tracker.tasks.back_up",
        "schedule": crontab(hour=2, minute=30),
    },
    "rehearse-restore": {
        "task": "policy_tracker.tasks.rehearse_restore",
        "schedule": crontab(hour=4, minute=30, day_of_week="sunday"),
    },
    "clear-sessions": {
        "task": "agencies.tasks.clear_sessions",
        "schedule": crontab(hour=3, minute=40),
    },
    "switch-off-unused": {
        "task": "agencies.tasks.switch_off_unused",
        "schedule": crontab(hour=3, minute=30),
    },
    "remove-old-outbox": {
        "task": "agencies.tasks.remove_old_outbox",
        "schedule": crontab(hour=3, minute=45),
    },
    "send-digests": {"task": "agencies.tasks.send_digests", "schedule": 600.0},
    "deliver-outbox": {"task": "agencies.tasks.deliver_outbox", "schedule": 60.0},
    "record-refusals": {"task": "agencies.tasks.record_refusals", "schedule": 60.0},
    "verify-audit": {
        "task": "agencies.tasks.verify_audit",
        "schedule": crontab(hour=1, minute=30),
    },
    "seal-events": {"task": "agencies.tasks.seal_events", "schedule": 300.0},
    # The sweeps retry jobs of dead workers and lost messages (lib.jobs). A job may wait 60 seconds
    # for a worker, so a lost one starts again within two minutes.
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 60.0},
    "settle-totals": {"task": "measures.tasks.settle_totals", "schedule": 300.0},
    "sweep-sheets": {"task": "measures.tasks.sweep_sheets", "schedule": 60.0},
    "request-due-reports": {"task": "reports.tasks.request_due_reports", "schedule": 120.0},
    # After the chase, on which it depends.
    "request-due-letters": {
        "task": "reports.tasks.request_due_letters",
        "schedule": crontab(minute=15),
    },
    "remove-old-files": {
        "task": "reports.tasks.remove_old_files",
        "schedule": crontab(hour=3, minute=50),
    },
    "remove-stray-files": {
        "task": "policy_tracker.tasks.remove_stray_files",
        "schedule": crontab(hour=3, minute=55),
    },
}


@heartbeat_sent.connect
def touch_heartbeat(**_: object) -> None:
    """Runs every few seconds while the worker is connected to its broker.

    start.py reads the file's age; 系统状态 reads the cache, as web may be on another machine.
    """
    (settings.VAR_DIR / "worker-heartbeat").touch()
    with suppress(RedisError):
        cache.set(WORKER_SEEN, time.time(), timeout=None)
