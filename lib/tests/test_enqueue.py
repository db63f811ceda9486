"""A broker that is gone costs neither the row nor the page's patience."""

import time

import pytest
from celery import Celery

from lib import enqueue

TASK = "reports.tasks.build_report"


def test_an_unreachable_broker_returns_false_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = Celery("dead", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    monkeypatch.setattr(enqueue, "current_app", dead)
    began = time.monotonic()
    assert enqueue.enqueue(TASK, 1) is False
    assert time.monotonic() - began < 5


def test_a_running_broker_accepts_the_task() -> None:
    assert enqueue.enqueue(TASK, 1) is True
