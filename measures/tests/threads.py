"""Running actions at the same moment, each on its own database connection."""

import time
from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

PATIENCE = 20.0  # seconds; far more than any of these actions takes


class Run(Thread):
    """One call in a thread: keeps its result or error, and closes its connection."""

    def __init__(self, call: Callable[[], object], barrier: Barrier | None = None) -> None:
        super().__init__(daemon=True)
        self.call, self.barrier = call, barrier
        self.answer: object = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Wait for the others, then call."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '10s'")
            if self.barrier:
                self.barrier.wait(PATIENCE)
            self.answer = self.call()
        except Exception as error:
            self.error = error
        finally:
            connection.close()


def at_once(*calls: Callable[[], object]) -> list[Run]:
    """Make all the calls at the same moment; return the threads when all have ended."""
    barrier = Barrier(len(calls))
    runs = [Run(call, barrier) for call in calls]
    for run in runs:
        run.start()
    for run in runs:
        run.join(PATIENCE)
    assert not any(run.is_alive() for run in runs)
    return runs


def begin(call: Callable[[], object]) -> Run:
    """Start one call and return when it has ended or waits for a lock."""
    run = Run(call)
    run.start()
    deadline = time.monotonic() + PATIENCE
    while run.is_alive() and not _somebody_waits() and time.monotonic() < deadline:
        time.sleep(0.01)
    return run


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else read once per transaction
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0
