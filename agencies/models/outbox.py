"""The outbox: a row for each e-mail and each action on a 待办 elsewhere."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from agencies.choices import OutboxAction, OutboxChannel, OutboxState
from agencies.models.fields import MemberOf, known, link_to, only_when
from agencies.models.inbox import Message
from agencies.models.user import User

# Longer than any lease: what is later than this was written before the clock was set back.
AHEAD_MOST = timedelta(minutes=10)
UNSENT = (OutboxState.QUEUED, OutboxState.FAILED)
MAILS = (OutboxAction.NOTIFY, OutboxAction.DIGEST)
# These only remove a 待办 and notify nobody, so they are sent outside working hours too.
ENDS = (OutboxAction.FINISH, OutboxAction.CANCEL)


class OutboxQuerySet(QuerySet):
    def unsent(self) -> Self:
        return self.filter(state__in=UNSENT)

    def dead(self) -> Self:
        return self.filter(state=OutboxState.DEAD)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state) if state else self

    def due(self, *, at: datetime, channels: Collection[str], is_working_time: bool) -> Self:
        """Items to be sent now that no worker has leased, oldest first.

        A 待办 is ended only after creating it has succeeded or was given up.
        """
        later = at + AHEAD_MOST
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=at) | Q(lease_until__gt=later)
        is_time = Q(next_try_at__lte=at) | Q(created_at__gt=later)
        found = self.unsent().filter(free, is_time, channel__in=channels)
        if not is_working_time:
            found = found.filter(action__in=ENDS)
        return found.exclude(begun__state__in=UNSENT).order_by("next_try_at", "pk")

    def held_by(self, attempt: int) -> Self:
        """Items leased by the attempt with this number; none if a later attempt took over."""
        return self.unsent().filter(attempts=attempt, lease_until__isnull=False)

    def over(self, *, before: datetime) -> Self:
        """Items created before a moment that may be deleted.

        Not those that were given up: somebody may resend them. Not those of an open message: the
        row shows that its e-mail was sent, and its 待办 elsewhere must still be ended.
        """
        ended = self.filter(state__in=(OutboxState.SENT, OutboxState.VOID), created_at__lt=before)
        open_ = Message.objects.in_inbox().unread()
        pending = OutboxItem.objects.filter(begun=OuterRef("pk")).exclude(pk__in=ended.values("pk"))
        unended = Q(action=OutboxAction.CREATE, state=OutboxState.SENT, ends__isnull=True)
        return ended.exclude(
            Exists(open_.filter(outbox=OuterRef("pk")))
            | Exists(open_.filter(digest=OuterRef("pk")))
            | Exists(pending)
            | unended
        )

    def with_what_it_tells(self) -> Self:
        return self.select_related("user", "message", "begun")


class OutboxItem(models.Model):
    """One e-mail, or one action on a 待办 elsewhere, written in the transaction of its message.

    `key` is the same at every attempt, so that the other side recognises a second delivery: it is
    the Message-ID of an e-mail, the number of an event and of a 待办.
    """

    channel = models.CharField("渠道", max_length=10, choices=OutboxChannel)
    action = models.CharField("事项", max_length=10, choices=OutboxAction)
    user = link_to(User, "收件人", "outbox")
    # Empty for a digest, which has several messages (Message.digest).
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="outbox", verbose_name="消息"
    )
    day = models.DateField("摘要日期", null=True, blank=True)
    # The item that created the 待办 which this one ends.
    begun = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="ends", verbose_name="原待办"
    )
    key = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=OutboxState, default=OutboxState.QUEUED)
    created_at = models.DateTimeField("产生时间")
    next_try_at = models.DateTimeField("下次发送")
    attempts = models.PositiveIntegerField("第几次发送", default=0)
    # Attempts that the other side refused for now: after too many the item is given up.
    failures = models.PositiveSmallIntegerField("失败次数", default=0)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    # The kind of failure in our own words: the other side's may quote addresses and texts.
    error = models.CharField("失败原因", max_length=100, blank=True)
    remote_id = models.CharField("对方编号", max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = verbose_name_plural = "外发记录"
        indexes = [
            models.Index(
                fields=["next_try_at"], name="outboxitem_unsent", condition=Q(state__in=UNSENT)
            ),
            models.Index(fields=["state", "-created_at"], name="outboxitem_by_state"),
        ]
        constraints = [
            known("outboxitem_state_known", state=OutboxState),
            models.CheckConstraint(
                name="outboxitem_action_of_channel",
                condition=Q(channel=OutboxChannel.EMAIL, action__in=MAILS)
                | Q(channel=OutboxChannel.WEBHOOK, action__in=[OutboxAction.CREATE, *ENDS]),
            ),
            models.CheckConstraint(
                name="outboxitem_digest_has_a_day",
                condition=Q(action=OutboxAction.DIGEST, day__isnull=False, message__isnull=True)
                | ~Q(action=OutboxAction.DIGEST) & Q(day__isnull=True, message__isnull=False),
            ),
            models.UniqueConstraint(
                name="outboxitem_one_digest_a_day",
                fields=["user", "day"],
                condition=Q(action=OutboxAction.DIGEST),
            ),
            models.UniqueConstraint(
                name="outboxitem_once_a_message",
                fields=["message", "action"],
                condition=Q(message__isnull=False),
            ),
            only_when("outboxitem_ends_what_it_began", "begun", action__in=ENDS),
            models.UniqueConstraint(
                name="outboxitem_ended_once",
                fields=["begun"],
                condition=Q(begun__isnull=False),
            ),
            only_when("outboxitem_sent_at_a_moment", "sent_at", state=OutboxState.SENT),
            models.CheckConstraint(
                name="outboxitem_held_while_unsent",
                condition=Q(lease_until__isnull=True) | Q(state__in=UNSENT),
            ),
            models.CheckConstraint(
                name="outboxitem_failures_among_attempts",
                condition=Q(failures__lte=F("attempts")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}（{self.user}）"

    what = MemberOf(OutboxAction, "action")
    state_choice = MemberOf(OutboxState, "state")

    @property
    def is_waiting(self) -> bool:
        return self.state in UNSENT

    @property
    def number(self) -> str:
        """The number of its 待办, the same when it is created and when it is ended."""
        return str(self.begun.key if self.begun else self.key)
