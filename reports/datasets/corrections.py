"""更正事项: corrections made after an earlier period had closed, and thus after its report.

That report is frozen, so the next report lists the correction.
"""

from datetime import datetime

from django.db.models import F, Q

from measures.choices import Decision
from measures.models import Note, Period
from reports.datasets.frozen import clean
from reports.datasets.schema import CorrectionData


def corrections_for(period: Period, *, since: datetime | None) -> list[CorrectionData]:
    """Return the corrections of earlier periods that belong in this period's report.

    `since`: when the previous period closed; None if there is none, and then there are no
    corrections. Corrections accepted before it are in that period's report, those accepted after
    this period closed are in the next one. One query.
    """
    if since is None:
        return []
    until = Q(review__decided_at__lte=period.closed_at) if period.is_closed else Q()
    notes = (
        Note.objects.filter(
            until,
            review__decision=Decision.ACCEPT,
            review__decided_at__gt=since,
            filing__period__notice=period.notice_id,
            filing__period__kind=period.kind,
            filing__period__covers_from__lt=period.covers_from,
            filing__period__closed_at__lt=F("review__decided_at"),
        )
        .exclude(correction_reason="")
        .select_related("filing__period", "filing__measure", "filing__agency")
        .order_by("filing__measure__ordinal", "filing__agency__order", "version")
    )
    return [
        {
            "mark": note.filing.measure.mark,
            "agency": note.filing.agency_name,
            "code": note.filing.agency.code,
            "period": note.filing.period.label,
            "reason": clean(note.correction_reason),
        }
        for note in notes
    ]
