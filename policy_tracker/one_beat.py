"""The scheduler of beat, which sends only while it holds a lock in the database.

So a second beat, started by mistake or on standby on another machine, waits until the first ends.
"""

import logging
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error, connection

logger = logging.getLogger(__name__)
WAIT = 5.0
_LOCK = 7_236_511_904  # any number that no other lock in this database uses
# A machine that vanished must not hold the lock for hours. No effect over a Unix socket.
_TAKE = """
    SELECT set_config('tcp_keepalives_idle', '20', false),
           set_config('tcp_keepalives_interval', '5', false),
           set_config('tcp_keepalives_count', '3', false),
           pg_try_advisory_lock(%s)
"""


class OneBeat(PersistentScheduler):
    """Opens the schedule's file only while it holds the lock: two processes would corrupt it."""

    is_waiting = False

    def setup_schedule(self) -> None:
        """Does nothing: the setup is postponed to the first tick that holds the lock."""

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
        self._forget_later_times()
        return super().tick(*args, **kwargs)

    def _forget_later_times(self) -> None:
        """Treat tasks with a later time as sent now: the clock was set back since.

        Otherwise nothing would be sent until that time, even after a restart.
        """
        entries = self.schedule.values()
        ahead = [one for one in entries if (at := one.last_run_at) and at > one.default_now()]
        if ahead:
            logger.warning("the clock was set back: %s tasks count as sent now", len(ahead))
            for entry in ahead:
                entry.last_run_at = entry.default_now()
            self.populate_heap()


def _hold_lock() -> bool:
    """Whether this process holds the lock, which lasts as long as its connection.

    Called before each message, so that a broken connection, and thus a lost lock, is noticed.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [_LOCK])
            return bool(cursor.fetchone()[3])
    except Error:
        connection.close()
        return False
