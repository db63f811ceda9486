"""The nightly job that computes all lights."""

from datetime import timedelta

import pytest
from django.db import transaction

from agencies.models import Event
from measures.choices import Light
from measures.lights import refresh as lights
from measures.lights.facts import gather
from measures.models import Measure
from measures.tests.factories import (
    TODAY,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
)
from measures.tests.threads import at_once

pytestmark = pytest.mark.django_db


def test_every_light_is_kept_with_its_day():
    make_filing(period=make_period(due_on=TODAY - timedelta(days=40)))
    make_dated_measure(due_on=TODAY - timedelta(days=1), percent=100)
    assert lights.refresh_all_lights(on=TODAY) == 2
    assert {(m.light, m.light_on) for m in Measure.objects.all()} == {(Light.RED, TODAY)}
    assert not Event.objects.exists()  # a change of a light is an event; a new day is not


def test_running_twice_or_a_week_late_is_the_same():
    dated = make_dated_measure(due_on=TODAY, percent=100)
    make_period(due_on=TODAY - timedelta(days=20))
    for on, expected in [
        (TODAY, Light.YELLOW),
        (TODAY, Light.YELLOW),
        (TODAY + timedelta(days=7), Light.RED),
    ]:
        lights.refresh_all_lights(on=on)
        dated.refresh_from_db()
        assert (dated.light, dated.light_on) == (expected, on)


def test_many_are_worked_out_in_batches(monkeypatch):
    monkeypatch.setattr(lights, "BATCH", 2)
    make_period(due_on=TODAY - timedelta(days=20))
    for _ in range(5):
        make_measure()
    assert lights.refresh_all_lights(on=TODAY) == 5
    assert Measure.objects.filter(light_on=TODAY).count() == 5


def test_without_a_notice_there_is_nothing_to_do():
    assert lights.refresh_all_lights(on=TODAY) == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_batch_is_kept_and_let_go_before_the_next_begins(monkeypatch):
    """While the second of three runs, a page reads all and an action writes the other two."""
    monkeypatch.setattr(lights, "BATCH", 1)
    make_period(due_on=TODAY - timedelta(days=20))
    ids = [make_measure().pk for _ in range(3)]
    seen = {}

    def others():
        with transaction.atomic():
            seen["kept"] = list(Measure.objects.order_by("pk").values_list("light_on", flat=True))
            free = Measure.objects.select_for_update(skip_locked=True).order_by("pk")
            seen["free"] = list(free.values_list("pk", flat=True))

    def gather_slowly(measures, **days):
        if [measure.pk for measure in measures] == ids[1:2]:
            at_once(others)
        return gather(measures, **days)

    monkeypatch.setattr(lights, "gather", gather_slowly)
    lights.refresh_all_lights(on=TODAY)
    assert seen == {"kept": [TODAY, None, None], "free": [ids[0], ids[2]]}
