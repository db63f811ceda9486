"""Deletes old records of deliveries."""

from datetime import datetime, timedelta

from django.db import transaction

from agencies.audit import trail
from agencies.models import OutboxItem

ROWS_AT_ONCE = 5000


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
