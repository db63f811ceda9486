"""Jobs whose row is the truth: a lease that an attempt holds, and a heart that renews it.

The row counts its attempts and says until when the present one holds it. Whoever is not heard of
until then may be taken over, and can write no more: every write of an attempt asks for its number.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Self

from django.db import connection

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
BEAT_EVERY = 1.0  # seconds
ATTEMPTS_MOST = 3
PICKED_UP_WITHIN = timedelta(seconds=60)


class LeaseLostError(Exception):
    """Another attempt has taken the job over; this one must not write any more."""


class Heart:
    """Calls `beat` now and then while the work within goes on, from a thread of its own.

    The work may be one long statement, transaction or library call: the lease is renewed all the
    same, through a connection of its own, and others see how far it is. It need not beat for short
    work, and a beat that fails is only noted: the lease lasts for many.
    """

    def __init__(self, beat: Callable[[], object], *, every: float = BEAT_EVERY) -> None:
        self._beat, self._every = beat, every
        self.is_lost = False  # a beat found the lease gone
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopped.wait(self._every):
                self._beat_once()
        finally:
            connection.close()  # the thread's own

    def _beat_once(self) -> None:
        try:
            self._beat()
        except LeaseLostError:
            self.is_lost = True
            self._stopped.set()
        except Exception:
            logger.exception("a job's heart missed a beat")
            connection.close()


class Clock:
    """The moment a job is at: the one it was given, plus what has passed since."""

    def __init__(self, at: datetime) -> None:
        self._began_at, self._began = at, time.monotonic()

    @property
    def now(self) -> datetime:
        """The moment, reckoned from the one the caller gave."""
        return self._began_at + timedelta(seconds=time.monotonic() - self._began)
