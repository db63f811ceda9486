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
SCHEDULE = {
    "measures.tasks.refresh_lights": crontab(hour=0, minute=5),
    "measures.tasks.apply_revisions": crontab(hour=0, minute=1),
    # Before the lights, which depend on the periods that are open.
    "measures.tasks.turn_periods": crontab(hour=0, minute=2),
    # The job itself sends only in working hours of working days.
    "measures.tasks.chase": crontab(minute=5),
    "policy_tracker.tasks.tick": 60.0,
    "policy_tracker.tasks.back_up": crontab(hour=2, minute=30),
    "policy_tracker.tasks.rehearse_restore": crontab(hour=4, minute=30, day_of_week="sunday"),
    "agencies.tasks.clear_sessions": crontab(hour=3, minute=40),
    "agencies.tasks.switch_off_unused": crontab(hour=3, minute=30),
    "agencies.tasks.remove_old_outbox": crontab(hour=3, minute=45),
    "agencies.tasks.send_digests": 600.0,
    "agencies.tasks.deliver_outbox": 60.0,
    "agencies.tasks.record_refusals": 60.0,
    "agencies.tasks.verify_audit": crontab(hour=1, minute=30),
    "agencies.tasks.seal_events": 300.0,
    # The sweeps retry jobs of dead workers and lost messages (lib.jobs). A job may wait 60 seconds
    # for a worker, so a lost one starts again within two minutes.
    "reports.tasks.sweep_reports": 60.0,
    "measures.tasks.settle_totals": 300.0,
    "measures.tasks.sweep_sheets": 60.0,
    "reports.tasks.request_due_reports": 120.0,
    # After the chase, on which it depends.
    "reports.tasks.request_due_letters": crontab(minute=15),
    "reports.tasks.remove_old_files": crontab(hour=3, minute=50),
    "policy_tracker.tasks.remove_stray_files": crontab(hour=3, minute=55),
}
app.conf.beat_schedule = {
    task.rpartition(".")[2].replace("_", "-"): {"task": task, "schedule": when}
    for task, when in SCHEDULE.items()
}


@heartbeat_sent.connect
def touch_heartbeat(**_: object) -> None:
    """Runs every few seconds while the worker is connected to its broker.

    start.py reads the file's age; 系统状态 reads the cache, as web may be on another machine.
    """
    (settings.VAR_DIR / "worker-heartbeat").touch()
    with suppress(RedisError):
        cache.set(WORKER_SEEN, time.time(), timeout=None)
