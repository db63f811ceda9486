"""A broker that is gone costs neither the row nor the page's patience."""

import time

import pytest
import redis
from celery import Celery
from django.conf import settings

from lib import enqueue

TASK = "reports.tasks.build_report"


def test_an_unreachable_broker_returns_false_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = Celery("dead", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    monkeypatch.setattr(enqueue, "current_app", dead)
    began = time.monotonic()
    assert enqueue.enqueue(TASK, 1) is False
    assert time.monotonic() - began < 5


def test_a_broker_that_hangs_is_left_alone_in_time(
    monkeypatch: pytest.MonkeyPatch, hung: int
) -> None:
    silent = Celery("silent", broker=f"redis://127.0.0.1:{hung}/0", set_as_current=False)
    silent.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    silent.conf.task_publish_retry = settings.CELERY_TASK_PUBLISH_RETRY
    monkeypatch.setattr(enqueue, "current_app", silent)
    began = time.monotonic()
    assert enqueue.enqueue(TASK, 1) is False
    assert time.monotonic() - began < 4
    for _ in range(5):  # a page may ask several times, and so may the next one
        assert enqueue.enqueue(TASK, 1) is False
    assert time.monotonic() - began < 5


def test_a_running_broker_accepts_the_task() -> None:
    assert enqueue.enqueue(TASK, 1) is True


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("reports.tasks.build_report", "jobs"),
        ("measures.tasks.run_sheet", "jobs"),
        ("reports.tasks.sweep_reports", "celery"),
        ("policy_tracker.tasks.back_up", "celery"),
    ],
)
def test_what_people_wait_for_has_a_queue_of_its_own(task: str, queue: str) -> None:
    broker = redis.Redis.from_url(settings.REDIS_URL)
    before = {one.name: broker.llen(one.name) for one in settings.CELERY_TASK_QUEUES}
    assert enqueue.enqueue(task, 1) is True
    after = {one.name: broker.llen(one.name) for one in settings.CELERY_TASK_QUEUES}
    assert after == before | {queue: before[queue] + 1}
