"""Which events of this app belong to a measure or an agency, for the selects of 审计."""

from itertools import groupby
from operator import attrgetter

from django.db.models import F, Q

from agencies.audit.scopes import events_about
from agencies.contributions import AuditScope
from measures.models import (
    ChaseRound,
    CoordinationItem,
    Filing,
    Instruction,
    Measure,
    Objection,
    SheetImport,
)


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


def _measures() -> list[tuple[int, str]] | list[tuple[str, list[tuple[int, str]]]]:
    """All measures; under the numbers of their notices where there are several."""
    rows = Measure.objects.order_by("notice", "ordinal").annotate(number=F("notice__number"))
    groups = [
        (number, [(one.pk, str(one)) for one in own])
        for number, own in groupby(rows, attrgetter("number"))
    ]
    return groups if len(groups) > 1 else [pair for _, own in groups for pair in own]


BY_MEASURE = AuditScope("measure", "措施", _measures)
