"""Enqueues e-mails and 待办 elsewhere, in the transaction of what they are about."""

from collections.abc import Collection
from datetime import datetime

from agencies.choices import MailChoice, MessageKind, OutboxAction, OutboxChannel, OutboxState
from agencies.contributions import working_days
from agencies.models import MailSetting, Message, OutboxItem
from agencies.models.outbox import UNSENT
from agencies.outbound.channels import channels_on
from agencies.outbound.rules import leaves_at_once
from lib.workdays import next_working_time


def queue_told(
    messages: Collection[Message], *, kind: MessageKind, asks: bool, at: datetime
) -> None:
    """Queue the e-mails and 待办 for new messages of one kind.

    `asks`: they ask for an action, so each is also a 待办 elsewhere.
    """
    on, calendar = channels_on(), working_days() if channels_on() else {}
    if OutboxChannel.EMAIL in on and leaves_at_once(MailChoice.AT_ONCE, at=at, calendar=calendar):
        OutboxItem.objects.bulk_create(
            _item(OutboxAction.NOTIFY, message, at=at, from_=at)
            for message in _wanted_at_once(messages, kind)
        )
    if OutboxChannel.WEBHOOK in on and asks:
        from_ = next_working_time(at, calendar)
        OutboxItem.objects.bulk_create(
            _item(OutboxAction.CREATE, message, at=at, from_=from_) for message in messages
        )


def queue_settled(message_ids: Collection[int], *, is_void: bool, at: datetime) -> None:
    """End the 待办 of messages whose action is done, or void; one not sent yet is never sent."""
    if OutboxChannel.WEBHOOK not in channels_on():
        return
    begun = OutboxItem.objects.filter(action=OutboxAction.CREATE, message__in=message_ids)
    here = begun.filter(state__in=[*UNSENT, OutboxState.DEAD], lease_until__isnull=True)
    here.update(state=OutboxState.VOID)
    action = OutboxAction.CANCEL if is_void else OutboxAction.FINISH
    gone = begun.exclude(state=OutboxState.VOID).filter(ends__isnull=True)
    OutboxItem.objects.bulk_create(
        _item(action, one.message, at=at, from_=at, begun=one)
        for one in gone.select_related("message")
    )


def _wanted_at_once(messages: Collection[Message], kind: MessageKind) -> list[Message]:
    wanted = MailSetting.objects.filter(
        kind=kind, choice=MailChoice.AT_ONCE, user__is_active=True
    ).exclude(user__email="")
    own = {message.user_id: message for message in messages}
    people = wanted.filter(user__in=own.keys()).values_list("user", flat=True)
    return [own[person] for person in people]


def _item(
    action: OutboxAction,
    message: Message | None,
    *,
    at: datetime,
    from_: datetime,
    begun: OutboxItem | None = None,
) -> OutboxItem:
    assert message is not None  # only a digest has none
    return OutboxItem(
        channel=action.channel,
        action=action,
        user_id=message.user_id,
        message=message,
        begun=begun,
        created_at=at,
        next_try_at=from_,
    )
