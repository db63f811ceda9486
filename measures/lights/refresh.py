"""Keeping the lights on the rows, and how they went."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from measures.lights.current import keep_verdict, kept_verdict
from measures.lights.facts import Gathered, gather
from measures.models import LightChange, Measure
from measures.rules.facts import Verdict

BATCH = 500
MISSED_MOST = 92  # days; what lies further back than a quarter is not gone through day by day
ONE_DAY = timedelta(days=1)
_postponed: ContextVar[bool] = ContextVar("postponed", default=False)
KEPT = (
    "light",
    "light_sentence",
    "light_filing",
    "light_cause",
    "light_on",
    "light_until",
    "computed_light",
    "computed_sentence",
    "computed_cause",
    "computed_filing",
)
_HISTORY = ("light", "label", "sentence", "cause", "filing", "until")


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
    """Work out the lights of measures and keep them on their rows, with what changed since.

    Gives how many were judged; only rows whose light has changed are written whole, of the others
    the day. Days that were missed since the last time are gone through for the history. The verbs
    that change a fact call it inside their own transaction, with the rows locked. Not an event
    of its own: what changed the light is one.
    """
    measures = list(measures)
    if not measures:
        return 0
    gathered = gather(measures, on=on, since=_first_missed(measures, on))
    changed: list[Measure] = []
    same: list[int] = []
    history: list[LightChange] = []
    for measure in measures:
        verdict, before = gathered.judge(measure, on), kept_verdict(measure)
        history += _history(measure, verdict, gathered, on)
        if verdict != before:
            keep_verdict(measure, verdict, on=on)
            changed.append(measure)
        elif measure.light_on != on:
            measure.light_on = on
            same.append(measure.pk)
    _write(changed)
    if same:
        Measure.objects.filter(pk__in=same).update(light_on=on)
    if history:
        LightChange.objects.bulk_create(
            history,
            update_conflicts=True,
            unique_fields=["measure", "on"],
            update_fields=_HISTORY,
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
    if not _postponed.get():
        refresh_lights(_locked().filter(pk__in=list(measure_ids)), on=on)


def refresh_all_lights(*, on: date) -> int:
    """Work out every light, a batch in a transaction each, so that no page is locked out."""
    # A notice's measures together, so that its periods are read for one batch or two.
    ids = list(Measure.objects.order_by("notice", "pk").values_list("pk", flat=True))
    return sum(_refresh_batch(ids[n : n + BATCH], on) for n in range(0, len(ids), BATCH))


def doubt_lights(*, on: date) -> None:
    """Let nobody believe what was kept for a day: something behind all lights has changed.

    One statement, inside the transaction of that change. Every page works its lights out until
    refresh_all_lights has kept them again; what was judged before, and when, is not forgotten.
    """
    Measure.objects.filter(light_on=on).update(light_on=on - ONE_DAY)


@transaction.atomic
def _refresh_batch(ids: list[int], on: date) -> int:
    return refresh_lights(_locked().filter(pk__in=ids), on=on)


def _write(measures: list[Measure]) -> None:
    """Store what the rows hold of their lights; the rows are locked, so every one exists.

    An upsert that always updates: one statement in which each row is named once. bulk_update
    writes a CASE over all rows for each of the ten fields, which took 17 s of CPU for 10,000
    rows, where this takes one.
    """
    Measure.objects.bulk_create(
        measures, update_conflicts=True, unique_fields=["id"], update_fields=KEPT
    )


def _locked() -> QuerySet[Measure]:
    """Measures locked in one order: see measures.actions on the circle."""
    return Measure.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def _missed(measure: Measure, on: date) -> list[date]:
    """The days since a measure was last judged, today not among them; oldest first."""
    if measure.light_on is None:
        return []
    days = min((on - measure.light_on).days - 1, MISSED_MOST)
    return [on - n * ONE_DAY for n in range(days, 0, -1)]


def _first_missed(measures: list[Measure], on: date) -> date | None:
    return min((days[0] for measure in measures if (days := _missed(measure, on))), default=None)


def _history(
    measure: Measure, verdict: Verdict, gathered: Gathered, on: date
) -> Iterator[LightChange]:
    """The days from which its light or sentence was another one, as far as they are not told.

    Nothing where it was judged for a later day already: that history is written.
    """
    if measure.light_on is not None and measure.light_on > on:
        return
    last = kept_verdict(measure)
    for day in _missed(measure, on):
        then = gathered.judge(measure, day)
        if _told(then) != _told(last):
            yield _change(measure, then, day)
            last = then
    if _told(verdict) != _told(last):
        yield _change(measure, verdict, on)


def _told(verdict: Verdict | None) -> Verdict | None:
    """What the history tells: of a light set by hand not what the rule would have given."""
    return verdict._replace(computed=None) if verdict else None


def _change(measure: Measure, verdict: Verdict, day: date) -> LightChange:
    return LightChange(
        measure=measure,
        on=day,
        light=verdict.light,
        label=verdict.light.label,
        sentence=verdict.sentence,
        cause=verdict.cause,
        filing_id=verdict.filing_id,
        until=verdict.until,
    )
