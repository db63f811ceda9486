"""每日摘要: one e-mail per working day with a person's unread messages."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from agencies.choices import OutboxAction, OutboxChannel
from agencies.contributions import working_days
from agencies.models import Message, OutboxItem, User
from agencies.models.user import UserQuerySet
from agencies.outbound.channels import channels_on
from lib.workdays import is_working_time


def send_digests(*, at: datetime) -> int:
    """Queue the digests that are due; return how many. Safe to run at any time, and twice.

    One per person and working day, at the first run within working hours.
    """
    if OutboxChannel.EMAIL not in channels_on() or not is_working_time(at, working_days()):
        return 0
    people = people_due(at=at).values_list("pk", flat=True)
    return sum(_queue_digest(pk, at=at) for pk in sorted(people))


def people_due(*, at: datetime) -> UserQuerySet:
    """Return who gets a digest on a day; `to_tell` is the number of its messages."""
    messages = Message.objects.for_digest().filter(created_at__lte=at)
    had = OutboxItem.objects.filter(action=OutboxAction.DIGEST, day=localdate(at))
    people = User.objects.with_some_of(messages).exclude(pk__in=had.values("user"))
    return people.order_by("username")


@transaction.atomic
def _queue_digest(user_id: int, *, at: datetime) -> bool:
    # Lock and check: of two concurrent runs, the second finds the first one's row.
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not people_due(at=at).filter(pk=user_id).exists():
        return False
    item = OutboxItem.objects.create(
        channel=OutboxChannel.EMAIL,
        action=OutboxAction.DIGEST,
        user_id=user_id,
        day=localdate(at),
        created_at=at,
        next_try_at=at,
    )
    found = Message.objects.for_digest().filter(user=user_id, created_at__lte=at)
    Message.objects.filter(pk__in=found.values("pk")).update(digest=item)
    return True
