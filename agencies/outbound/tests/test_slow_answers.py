"""A server that sends its answer byte by byte, so that no single step exceeds its timeout."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Thread

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from agencies.choices import MailChoice, OutboxAction, OutboxState
from agencies.models import OutboxItem
from agencies.outbound.delivery import LEASE, RUN_SECONDS, deliver_due
from agencies.outbound.tests.factories import make_item, make_reader
from agencies.tasks import deliver_outbox
from agencies.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that adds a byte to its answer ten times a second, without an end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_drip, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def _drip(listening: socket.socket) -> None:
    with suppress(OSError):
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while True:
                connection.sendall(b"a")
                time.sleep(0.1)


@contextmanager
def soft_limit(seconds: float) -> Iterator[None]:
    """Stop what runs within as a worker stops a task: by an exception from a signal."""

    def stop(*_: object) -> None:
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_gateway_that_sends_byte_by_byte_ends_the_run_and_loses_nothing(webhook_on, dripping):
    webhook_on.WEBHOOK_URL = f"http://127.0.0.1:{dripping}/"
    webhook_on.OUTBOUND_NETWORKS = ["127.0.0.1"]
    item = make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE))
    with soft_limit(2):
        assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    item.refresh_from_db()
    assert (item.error, item.failures) == ("对方的应答太慢，已经中断", 0)
    due = OutboxItem.objects.due(
        at=NOW + timedelta(minutes=5), channels=[item.channel], is_working_time=True
    )
    assert due.get() == item


def test_a_run_is_stopped_before_its_leases_end():
    """Otherwise a second run would send the same item while the first still waits."""
    assert RUN_SECONDS < deliver_outbox.soft_time_limit < deliver_outbox.time_limit
    assert deliver_outbox.time_limit < LEASE.total_seconds()
