"""Removes reminders from inboxes once nothing they asked for is owed."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from agencies.inbox.messages import settle, settle_by, settling
from agencies.models import Membership, Message
from agencies.permissions import Role
from lib.arrays import among
from lib.prepared import Prepared, day_stand_in, prepared
from measures.choices import InstructionRung, MeasureMessage
from measures.models import Addressee, ChaseRound, Filing, Instruction, InstructionTold


def settle_chases(filings: QuerySet[Filing], *, at: datetime) -> None:
    """Settle the reminders of these filings, which were submitted or extended."""
    links = _links(filings).filter(message__settled_at__isnull=True)
    told = list(links.values_list("message", flat=True).distinct())
    settle(_done(told, on=localdate(at), but=filings), at=at)


def settle_chases_of(filing: Filing, *, at: datetime) -> None:
    """Settle the reminders of one filing. Fast: every submission calls it, and most have none."""
    if told := [pk for (pk,) in _told_of_one().rows([filing.pk])]:
        settle_by(_settling_for_one(), [filing.pk, localdate(at), told], at=at)


def settle_reminders(instruction: Instruction, *, at: datetime) -> None:
    """Settle the reminders of an instruction for people who owe no answer any more."""
    moments = InstructionTold.objects.filter(instruction=instruction, is_passed=False)
    sent = Message.objects.filter(created_at__in=moments.values("at"), settled_at__isnull=True)
    settle(_done(list(sent.values_list("pk", flat=True)), on=localdate(at)), at=at)


@cache
def _told_of_one() -> Prepared:
    """Return the statement for the messages of a filing in people's inboxes.

    If it were part of the next one, PostgreSQL would look at all reminders first.
    """
    links = _links(Filing.objects.filter(pk=-1)).filter(message__settled_at__isnull=True)
    return prepared(links.values_list("message").distinct(), "bigint")


@cache
def _settling_for_one() -> Prepared:
    """Return the statement that settles a filing's messages; parameters: it, the day, they."""
    done = _done(-3, on=day_stand_in(-2), but=Filing.objects.filter(pk=-1))
    return settling(done, "bigint", "date", "bigint[]")


def _links(filings: QuerySet[Filing]) -> QuerySet:
    links = ChaseRound.messages.through.objects
    return links.filter(chaseround__urges__filing__in=filings.values("pk"))


def _done(
    told: Collection[int] | int, *, on: date | Cast, but: QuerySet[Filing] | None = None
) -> QuerySet[Message]:
    """Return those of some messages that ask for nothing owed; `but` counts as not owed.

    `told`: the ids of the messages, or the placeholder of an array of them.

    Filings that they ask for are found once, from all messages: by a condition on each message
    PostgreSQL would read all owed filings again and again, for seconds where there are many.
    """
    owed = Filing.objects.chased().filter(
        urges__round__messages__in=among(told),
        urges__sent_at__isnull=False,
        urges__due_on=F("chased_day"),  # an extended one gets new reminders
    )
    if but is not None:
        owed = owed.exclude(pk__in=but.values("pk"))
    asked = Message.objects.filter(kind=MeasureMessage.CHASE, pk__in=among(told))
    asked = asked.exclude(pk__in=owed.values("urges__round__messages"))
    return asked.filter(~Exists(_unanswered(on)))


def _unanswered(on: date | Cast) -> QuerySet[Addressee]:
    """Return the missing answers that a message asks for; recipients as in instructions.py."""
    posts = Membership.objects.current(on=on).filter(user=OuterRef(OuterRef("user")))
    answers = posts.filter(agency=OuterRef("agency"), role__in=(Role.LIAISON, Role.AGENCY_HEAD))
    overseen = Q(instruction__by=OuterRef("user")) | Exists(posts.filter(role=Role.CHIEF))
    return Addressee.objects.filter(
        Exists(answers) | overseen & Q(instruction__told__rung=InstructionRung.LATE),
        instruction__told__at=OuterRef("created_at"),
        instruction__told__is_passed=False,
        instruction__closed_at__isnull=True,
        instruction__withdrawn_at__isnull=True,
        replies__isnull=True,
    )
