"""Keeping every measure as it stands when a period closes."""

from datetime import datetime

from django.db.models import Max

from measures.choices import Light
from measures.models import Filing, Measure, Period, Snapshot


def take_snapshots(period: Period, at: datetime) -> list[Snapshot]:
    """One snapshot of each of the notice's measures, under the number of this closing.

    Called by close_period, which has locked the period and brought the lights up to date.
    """
    earlier = Snapshot.objects.filter(period=period).aggregate(n=Max("closing"))["n"] or 0
    measures = (
        Measure.objects.filter(notice=period.notice_id)
        .with_responsibilities(on=period.covers_to)
        .order_by("ordinal")
    )
    owed: dict[int, list[Filing]] = {}
    for filing in Filing.objects.filter(period=period):
        owed.setdefault(filing.measure_id, []).append(filing)
    return Snapshot.objects.bulk_create(
        Snapshot(
            period=period,
            measure=measure,
            closing=earlier + 1,
            taken_at=at,
            stage=measure.stage,
            stage_label=measure.stage_choice.label,
            percent=measure.percent,
            light=measure.light,
            light_label=Light(measure.light).label,
            sentence=measure.light_sentence,
            agencies=[{"name": d.agency.name_then, "role": d.role} for d in measure.duties],
            filed=sum(f.is_in for f in owed.get(measure.pk, [])),
            owed=sum(f.is_owed for f in owed.get(measure.pk, [])),
        )
        for measure in measures
    )
