"""The demonstration's year, day by day: each light, and which act improved it."""

from datetime import timedelta

import pytest
from django.db import transaction

from agencies.models import Event
from measures.chasing.effect import effects, last_periods
from measures.choices import Light, Rung
from measures.demonstration import seed
from measures.models import (
    ClosingRequest,
    DueDateRequest,
    Filing,
    Indicator,
    LightChange,
    Measure,
    Milestone,
    OverrideRequest,
    Urge,
    Workday,
)
from measures.notice.load import load_basis
from measures.tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = timedelta(days=1)
WORST_FIRST = [Light.RED, Light.YELLOW, Light.WAITING, Light.GREEN]
FIELDS = ("measure__ordinal", "on", "light", "cause", "sentence", "worst_sentence", "severity")


def histories():
    rows = LightChange.objects.order_by("measure__ordinal", "on").values_list(*FIELDS)
    kept = Measure.objects.order_by("ordinal").values_list("light_run_on", "light_since")
    return list(rows), list(kept)


def test_played_night_by_night_or_months_at_once_the_histories_are_the_same(
    play_demonstration, monkeypatch
):
    assert seed.NIGHTS >= 60 * DAY  # as what others look at was played
    with transaction.atomic():
        play_demonstration(on=TODAY, at=NOW)
        seldom = histories()
        transaction.set_rollback(True)
    monkeypatch.setattr(seed, "NIGHTS", DAY)
    load_basis(at=NOW)
    seed.load_demonstration(on=TODAY, at=NOW)
    nightly = histories()
    assert len(nightly[0]) > 30
    assert nightly == seldom


def acts_on(measure, day):
    """Return a day's acts on a measure, its filings, dates, milestones and indicators."""
    own = {("measures.measure", measure.pk)}
    for model in (Filing, Milestone, Indicator, DueDateRequest, ClosingRequest, OverrideRequest):
        rows = model.objects.filter(measure=measure).values_list("pk", flat=True)
        own |= {(model._meta.label_lower, pk) for pk in rows}
    events = Event.objects.filter(at__date=day).order_by("at")
    return [one.action for one in events if (one.target_type, one.target_id) in own]


def test_no_light_gets_better_on_a_day_without_an_act(play_demonstration):
    play_demonstration(on=TODAY, at=NOW)
    better = {}
    for measure in Measure.objects.all():
        runs = [
            (row.on, Light(row.light))
            for row in measure.light_changes.order_by("on")
            if row.light != Light.GREY
        ]
        for (_, before), (day, after) in zip(runs, runs[1:], strict=False):
            if WORST_FIRST.index(after) > WORST_FIRST.index(before):
                better[measure.ordinal, day] = acts_on(measure, day)
    assert len(better) == 8
    assert [one for one, acts in better.items() if not acts] == []


def test_the_ladder_was_climbed_on_its_days_and_moved_something(play_demonstration):
    play_demonstration(on=TODAY, at=NOW)
    told = Urge.objects.sent()
    assert {*told.filter(filing__period__state="closed").values_list("rung", flat=True)} == {*Rung}
    assert not Urge.objects.queued().exists()
    found = {
        one.rung: one for one in effects(last_periods(), calendar=Workday.objects.as_calendar())
    }
    moved = {rung for rung, one in found.items() if any(period.filed for period in one.periods)}
    assert moved == {Rung.REMIND, Rung.DUE, Rung.CHASE, Rung.LETTER}
    assert [rung for rung, one in found.items() if one.is_idle] == [Rung.CIRCULAR]
    by_hand = told.filter(rung=Rung.MANUAL)
    assert by_hand.filter(filing__period__state="open").exists()
    assert by_hand.filter(answered_at__isnull=False, promised_on__isnull=True).count() == 1
    assert by_hand.filter(promised_on__isnull=False).count() == 2
