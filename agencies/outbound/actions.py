"""重发: queue again what was given up; and deleting old records of deliveries."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from agencies.audit import trail
from agencies.audit.trail import AuditEntry
from agencies.choices import OutboxState
from agencies.contributions import working_days
from agencies.models import OutboxItem, User
from agencies.models.outbox import ENDS
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.workdays import next_working_time

ROWS_AT_ONCE = 5000


@transaction.atomic
def resend(item_ids: Collection[int], *, by: User, at: datetime) -> int:
    """Queue dead rows again, with their old numbers; return how many.

    Raises PermissionDenied, and DomainError if none of them is dead (any more).
    """
    by.demand(Perm.KEEP_OUTBOX)
    dead = OutboxItem.objects.dead().filter(pk__in=item_ids).order_by("pk")
    found = list(dead.select_for_update(no_key=True, of=("self",)).select_related("user"))
    if not found:
        raise DomainError("请选择要重发的记录；已重发或已送达的不必再选。")
    opens = next_working_time(at, working_days())
    for item in found:
        item.state, item.failures, item.error = OutboxState.QUEUED, 0, ""
        item.next_try_at = at if item.action in ENDS else opens
    fields = ["state", "failures", "error", "next_try_at"]
    OutboxItem.objects.bulk_update(found, fields)
    trail.record_all(
        [
            AuditEntry("outbox.resend", item, f"重发给{item.user.name}的{item.what.label}。")
            for item in found
        ],
        by=by,
        at=at,
    )
    return len(found)


def remove_old_items(*, days: int, at: datetime) -> int:
    """Delete items older than `days` that nothing depends on; return how many.

    0 keeps everything. Safe to run at any time, and twice.
    """
    removed = 0
    while days and (count := _remove(before=at - timedelta(days=days), days=days, at=at)):
        removed += count
    return removed


@transaction.atomic
def _remove(*, before: datetime, days: int, at: datetime) -> int:
    over = OutboxItem.objects.over(before=before).order_by("pk").values_list("pk", flat=True)
    found = OutboxItem.objects.filter(pk__in=list(over[:ROWS_AT_ONCE]))
    # The row that ends a 待办 refers to the one that created it: delete it first.
    ends = OutboxItem.objects.filter(begun__in=found)
    count = ends.delete()[0] + found.delete()[0]
    if count:
        sentence = f"清理外发记录{count}件：超过{days}天，已发送或不再发送。"
        trail.record("outbox.clear", None, by=None, at=at, sentence=sentence)
    return count
