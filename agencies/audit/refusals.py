"""Many refused requests: counted by the minute, with one audit event for each count.

Guessed ids, forged forms and sign-ins from a refused address must leave a trace (GB/T 22239-2019
8.1.3.5), but one event for each would flood the trail.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.audit_words import REFUSED
from agencies.choices import Outcome, RefusalKind
from agencies.models import RefusalCount, User
from lib.origin import Origin, origin


@transaction.atomic
def count_refusal(
    kind: RefusalKind, *, by: User | None, method: str, path: str, at: datetime
) -> None:
    """Count one refused request; the first one of a minute stores its page's address."""
    where = origin.get()
    row, is_first = RefusalCount.objects.get_or_create(
        kind=kind,
        actor=by,
        address=where.address,
        minute=at.replace(second=0, microsecond=0),
        defaults={"method": method, "path": path[:200], "request_id": where.request_id},
    )
    if not is_first:
        RefusalCount.objects.filter(pk=row.pk).update(number=F("number") + 1)


@transaction.atomic
def record_refusals(*, at: datetime) -> int:
    """Turn the counts of past minutes into events; return how many."""
    over = RefusalCount.objects.filter(minute__lte=at - timedelta(minutes=1))
    rows = list(over.select_for_update(of=("self",), skip_locked=True).select_related("actor"))
    for row in rows:
        _record(row)
    RefusalCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _record(row: RefusalCount) -> None:
    kind = RefusalKind(row.kind)
    place = Origin(address=row.address, request_id=row.request_id)
    token = origin.set(place)
    try:
        trail.record(
            f"{REFUSED} {kind.value}",
            None,
            by=row.actor,
            at=row.minute,
            sentence=f"{localtime(row.minute):%H:%M}起1分钟内{row.number}次{kind.label}。",
            after={"number": row.number, "method": row.method, "path": row.path},
            outcome=Outcome.REFUSED,
        )
    finally:
        origin.reset(token)
