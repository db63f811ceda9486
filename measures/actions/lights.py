"""Keeping the lights on the rows."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from measures.lights import work_out
from measures.models import Measure, Notice

BATCH = 500


def refresh_lights(measures: Iterable[Measure], *, on: date) -> int:
    """Work out the lights of measures of one notice and keep them on their rows.

    Gives how many rows were written. The verbs that change a fact call it inside their own
    transaction. Not an event of its own: what changed the light is one.
    """
    measures = list(measures)
    verdicts = work_out(measures, on=on)
    for measure in measures:
        verdict = verdicts[measure.pk]
        measure.light = verdict.light
        measure.light_sentence = verdict.sentence
        measure.light_filing_id = verdict.filing_id
        measure.light_on = on
    Measure.objects.bulk_update(
        measures, ["light", "light_sentence", "light_filing", "light_on"], batch_size=BATCH
    )
    return len(measures)


def refresh_light(measure_id: int, *, on: date) -> None:
    """Work out one measure's light and keep it."""
    refresh_lights(Measure.objects.select_related("notice").filter(pk=measure_id), on=on)


def refresh_all_lights(*, on: date) -> int:
    """Work out every light, a batch in a transaction each, so that no page is locked out."""
    written = 0
    for notice in Notice.objects.all():
        ids = list(Measure.objects.filter(notice=notice).values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            written += _refresh_batch(ids[start : start + BATCH], on)
    return written


@transaction.atomic
def _refresh_batch(ids: list[int], on: date) -> int:
    # Locked in one order, so that the job and a verb never wait for each other in a circle.
    rows = Measure.objects.select_related("notice").select_for_update(of=("self",))
    return refresh_lights(rows.filter(pk__in=ids).order_by("pk"), on=on)
