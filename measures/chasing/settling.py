"""Takes reminders out of inboxes once nothing that they asked for is owed any more."""

from datetime import date, datetime
from functools import cache

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from agencies.inbox.messages import settle
from agencies.models import Membership, Message
from agencies.permissions import Role
from lib.prepared import Prepared, prepared
from measures.choices import InstructionRung, MeasureMessage
from measures.models import Addressee, ChaseRound, Filing, Instruction, InstructionTold


def settle_chases(filings: QuerySet[Filing], *, at: datetime) -> None:
    """Settle what asked for these filings, which lie with their agency no longer or are put off."""
    settle(_asking_only_for(filings, on=localdate(at)), at=at)


def settle_chases_of(filing: Filing, *, at: datetime) -> None:
    """The same for one filing: every handing in asks it, and mostly there is nothing to settle."""
    if done := _asking_only_for_one().rows([filing.pk, localdate(at)]):
        settle(Message.objects.filter(pk__in=[pk for (pk,) in done]), at=at)


def settle_reminders(instruction: Instruction, *, at: datetime) -> None:
    """Settle what reminded of an instruction, for those who owe no answer to it any more."""
    moments = InstructionTold.objects.filter(instruction=instruction, is_passed=False)
    told = Q(created_at__in=moments.values("at"))
    settle(Message.objects.filter(told & _done(localdate(at))), at=at)


@cache
def _asking_only_for_one() -> Prepared:
    """Its values: the filing, the day."""
    on = Cast(Value("-2"), DateField())
    asking = _asking_only_for(Filing.objects.filter(pk=-1), on=on).filter(settled_at__isnull=True)
    return prepared(asking.order_by().values_list("pk"), "bigint", "date")


def _asking_only_for(filings: QuerySet[Filing], *, on: date | Cast) -> QuerySet[Message]:
    """What asked for these filings and asks for nothing else that is owed."""
    links = ChaseRound.messages.through.objects
    told = links.filter(chaseround__urges__filing__in=filings.values("pk"))
    return Message.objects.filter(_done(on, but=filings), pk__in=told.values("message"))


def _done(on: date | Cast, but: QuerySet[Filing] | None = None) -> Q:
    """Chases that ask for nothing that is owed, but for some filings."""
    owed = Filing.objects.chased().filter(
        urges__round__messages=OuterRef("pk"),
        urges__sent_at__isnull=False,
        urges__due_on=F("chased_day"),  # one that was put off is reminded of anew
    )
    if but is not None:
        owed = owed.exclude(pk__in=but.values("pk"))
    return Q(kind=MeasureMessage.CHASE) & ~Q(Exists(owed)) & ~Q(Exists(_unanswered(on)))


def _unanswered(on: date | Cast) -> QuerySet[Addressee]:
    """What a message reminded its person of, by the moment: as instructions.py chooses people."""
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
