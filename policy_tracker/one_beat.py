"""Beat's scheduler, which sends only while it holds a lock in the database.

So a second beat, started by mistake or ready on another machine, waits until the first is gone.
"""

import logging
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error, connection

logger = logging.getLogger(__name__)
WAIT = 5.0
_LOCK = 7_236_511_904  # any number that nothing else in this database locks by
# A machine that vanished must not hold the lock for hours. Over a Unix socket this says nothing.
_TAKE = """
    SELECT set_config('tcp_keepalives_idle', '20', false),
           set_config('tcp_keepalives_interval', '5', false),
           set_config('tcp_keepalives_count', '3', false),
           pg_try_advisory_lock(%s)
"""


class OneBeat(PersistentScheduler):
    """The schedule's file is opened with the lock in hand: two of them would spoil it."""

    is_waiting = False

    def setup_schedule(self) -> None:
        """Later, in the first tick that holds the lock."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not _hold_lock():
            if not self.is_waiting:
                logger.warning("another beat holds the lock, or the database is away: waiting")
                self.close()
                self._store, self.is_waiting = None, True
            return WAIT
        if self._store is None:
            super().setup_schedule()
            self._heap, self.is_waiting = None, False
            logger.info("this beat holds the lock: sending")
        return super().tick(*args, **kwargs)


def _hold_lock() -> bool:
    """Whether this process has the lock, which lives as long as its connection.

    Asked before each message, so a connection that broke, and the lock with it, is noticed.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [_LOCK])
            return bool(cursor.fetchone()[3])
    except Error:
        connection.close()
        return False
