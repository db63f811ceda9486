"""Marking messages as read or unread, and choosing which kinds come by e-mail."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from agencies.audit import trail
from agencies.choices import MailChoice
from agencies.contributions import message_kind
from agencies.models import MailSetting, Message, User
from lib.chinese import listed


@transaction.atomic
def read_message(message: Message, *, by: User, at: datetime) -> None:
    """Mark a person's own message as read; a second time changes nothing."""
    Message.objects.to(by).filter(pk=message.pk, read_at__isnull=True).update(read_at=at)


@transaction.atomic
def read_all(*, by: User, at: datetime) -> int:
    """Mark all of a person's messages as read; return how many were unread."""
    return Message.objects.to(by).unread().update(read_at=at)


@transaction.atomic
def mark_read(message_ids: Collection[int], *, by: User, at: datetime) -> int:
    """Mark some of a person's own messages as read; return how many were unread."""
    return Message.objects.to(by).unread().filter(pk__in=message_ids).update(read_at=at)


@transaction.atomic
def mark_unread(message_ids: Collection[int], *, by: User) -> int:
    """Mark some of a person's own messages as unread again; return how many were read.

    Settled messages are not changed: they ask for nothing any more.
    """
    read = Message.objects.to(by).in_inbox().filter(pk__in=message_ids, read_at__isnull=False)
    return read.update(read_at=None)


@transaction.atomic
def set_mail_choices(choices: Mapping[str, MailChoice], *, by: User, at: datetime) -> bool:
    """Set how a person wants each kind of message by e-mail; return whether anything changed.

    Kinds not in `choices` do not change. Raises LookupError for a kind that no app contributes.
    """
    # Lock the person, so that two forms sent at once do not create two rows for a kind.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    had = {one.kind: MailChoice(one.choice) for one in by.mail_settings.all()}
    changed = {
        kind: choice
        for kind, choice in choices.items()
        if had.get(kind, message_kind(kind).mail_default) is not choice
    }
    if not changed:
        return False
    by.mail_settings.filter(kind__in=changed.keys()).delete()
    MailSetting.objects.bulk_create(
        MailSetting(user=by, kind=message_kind(kind), choice=choice, since=at)
        for kind, choice in changed.items()
        if choice is not message_kind(kind).mail_default
    )
    words = listed(f"{message_kind(kind).label}{choice.label}" for kind, choice in changed.items())
    sentence = f"修改了本人的邮件提醒：{words}。"
    trail.record("user.mail_choices", by, by=by, at=at, sentence=sentence)
    return True
