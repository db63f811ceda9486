"""What belongs to a measure or an agency, for the selects of 审计 and 收件箱: events, messages."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from django.db.models import F, Q
from django.urls import reverse

from agencies.audit.scopes import events_about
from agencies.contributions import AuditScope, MessageScope
from agencies.models import User
from measures.models import (
    ChaseRound,
    CoordinationItem,
    Filing,
    Instruction,
    Measure,
    Notice,
    Objection,
    SheetImport,
)
from measures.models.measure import MeasureQuerySet

CHOICES_MOST = 300  # beyond that a select helps nobody: its mark and title can be searched
Choices = list[tuple[int, str]] | list[tuple[str, list[tuple[int, str]]]]


def events_of_measure(pk: int) -> Q:
    return events_about(
        Measure.objects.filter(pk=pk),
        Filing.objects.filter(measure=pk),
        Objection.objects.filter(measure=pk),
        Instruction.objects.filter(measure=pk),
        CoordinationItem.objects.filter(measure=pk),
    )


def events_of_agency(pk: int) -> Q:
    return events_about(
        Filing.objects.filter(agency=pk),
        Objection.objects.filter(agency=pk),
        Instruction.objects.filter(addressees__agency=pk),
        CoordinationItem.objects.of_agencies([pk]),
        SheetImport.objects.filter(agency=pk),
        ChaseRound.objects.filter(agency=pk),
    )


def messages_of_measure(pk: int) -> Q:
    """Those that name it, as most do, and those that lead to it or to a filing of it."""
    measure = Measure.objects.filter(pk=pk).first()
    if measure is None:
        return Q(pk__in=[])
    found = Q(sentence__contains=str(measure)) | Q(
        url__startswith=reverse("measures:measure", args=[pk])
    )
    filings = Filing.objects.filter(measure=pk).values_list("pk", flat=True)
    ids = "|".join(map(str, filings))
    return found | Q(url__regex=rf"(filing-|filings/|reviews/)({ids})(\D|$)") if ids else found


def _all_measures() -> Choices:
    return _grouped(_in_order(Measure.objects.all()))


def _open_measures(user: User) -> Choices:
    """Those that the person may read, of open notices; none where they are too many."""
    found = Measure.objects.visible_to(user).filter(notice__in=Notice.objects.open())
    rows = list(_in_order(found)[: CHOICES_MOST + 1])
    return _grouped(rows) if len(rows) <= CHOICES_MOST else []


def _in_order(measures: MeasureQuerySet) -> MeasureQuerySet:
    return measures.order_by("notice", "ordinal").annotate(number=F("notice__number"))


def _grouped(measures: Iterable[Measure]) -> Choices:
    """As choices of a select; under the numbers of their notices where there are several."""
    groups = [
        (number, [(one.pk, str(one)) for one in own])
        for number, own in groupby(measures, attrgetter("number"))
    ]
    return groups if len(groups) > 1 else [pair for _, own in groups for pair in own]


EVENTS_BY_MEASURE = AuditScope("measure", "措施", _all_measures)
MESSAGES_BY_MEASURE = MessageScope("measure", "措施", _open_measures, messages_of_measure)
