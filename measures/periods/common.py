"""Shared by all actions on periods: permission, lock, step, lights, messages."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.inbox.messages import tell
from agencies.models import Agency, Membership, User
from agencies.models.user import UserQuerySet
from agencies.permissions import Perm, Role
from measures.choices import MeasureMessage
from measures.lights.refresh import refresh_lights
from measures.models import Filing, Measure, Notice, Period, Responsibility
from measures.models.alternate_filing import alternating
from measures.models.filing import FilingQuerySet
from measures.rules.periods import demand_period_step
from measures.rules.responsibilities import duty_day

ASKING = ("open", "reopen")  # steps that ask for filings; not for archived notices


def demand(by: User | None) -> None:
    """Raise PermissionDenied unless the person may manage periods; None is the system."""
    if by is not None:
        by.demand(Perm.KEEP_PERIODS)


def take_period(period: Period, name: str, *, by: User | None) -> Period:
    """Lock the period and check the person and the step; every action on a period begins here.

    Raises PermissionDenied for the person, whatever the state, and DomainError for the step.
    """
    demand(by)
    if name in ASKING:
        Notice.objects.select_for_update(no_key=True).get(pk=period.notice_id).demand_open()
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    demand_period_step(period.state, name)
    return period


def asked_in(period: Period, *, on: date) -> QuerySet[Responsibility]:
    """Return the responsibilities that get filings if the period is opened on a day."""
    return duties_in(period, on=on).exclude(measure__in=alternating(period).values("pk"))


def duties_in(period: Period, *, on: date) -> QuerySet[Responsibility]:
    """The same, with those of measures that it skips (隔期填报)."""
    day = duty_day(covers_to=period.covers_to, on=on)
    return Responsibility.objects.valid(on=day).filter(measure__in=_open_measures(period))


def skipped_in(period: Period) -> QuerySet[Measure]:
    """Return unfinished measures that opening a draft would skip (隔期填报)."""
    return _open_measures(period).filter(pk__in=alternating(period).values("pk"))


def unasked_in(period: Period) -> str:
    """Return a sentence on measures of a special period with unconfirmed agencies; or empty."""
    if not period.is_special:
        return ""
    known = Measure.objects.confirmed().values("pk")
    unknown = period.measures.exclude(pk__in=known).exclude(pk__in=period.filings.values("measure"))
    marks = "".join(one.mark for one in unknown)
    return f"{marks}责任单位待核对，核对前不向任何单位布置" if marks else ""


def _open_measures(period: Period) -> QuerySet[Measure]:
    measures = Measure.objects.filter(notice=period.notice_id)
    if period.is_special:
        measures = measures.filter(pk__in=period.measures.values("pk"))
    return measures.confirmed().filter(completed_on__isnull=True)


def without_liaison(asked: QuerySet[Responsibility], *, on: date) -> list[Agency]:
    """Return the agencies of some responsibilities that have no liaison, in protocol order."""
    agencies = Agency.objects.filter(pk__in=asked.values("agency"))
    held = Membership.objects.current(on=on).filter(role=Role.LIAISON, user__is_active=True)
    return list(agencies.exclude(pk__in=held.values("agency")).order_by("order"))


def is_main(period: Period) -> bool:
    """Whether it is of the notice's main kind: only those affect lights and take snapshots."""
    return Notice.objects.filter(pk=period.notice_id, main_kind=period.kind).exists()


def refresh_lights_of(period: Period, *, on: date, is_new: bool = False) -> None:
    """Compute the lights that the period may have changed.

    `is_new`: it was just opened. A period that is not due affects no light, so lights stored for
    the day are kept (measures.lights.facts).
    """
    if not is_main(period):
        return
    measures = Measure.objects.filter(notice=period.notice_id)
    if is_new and not period.is_due(on=on):
        measures = measures.exclude(light_on=on)
    refresh_lights(measures.select_for_update(no_key=True).order_by("pk"), on=on)


def liaisons_of(filings: FilingQuerySet, at: datetime) -> UserQuerySet:
    agencies = filings.values_list("agency", flat=True)
    return User.objects.holding_in_any(agencies, Role.LIAISON, on=localdate(at))


def _which(period: Period) -> str:
    """Return the notice's number for a message, if there are several: period names are alike."""
    numbers = dict(Notice.objects.open().order_by().values_list("pk", "number"))
    return f"{numbers.get(period.notice_id, '')}：" if len(numbers) > 1 else ""


def tell_owing(filings: FilingQuerySet, period: Period, sentence: str, at: datetime) -> None:
    """Notify the liaisons of the agencies that owe some filings of a period, each once."""
    is_new = period.opened_at == at
    sentence = _which(period) + sentence
    tell(
        liaisons_of(filings, at),
        kind=MeasureMessage.PERIOD_OPENED if is_new else MeasureMessage.PERIOD_CHANGED,
        sentence=sentence,
        url=f"{reverse('measures:my_filings')}?period={period.pk}",
        at=at,
    )


def tell_keepers(period: Period, sentence: str, at: datetime) -> None:
    """Notify the commission's coordinators of an automatic step of a period."""
    tell(
        User.objects.holding(Role.COORDINATOR, on=localdate(at)),
        kind=MeasureMessage.PERIOD_CHANGED,
        sentence=_which(period) + sentence,
        url=reverse("measures:period", args=[period.pk]),
        at=at,
    )


def lock_filings(period: Period) -> list[Filing]:
    """Lock all filings: submissions under way are finished first, later ones see the new state."""
    filings = Filing.objects.filter(period=period).order_by("pk")
    return list(filings.select_for_update(no_key=True))
