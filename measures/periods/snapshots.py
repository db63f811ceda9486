"""Taking snapshots of all measures when a period closes."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.timezone import localdate

from measures.choices import Light, Nature, ResponsibilityRole
from measures.models import Filing, Measure, Period, Snapshot
from measures.models.public_status import PublicStatus, public_status_of


def take_snapshots(period: Period, at: datetime) -> list[Snapshot]:
    """Take one snapshot of each of the notice's measures, with the number of this closing.

    Called by close_period, which has locked the period and updated the lights.
    """
    earlier = Snapshot.objects.filter(period=period).aggregate(n=Max("closing"))["n"] or 0
    measures = (
        Measure.objects.filter(notice=period.notice_id)
        .with_responsibilities(on=period.covers_to)
        .order_by("ordinal")
    )
    owed: dict[int, list[Filing]] = {}
    for filing in Filing.objects.filter(period=period).with_history().order_by("agency__order"):
        owed.setdefault(filing.measure_id, []).append(filing)
    return Snapshot.objects.bulk_create(
        Snapshot(
            period=period,
            measure=measure,
            closing=earlier + 1,
            taken_at=at,
            stage=measure.stage,
            stage_label=measure.stage_words,
            percent=measure.percent,
            light=measure.light,
            light_label=Light(measure.light).label,
            light_since=measure.light_since,
            light_findings=measure.light_findings,
            sentence=measure.light_sentence,
            cause=measure.light_cause,
            filing_id=measure.light_filing_id,
            manual_until=measure.light_until,
            agencies=[{"name": d.agency.name_then, "role": d.role} for d in measure.duties],
            title_label=measure.shown_title,
            filed=sum(f.is_in for f in owed.get(measure.pk, [])),
            owed=sum(f.is_owed for f in owed.get(measure.pk, [])),
            nature=measure.nature,
            nature_label=Nature(measure.nature).label,
            due_on=measure.due_on,
            completed_on=measure.completed_on,
            filings=[_filing_then(f, at) for f in owed.get(measure.pk, [])],
        )
        for measure in measures
    )


def _filing_then(filing: Any, at: datetime) -> dict[str, object]:
    """Return one filing's state as JSON, with today's labels; days as text.

    `never_filed`: it is missing, and so were all earlier filings of the agency for the measure.
    """
    status = public_status_of(filing, is_over=True, on=localdate(at))
    first = filing.first_submitted_at if filing.is_in else None
    return {
        "filing": filing.pk,
        "agency": filing.agency_id,
        "name": filing.agency_name,
        "role": filing.role,
        "role_label": ResponsibilityRole(filing.role).label,
        "standing": status.value,
        "standing_label": status.label,
        "due_on": filing.due_on.isoformat(),
        "filed_on": localdate(first).isoformat() if first else None,
        "never_filed": status == PublicStatus.MISSED and not filing.has_ever_filed,
    }
