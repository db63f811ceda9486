"""Compute lights and store them on the measures, with their history."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction

from lib.arrays import among
from lib.enqueue import enqueue_after_commit
from lib.inserting import update_fields, upsert_rows
from lib.memory import uncollected
from lib.prepared import PreparedObjects
from measures.choices import Cause
from measures.lights.current import keep_verdict
from measures.lights.facts import Gathered, gather
from measures.models import AlternateFiling, LightChange, Measure
from measures.models.alternate_filing import STUCK
from measures.rules.facts import Verdict

BATCH = 1_000
MISSED_MOST = 92  # days; about a quarter: older missed days are not computed one by one
ONE_DAY = timedelta(days=1)
_postponed: ContextVar[bool] = ContextVar("postponed", default=False)
KEPT = (
    "light",
    "light_sentence",
    "light_filing",
    "light_cause",
    "light_on",
    "light_until",
    "light_since",
    "light_run_on",
    "light_worst",
    "light_findings",
    "computed_light",
    "computed_sentence",
    "computed_cause",
    "computed_filing",
)
_STORED = [field.attname for field in Measure._meta.concrete_fields if field.name in KEPT]
_kept = attrgetter(*(name for name in _STORED if name != "light_on"))
# The columns from which lights are computed, beside those of other tables.
_DECIDING = ("notice_id", "nature", "stage", "percent", "starts_on", "due_on")
_WORST = ("worst_sentence", "severity")
_RUN = ("light", "label", "sentence", "cause", "filing", "until", "is_old_rule", *_WORST)


class RunChanges(NamedTuple):
    """Runs to write, for upsert_rows(): new ones, and ones more severe than ever before."""

    begun: list[dict[str, Any]]
    worse: list[dict[str, Any]]


@contextmanager
def lights_at_the_end() -> Iterator[None]:
    """Open a context in which actions do not compute the light of the measure they change.

    For loading data with hundreds of actions in one transaction; the caller computes all lights at
    the end. Opening and closing a period still compute them, so that snapshots are right.
    """
    token = _postponed.set(True)
    try:
        yield
    finally:
        _postponed.reset(token)


def refresh_lights(measures: Iterable[Measure], *, on: date) -> int:
    """Compute lights and store them on the measures, with their history; return how many.

    All columns are written only if the light has changed, else only the day. Days missed since the
    last time are computed for the history. Actions that change a fact call this inside their
    transaction, with the rows locked. It records no event: the action that changed the light does.
    """
    measures = list(measures)
    if not measures:
        return 0
    missed = [_missed(measure, on) for measure in measures]
    since = min((days[0] for days in missed if days), default=None)
    gathered = gather(measures, on=on, since=since)
    changed: list[Measure] = []
    same: list[int] = []
    history = RunChanges([], [])
    for measure, days in zip(measures, missed, strict=True):
        before, was_on = _kept(measure), measure.light_on
        # A later day was computed already: keep its history, and only correct the row.
        is_earlier = was_on is not None and was_on > on
        found = _judge(measure, gathered, [*days, on])
        if not is_earlier:
            history.begun.extend(found.begun)
            history.worse.extend(found.worse)
        if _kept(measure) != before:
            changed.append(measure)
        elif was_on != on:
            same.append(measure.pk)
        measure.light_on = on
    update_fields(changed, KEPT)
    _end_alternates([one.pk for one in changed if one.light in STUCK])
    if same:
        Measure.objects.filter(pk__in=among(same)).update(light_on=on)
    for rows, fields in ((history.begun, _RUN), (history.worse, _WORST)):
        upsert_rows(LightChange, rows, ("measure", "on"), fields)
    return len(measures)


def _end_alternates(turned: list[int]) -> None:
    """Enqueue the end of 隔期填报 for measures that turned; a task, because it is an action."""
    if turned and AlternateFiling.objects.current().filter(measure__in=turned).exists():
        enqueue_after_commit("measures.tasks.end_alternates")


def refresh_light(measure_id: int, *, on: date) -> None:
    """Compute and store one measure's light.

    The measure is locked first: of two concurrent actions the second sees the first one's changes.
    """
    if not _postponed.get():
        refresh_lights(_locked([measure_id]), on=on)


def refresh_lights_by_id(measure_ids: Iterable[int], *, on: date) -> None:
    """Compute and store the lights of several measures of any notices, each once."""
    if not _postponed.get():
        refresh_lights(_locked(measure_ids), on=on)


def refresh_all_lights(*, on: date) -> int:
    """Compute every light, in short transactions for each batch; return how many."""
    # Ordered by notice, so that a notice's periods are read for one batch or two.
    ids = list(Measure.objects.order_by("notice", "pk").values_list("pk", flat=True))
    return sum(_refresh_batch(ids[n : n + BATCH], on) for n in range(0, len(ids), BATCH))


def doubt_lights(*, on: date) -> None:
    """Mark all lights of a day as out of date, because something changed that concerns all.

    One statement inside the transaction of that change, instead of computing hundreds of lights.
    Pages compute the lights they show until a worker or the nightly refresh has stored them again.
    The history is kept.
    """
    Measure.objects.filter(light_on=on).update(light_on=on - ONE_DAY)
    enqueue_after_commit("measures.tasks.refresh_lights")


@transaction.atomic
def _refresh_batch(ids: list[int], on: date) -> int:
    with uncollected():
        return refresh_lights(_locked(ids), on=on)


def _locked(measure_ids: Iterable[int]) -> list[Measure]:
    """Return measures locked in order of ids; see measures.filings.locking for the reason."""
    return _locking().rows([list(measure_ids)])


@cache
def _locking() -> PreparedObjects:
    """Prepare the statement of _locked(); it reads only what decides or stores a light."""
    rows = Measure.objects.select_for_update(no_key=True).filter(pk__in=among(-1)).order_by("pk")
    return PreparedObjects(rows, "bigint[]", only=[*_DECIDING, *_STORED])


def _missed(measure: Measure, on: date) -> list[date]:
    """Return the days since a measure's light was last computed, without today; oldest first."""
    if measure.light_on is None:
        return []
    days = min((on - measure.light_on).days - 1, MISSED_MOST)
    return [on - n * ONE_DAY for n in range(days, 0, -1)]


