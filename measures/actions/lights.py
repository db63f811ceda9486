"""Keeping the lights on the rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from measures.lights import work_out
from measures.models import Measure, Notice

BATCH = 500
_postponed: ContextVar[bool] = ContextVar("postponed", default=False)


@contextmanager
def lights_at_the_end() -> Iterator[None]:
    """Within, a verb does not work out the light of the measure it touches.

    For loads of hundreds of verbs in one transaction; the caller works out all lights at the end.
    Opening and closing a period still do, so snapshots are right.
    """
    token = _postponed.set(True)
    try:
        yield
    finally:
        _postponed.reset(token)


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
    """Work out one measure's light and keep it.

    Locked first: of two verbs on one measure the second sees what the first has done.
    """
    if not _postponed.get():
        refresh_lights(_locked().filter(pk=measure_id), on=on)


def refresh_lights_by_id(measure_ids: Iterable[int], *, on: date) -> None:
    """The same for several measures, of whatever notices, each once."""
    if _postponed.get():
        return
    of_notice: defaultdict[int, list[Measure]] = defaultdict(list)
    for measure in _locked().filter(pk__in=list(measure_ids)):
        of_notice[measure.notice_id].append(measure)
    for measures in of_notice.values():
        refresh_lights(measures, on=on)


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
    return refresh_lights(_locked().filter(pk__in=ids), on=on)


def _locked() -> QuerySet[Measure]:
    """Measures with their notice, locked in one order: see measures.actions on the circle."""
    rows = Measure.objects.select_related("notice").order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True)
