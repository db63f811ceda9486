"""How many months the audit trail is kept; older ones are dropped by the owner of the tables."""

from datetime import date, datetime, time
from typing import NamedTuple

import pgtrigger
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connection, transaction
from django.utils.timezone import localdate, make_aware

from agencies.audit import trail
from agencies.audit.seals import lock_sealing
from agencies.audit.verification import record_verification
from agencies.choices import TrailAction
from agencies.models import Event, Seal
from lib.errors import DomainError

LEAST_MONTHS = 6  # 网络安全法: at least six months
_OWNS = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass"


class Dropped(NamedTuple):
    events: int
    seals: int


def check_retention(**_: object) -> list[CheckMessage]:
    """System check (`manage.py check`) of the setting for how long the trail is kept."""
    if settings.AUDIT_KEEP_MONTHS >= LEAST_MONTHS:
        return []
    words = f"AUDIT_KEEP_MONTHS 不得少于{LEAST_MONTHS}（法律要求日志至少留存六个月）。"
    return [
        Error(words, hint="见 docs/operations.md 的“The audit trail”一节。", id="agencies.E006")
    ]


def newest_month_to_drop_before(on: date) -> date:
    """Return the first day of the earliest month that must be kept."""
    months = on.year * 12 + on.month - 1 - max(settings.AUDIT_KEEP_MONTHS, LEAST_MONTHS)
    return date(months // 12, months % 12 + 1, 1)


def drop_before(month: date, *, at: datetime) -> Dropped:
    """Delete the seals made before a month with their events; the newest seal is kept.

    The trail is verified first. Raises DomainError if the verification fails, the month must be
    kept, or the database role does not own the table.
    """
    kept_from = newest_month_to_drop_before(localdate(at))
    if month > kept_from:
        raise DomainError(f"{kept_from:%Y-%m}起的审计记录须保留，不能清除。")
    _demand_owner()
    fault = record_verification(at=at).fault
    if fault:
        raise DomainError(f"核验不符，不能清除：{fault.words}")
    return _drop(make_aware(datetime.combine(month.replace(day=1), time.min)), at=at)


def _demand_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OWNS, [Event._meta.db_table])
        (owns,) = cursor.fetchone()
    if not owns:
        raise DomainError("须以数据表所有者的数据库角色运行，见 docs/operations.md。")


@transaction.atomic
def _drop(before: datetime, *, at: datetime) -> Dropped:
    lock_sealing()
    newest = Seal.objects.without_digests().newest()
    seals = Seal.objects.filter(at__lt=before, number__lt=newest.number if newest else 0)
    last = seals.without_digests().newest()
    if last is None:
        return Dropped(0, 0)
    events = Event.objects.filter(pk__lte=last.last_id)
    dropped = Dropped(events.count(), seals.count())
    trail.record(
        TrailAction.DROPPED,
        None,
        by=None,
        at=at,
        sentence=f"清除{before:%Y-%m}以前封存的{dropped.events}条审计记录、{dropped.seals}个封存。",
        after={
            "events": dropped.events,
            "seals": dropped.seals,
            "last_seal": last.number,
            "digest": last.digest,
        },
    )
    with pgtrigger.ignore("agencies.Event:append_only", "agencies.Seal:append_only"):
        events.delete()
        seals.delete()
    return dropped
