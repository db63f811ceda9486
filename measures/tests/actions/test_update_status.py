"""The commission's word on how far a measure has got."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures.actions.reviews import update_status
from measures.choices import FilingState, Light, Stage
from measures.models import StatusUpdate
from measures.tests.actions.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
)
from policy_tracker.lib.errors import DomainError

pytestmark = pytest.mark.django_db


def update(measure, by, at=NOW, **fields):
    said = {"stage": Stage.NEARLY_DONE, "percent": None, "reason": "主要任务已完成。"} | fields
    return update_status(measure, by=by, at=at, **said)


def test_the_newest_word_is_the_measures_status(measure, people):
    word = update(measure, people.coordinator)
    measure.refresh_from_db()
    assert (measure.stage, measure.percent, measure.changed_on) == ("nearly_done", None, TODAY)
    assert (word.by, word.at, word.reason) == (people.coordinator, NOW, "主要任务已完成。")


def test_nothing_is_overwritten(measure, people):
    first = update(measure, people.coordinator)
    second = update(measure, people.coordinator, stage=Stage.UNDER_WAY, at=NOW + timedelta(hours=1))
    assert list(measure.status_updates.all()) == [second, first]


def test_the_notes_and_the_period_it_rests_on_are_kept(measure, people):
    filing = make_filing(measure=measure, state=FilingState.ACCEPTED)
    notes = list(filing.notes.all())
    word = update(measure, people.coordinator, notes=notes, period=filing.period)
    assert (list(word.notes.all()), word.period) == (notes, filing.period)


def test_one_event_with_before_and_after_is_left(measure, people):
    update(measure, people.coordinator)
    event = only_event()
    assert event.action == "measure.status"
    assert event.sentence == f"将{measure}的进度定为“基本完成”：主要任务已完成。"
    assert event.before == {"stage": "under_way", "percent": None}
    assert event.after == {"stage": "nearly_done", "percent": None}
    assert told() == set()


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_say_it(measure, people, who):
    with pytest.raises(PermissionDenied):
        update(measure, getattr(people, who))


@pytest.mark.parametrize("fields", [{"stage": Stage.DONE}, {"stage": "lost"}, {"reason": ""}])
def test_what_no_status_may_say_is_refused(measure, people, fields):
    with pytest.raises(ValidationError):
        update(measure, people.coordinator, **fields)
    assert not StatusUpdate.objects.exists()


def test_what_is_done_is_not_updated(people):
    done = make_measure(stage=Stage.DONE, completed_on=TODAY)
    with pytest.raises(DomainError, match="已办结，不能再更新进度。$"):
        update(done, people.coordinator)


@pytest.mark.parametrize("percent", [0, 100, None])
def test_a_dated_measure_has_a_percentage(people, percent):
    dated = make_dated_measure()
    update(dated, people.coordinator, percent=percent)
    dated.refresh_from_db()
    assert dated.percent == percent


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_lies_between_0_and_100(people, percent):
    with pytest.raises(ValidationError):
        update(make_dated_measure(), people.coordinator, percent=percent)


def test_an_ongoing_measure_has_none(measure, people):
    assert update(measure, people.coordinator, percent=50).percent is None


def test_the_light_follows_at_once(people):
    make_period(due_on=TODAY - timedelta(days=20))
    dated = make_dated_measure(percent=0)
    update(dated, people.coordinator, percent=88)
    dated.refresh_from_db()
    assert dated.light == Light.GREEN
    update(dated, people.coordinator, percent=60)
    dated.refresh_from_db()
    assert dated.light == Light.YELLOW
    update(dated, people.coordinator, stage=Stage.SUSPENDED, percent=60)
    dated.refresh_from_db()
    assert (dated.light, dated.light_sentence) == (Light.GREY, "已中止，暂不评定")
