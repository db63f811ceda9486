"""What waits for a reviewer."""

from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from agencies.models import User
from agencies.permissions import Perm
from measures.models import Filing, Note


class Queue(NamedTuple):
    """What waits for one person, oldest first, and how many others must decide."""

    items: list[Filing]
    barred: int  # submitted, but of agencies the person files or filed for


def queue_for(user: User, *, on: date) -> Queue:
    """A coordinator's submitted filings, and a head's own agency's; at most three queries."""
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    listed = Filing.objects.select_related("measure", "period")
    inner = list(listed.awaiting_approval(headed)) if headed else []
    if not user.can(Perm.REVIEW):
        return Queue(inner, 0)
    waiting = list(listed.awaiting_review())
    touched = set(listed.awaiting_review().filter(_touched(user)).values_list("pk", flat=True))
    own = {agency.pk for agency in user.agencies_where(Perm.FILE)} | set(headed)
    free = [f for f in waiting if f.agency_id not in own and f.pk not in touched]
    return Queue(inner + free, len(waiting) - len(free))


def _touched(user: User) -> Exists:
    """Whether the person had a hand in any note of the same agency in the same period."""
    return Exists(
        Note.objects.touched_by(user).filter(
            filing__agency=OuterRef("agency"), filing__period=OuterRef("period")
        )
    )
