"""Reading one's inbox."""

from datetime import datetime

from django.db import transaction

from agencies.models import Message, User


@transaction.atomic
def read_message(message: Message, *, by: User, at: datetime) -> None:
    """Mark a person's own message as read; a second time changes nothing."""
    Message.objects.to(by).unread().filter(pk=message.pk).update(read_at=at)


@transaction.atomic
def read_all(*, by: User, at: datetime) -> int:
    """Mark all of a person's messages as read; returns how many were unread."""
    return Message.objects.to(by).unread().update(read_at=at)