def _judge(measure: Measure, gathered: Gathered, days: Iterable[date]) -> RunChanges:
    """Compute some days in order, set the last verdict on the row, and return the runs."""
    begun: dict[date, dict[str, Any]] = {}
    worse: dict[date, dict[str, Any]] = {}
    for day in days:
        last, verdict = _last_cause(measure), gathered.judge(measure, day)
        first, sentence = measure.light_run_on, measure.light_sentence
        if first is None or _cause(verdict) != last:
            measure.light_run_on, measure.light_worst = day, verdict.severity
            begun[day] = _run(measure, verdict, day, verdict.sentence)
        elif verdict.severity > measure.light_worst:
            measure.light_worst = verdict.severity
            # A run that began in this pass is written once, with its most severe day.
            rows = begun if first in begun else worse
            begins = begun[first]["sentence"] if first in begun else sentence
            rows[first] = _run(measure, verdict, first, begins)
        if verdict.since is None:
            verdict = verdict._replace(since=measure.light_run_on)
        keep_verdict(measure, verdict, on=day)
    return RunChanges(list(begun.values()), list(worse.values()))


def _last_cause(measure: Measure) -> tuple[str, str, date | None] | None:
    """Return the key of the row's current run; None if the light was never computed."""
    if measure.light_on is None:
        return None
    return measure.light, measure.light_cause or Cause.NO_PERIOD, measure.light_until


def _cause(verdict: Verdict) -> tuple[str, str, date | None]:
    """Return the key of a run; a growing count or another debtor is still the same cause."""
    return verdict.light, verdict.cause, verdict.until


def _run(measure: Measure, verdict: Verdict, first: date, sentence: str) -> dict[str, Any]:
    """Return the run's row; `verdict` is that of its most severe day so far."""
    return {
        "measure": measure.pk,
        "on": first,
        "light": verdict.light,
        "label": verdict.light.label,
        "sentence": sentence,
        "worst_sentence": verdict.sentence,
        "severity": verdict.severity,
        "is_old_rule": False,
        "cause": verdict.cause,
        "filing": verdict.filing_id,
        "until": verdict.until,
    }
