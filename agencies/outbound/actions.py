"""重发: queue again what was given up."""

from collections.abc import Collection
from datetime import datetime

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
