"""Which events of this app belong to a measure or an agency, for the selects of 审计."""

from django.db.models import Q

from agencies.audit.scopes import events_about
from agencies.contributions import AuditScope
from measures.models import Filing, Instruction, Measure, Objection, SheetImport


def events_of_measure(pk: int) -> Q:
    return events_about(
        Measure.objects.filter(pk=pk),
        Filing.objects.filter(measure=pk),
        Objection.objects.filter(measure=pk),
        Instruction.objects.filter(measure=pk),
    )


def events_of_agency(pk: int) -> Q:
    return events_about(
        Filing.objects.filter(agency=pk),
        Objection.objects.filter(agency=pk),
        Instruction.objects.filter(addressees__agency=pk),
        SheetImport.objects.filter(agency=pk),
    )


def _measures() -> list[tuple[int, str]]:
    return [(measure.pk, str(measure)) for measure in Measure.objects.order_by("notice", "ordinal")]


BY_MEASURE = AuditScope("measure", "措施", _measures)
