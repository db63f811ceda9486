"""The demonstration's year, day by day: what each light did, and which act made it better."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from agencies.models import Event
from measures.choices import Light
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
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)
WORST_FIRST = [Light.RED, Light.YELLOW, Light.WAITING, Light.GREEN]
FIELDS = ("measure__ordinal", "on", "light", "cause", "sentence", "worst_sentence", "severity")


def played(monkeypatch, nights):
    """The histories as they are written where all lights are judged every so many days."""
    monkeypatch.setattr(seed, "NIGHTS", nights)
    with transaction.atomic():
        seed.load_demonstration(on=ON, at=AT)
        rows = list(LightChange.objects.order_by("measure__ordinal", "on").values_list(*FIELDS))
        kept = list(Measure.objects.order_by("ordinal").values_list("light_run_on", "light_since"))
        transaction.set_rollback(True)
    return rows, kept


def test_played_night_by_night_or_months_at_once_the_histories_are_the_same(
    real_notice, monkeypatch
):
    nightly, seldom = (played(monkeypatch, days * DAY) for days in (1, 60))
    assert len(nightly[0]) > 30
    assert nightly == seldom


def acts_on(measure, day):
    """What was done on a day about a measure, its filings, dates, milestones and indicators."""
    own = {("measures.measure", measure.pk)}
    for model in (Filing, Milestone, Indicator, DueDateRequest, ClosingRequest, OverrideRequest):
        rows = model.objects.filter(measure=measure).values_list("pk", flat=True)
        own |= {(model._meta.label_lower, pk) for pk in rows}
    events = Event.objects.filter(at__date=day).order_by("at")
    return [one.action for one in events if (one.target_type, one.target_id) in own]


def test_no_light_gets_better_on_a_day_without_an_act(real_notice):
    seed.load_demonstration(on=ON, at=AT)
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
