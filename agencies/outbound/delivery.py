"""Sending what is queued. Each row is leased, sent outside any transaction, and marked afterwards.

If a worker dies, its lease expires and the row is sent again. If it died before the other side
accepted the row, nothing is lost; if it died after that but before our commit, the row arrives
twice, with the same number. Avoiding that would need a transaction over both sides.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from agencies.audit import trail
from agencies.choices import OutboxAction, OutboxChannel, OutboxState
from agencies.contributions import working_days
from agencies.models import OutboxItem
from agencies.models.outbox import OutboxQuerySet
from agencies.outbound import mail, rules, webhook
from agencies.outbound.channels import (
    NotNowError,
    RefusedError,
    UnreachableError,
    channels_on,
)
from lib.workdays import is_working_time, last_moment_of, next_working_time

logger = logging.getLogger(__name__)
# Longer than one exchange with a mail server or platform can take (TASK_SECONDS).
LEASE = timedelta(minutes=5)
RUN_SECONDS = 50  # the next run starts within a minute
# Ends an answer that comes byte by byte: each byte comes within the timeout of one step.
TASK_SECONDS = 120


def deliver_due(*, at: datetime) -> Counter[str]:
    """Send what is due; return how many items ended in which state. Safe to run concurrently."""
    return Run(at=at).send_all() if channels_on() else Counter()


class Run:
    """One run of the job: its clock, its mail connection, and the channels that did not answer."""

    def __init__(self, *, at: datetime) -> None:
        self._at, self._started = at, time.monotonic()
        self._calendar = working_days()
        self._connection: BaseEmailBackend | None = None
        self._channels = set(channels_on())

    @property
    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._started)

    def send_all(self) -> Counter[str]:
        ends: Counter[str] = Counter()
        try:
            while self._channels and time.monotonic() - self._started < RUN_SECONDS:
                item = self._take()
                if item is None:
                    break
                ends[self._deliver(item)] += 1
        finally:
            self._hang_up()
        return ends

    @transaction.atomic
    def _take(self) -> OutboxItem | None:
        """Lease and return the next due row, or None. Skips rows that other workers have locked."""
        now = self.now
        due = OutboxItem.objects.due(
            at=now,
            channels=self._channels,
            is_working_time=is_working_time(now, self._calendar),
        )
        found = due.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
        if found is None:
            return None
        if found.lease_until is not None:
            # The only trace of a worker that was killed: the row may have arrived already.
            logger.warning(
                "outbox %s (%s): attempt %s ended without a word, sending again; "
                "it may arrive twice",
                *(found.key, found.action, found.attempts),
            )
        found.lease_until, found.attempts = now + LEASE, found.attempts + 1
        found.save(update_fields=["lease_until", "attempts"])
        return OutboxItem.objects.with_what_it_tells().get(pk=found.pk)

    def _deliver(self, item: OutboxItem) -> str:
        """Send one row and save the result; return its state."""
        if why := void_because(item):
            return self._end(item, OutboxState.VOID, error=why)
        try:
            remote_id = self._send(item)
        except SoftTimeLimitExceeded:
            return self._leave_alone(item, "对方的应答太慢，已经中断")
        except RefusedError as error:
            return self._give_up(item, str(error))
        except NotNowError as error:
            return self._fail(item, str(error))
        except UnreachableError as error:
            return self._leave_alone(item, str(error))
        return self._end(item, OutboxState.SENT, sent_at=self.now, error="", remote_id=remote_id)

    def _send(self, item: OutboxItem) -> str:
        if item.channel == OutboxChannel.WEBHOOK:
            return webhook.send_todo(item, at=self.now)
        written = mail.mail_of(item, mail.untold_of(item))
        if self._connection is None:
            self._connection = mail.open_connection()
        mail.send_mail(written, self._connection)
        return ""

    def _leave_alone(self, item: OutboxItem, error: str) -> str:
        """End this run for the item's channel; that the other side is away counts as no failure."""
        self._channels.discard(OutboxChannel(item.channel))
        next_try = self.now + rules.UNREACHABLE_PAUSE
        ended = self._end(item, OutboxState.FAILED, error=error, next_try_at=next_try)
        self._hang_up()
        return ended

    def _fail(self, item: OutboxItem, error: str) -> str:
        failures = item.failures + 1
        if rules.is_given_up(failures):
            return self._give_up(item, error)
        # No cryptographic randomness needed: it only spreads attempts over time.
        pause = rules.pause_after(failures, luck=random.random())  # noqa: S311
        next_try = self.now + pause
        if item.channel == OutboxChannel.EMAIL:
            next_try = next_working_time(next_try, self._calendar)
        return self._end(
            item,
            OutboxState.FAILED,
            error=error,
            failures=F("failures") + 1,
            next_try_at=next_try,
        )

    @transaction.atomic
    def _give_up(self, item: OutboxItem, error: str) -> str:
        ended = self._end(item, OutboxState.DEAD, error=error, failures=F("failures") + 1)
        if ended == OutboxState.DEAD:
            sentence = f"给{item.user.name}的{item.what.label}没有送达，不再重试：{error}。"
            trail.record("outbox.give_up", item, by=None, at=self.now, sentence=sentence)
        return ended

    def _end(self, item: OutboxItem, state: OutboxState, **fields: object) -> str:
        """Save the result of an attempt, unless a later attempt took over."""
        held = OutboxItem.objects.filter(pk=item.pk).held_by(item.attempts)
        if not held.update(state=state, lease_until=None, **fields):
            logger.warning("outbox %s: attempt %s has lost its lease", item.key, item.attempts)
            return "lost"
        if error := fields.get("error"):
            logger.warning("outbox %s (%s): %s, %s", item.key, item.action, state, error)
        return state

    def _hang_up(self) -> None:
        """Close the connection; an error in closing is only logged."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                logger.info("the mail server was gone before the connection was closed")


def due_on(day: date) -> OutboxQuerySet:
    """Return the items that would be sent during a day, as of now."""
    at = last_moment_of(day)
    found = OutboxItem.objects.due(
        at=at, channels=channels_on(), is_working_time=is_working_time(at, working_days())
    )
    return found.with_what_it_tells()


def void_because(item: OutboxItem) -> str:
    """Return why an item need not be sent any more; empty if it still has to be sent."""
    reasons: dict[str, Callable[[], bool]] = {
        "收件人已停用": lambda: not item.user.is_active and item.begun is None,
        "收件人没有填邮箱": lambda: item.channel == OutboxChannel.EMAIL and not item.user.email,
        "消息已办结或已读": lambda: (
            item.channel == OutboxChannel.EMAIL and not mail.untold_of(item)
        ),
        "事项已办结": lambda: (
            item.what is OutboxAction.CREATE
            and item.message is not None
            and item.message.settled_at is not None
        ),
        "待办没有建成": lambda: item.begun is not None and item.begun.state != OutboxState.SENT,
    }
    return next((why for why, holds in reasons.items() if holds()), "")
