"""How the audit trail is sealed: each seal holds a digest of each event and the seal before.

A seal ends at an event before which none can still appear. Ids are handed out before the commit,
so a higher id may be seen before a lower one. Whoever may still commit an event holds a lock on
the table since before it got its id: once all who held one at a moment are gone, no id up to the
highest of that moment can appear any more. What CREATE INDEX CONCURRENTLY waits for is the same.
"""

import time
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from agencies.audit.canonical import FORM, FORMS, algorithm_here, event_digest, seal_digest
from agencies.models import Event, Seal

MOST = 1_000  # events in one seal
WAIT_SECONDS = 30  # for who is writing just now; the next run tries again
_PAUSE = 0.05
_LOCK = 7_360_219  # of the database: one seals at a time
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock'
    AND granted AND pid IS DISTINCT FROM pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def seal_events(*, at: datetime, most: int = MOST, wait: float = WAIT_SECONDS) -> int:
    """Seal all events that nothing can come before any more; returns how many seals were made.

    Waits up to `wait` seconds for transactions that have written an event and are not over.
    """
    last = _last_settled(wait)
    made = 0
    while _seal_next(upto=last, most=most, at=at):
        made += 1
    return made


def lock_sealing() -> None:
    """Wait for another who seals, or drops what was sealed; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _last_settled(wait: float) -> int:
    """The id up to which no further event can appear; 0 if that was not to be had in time."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    until = time.monotonic() + wait
    open_then = _writers()
    while open_then & _writers():
        if time.monotonic() > until:
            return 0
        time.sleep(_PAUSE)
    return last


def _writers() -> set[str]:
    """The transactions that may have written events which are not to be seen yet."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [Event._meta.db_table])
        return {transaction_id for (transaction_id,) in cursor.fetchall()}


@transaction.atomic
def _seal_next(*, upto: int, most: int, at: datetime) -> bool:
    """Make one seal over what follows the newest one; False where nothing does."""
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
