"""The notice's own milestones and indicators: loaded once, then maintained by staff."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from measures.access import lead_of
from measures.models import Indicator, IndicatorTarget, Measure, Milestone, Notice


@transaction.atomic
def load_promises(notice: Notice, known: dict) -> int:
    """Add the milestones and indicators of notice.toml that are missing; return how many.

    They are recognised by the notice's own wording, which nobody can change or delete, so changes
    by staff, such as a later day or another name, are kept. Safe for a notice that was loaded
    without any. Baselines and days that the notice does not give are 待定.
    """
    Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    measures = {measure.ordinal: measure for measure in Measure.objects.filter(notice=notice)}
    added = 0
    for section in known["sections"]:
        for one in section["measures"]:
            measure = measures[one["ordinal"]]
            added += sum(_add_milestone(measure, row) for row in one.get("milestones", ()))
            added += sum(_add_indicator(measure, row) for row in one.get("indicators", ()))
    return added


def _add_milestone(measure: Measure, known: dict) -> bool:
    if measure.milestones.filter(wording=known["wording"]).exists():
        return False
    notice = measure.notice
    lead = lead_of(measure, on=measure.notice.issued_on)  # according to the notice itself
    due_on: date = known["due_on"]
    Milestone.objects.create(
        measure=measure,
        title=known["title"],
        due_on=due_on,
        original_due_on=due_on,
        agency=lead,
        agency_name=lead.name_then if lead else "",
        wording=known["wording"],
        source=notice.number,
        remark=known["remark"],
    )
    return True


def _add_indicator(measure: Measure, known: dict) -> bool:
    if measure.indicators.filter(wording=known["wording"]).exists():
        return False
    indicator = Indicator.objects.create(
        measure=measure,
        name=known["name"],
        unit=known.get("unit", ""),
        decimals=known.get("decimals", 0),
        direction=known["direction"],
        meaning=known["meaning"],
        wording=known["wording"],
    )
    of, out_of = known.get("target_share", (None, None))
    value = Decimal(known["target"]) if "target" in known else None
    if of or value is not None:
        goal = {"value": value, "share_of": of, "share_out_of": out_of}
        IndicatorTarget.objects.create(indicator=indicator, basis=measure.notice.number, **goal)
    return True
