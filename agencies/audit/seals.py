"""Seals of the audit trail: each holds the digests of its events and of the previous seal.

A seal may only end at an event before which no other can still appear. Ids are assigned before the
commit, so a higher id may become visible before a lower one. A transaction that writes an event
locks the table before it gets the id. So when all transactions that held this lock at a moment
have ended, no id up to the highest of that moment can appear any more. CREATE INDEX CONCURRENTLY
waits in the same way.
"""

import time
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from agencies.audit.canonical import FORM, FORMS, algorithm_here, event_digest, seal_digest
from agencies.models import Event, Seal

MOST = 1_000  # events in one seal
WAIT_SECONDS = 30  # for running transactions; the next run tries again
_PAUSE = 0.05
_LOCK = 7_360_219  # an advisory lock: only one process seals at a time
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock'
    AND granted AND pid IS DISTINCT FROM pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def seal_events(*, at: datetime, most: int = MOST, wait: float = WAIT_SECONDS) -> int:
    """Seal all events before which no other can appear; return how many seals were made.

    Waits up to `wait` seconds for open transactions that have written an event.
    """
    last = _last_settled(wait)
    made = 0
    while _seal_next(upto=last, most=most, at=at):
        made += 1
    return made


def lock_sealing() -> None:
    """Lock out other processes that seal, or drop sealed events, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _last_settled(wait: float) -> int:
    """Return the id up to which no other event can appear; 0 if it was not found in time."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    until = time.monotonic() + wait
    open_then = _writers()
    while open_then & _writers():
        if time.monotonic() > until:
            return 0
        time.sleep(_PAUSE)
    return last


def _writers() -> set[str]:
    """Return the transactions that may have written events that are not visible yet."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [Event._meta.db_table])
        return {transaction_id for (transaction_id,) in cursor.fetchall()}


@transaction.atomic
def _seal_next(*, upto: int, most: int, at: datetime) -> bool:
    """Make one seal over the events after the newest seal; return False if there are none."""
    lock_sealing()
    before = Seal.objects.without_digests().newest()
    found = Event.objects.filter(pk__gt=before.last_id if before else 0, pk__lte=upto)
    events = list(found.order_by("pk").values(*FORMS[FORM])[:most])
    if not events:
        return False
    algorithm = algorithm_here()
    ids = [event["id"] for event in events]
    seal = Seal(
        number=before.number + 1 if before else 1,
        at=at,
        first_id=ids[0],
        last_id=ids[-1],
        count=len(ids),
        algorithm=algorithm,
        form=FORM,
        event_ids=ids,
        digests=bytes.fromhex("".join(event_digest(event, algorithm) for event in events)),
        previous=before.digest if before else "",
    )
    seal.digest = seal_digest(seal)
    seal.save(force_insert=True)
    return True
