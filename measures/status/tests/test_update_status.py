"""Updating a measure's stage and percent."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.errors import DomainError, StaleError
from measures.choices import FilingState, Light, Stage, StatusKind
from measures.models import StatusUpdate
from measures.status.actions import update_status
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


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
    later = {"at": NOW + timedelta(hours=1), "back_reason": "验收未通过。"}
    second = update(measure, people.coordinator, stage=Stage.UNDER_WAY, **later)
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


def test_a_step_back_is_told_from_where(measure, people):
    update(measure, people.coordinator)
    update(measure, people.coordinator, stage=Stage.UNDER_WAY, back_reason="验收未通过。")
    told_last = Event.objects.filter(action="measure.status").latest("pk").sentence
    assert told_last.startswith(f"将{measure}的进度由“基本完成”回退为“推进中”：")


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
    dated = make_dated_measure(percent=0)
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
    period = make_period(due_on=TODAY - timedelta(days=20))
    dated = make_dated_measure(percent=0)
    make_filing(measure=dated, period=period, state=FilingState.ACCEPTED)
    update(dated, people.coordinator, percent=88)
    dated.refresh_from_db()
    assert dated.light == Light.GREEN
    update(dated, people.coordinator, percent=60, back_reason="核减重复统计。")
    dated.refresh_from_db()
    assert dated.light == Light.YELLOW
    update(dated, people.coordinator, stage=Stage.SUSPENDED, percent=60)
    dated.refresh_from_db()
    assert (dated.light, dated.light_sentence) == (Light.GREY, "已中止，暂不评定")


def test_what_held_before_stands_beside_it(people):
    dated = make_dated_measure(percent=50)
    word = update(dated, people.coordinator, percent=60)
    assert (word.words_before, word.words, word.kind) == ("推进中 50%", "基本完成 60%", "updated")


BACKWARD = [
    # stage, percent before; stage, percent after; whether a reason is required
    ("under_way", 50, "under_way", 49, True),
    ("under_way", 50, "under_way", 50, False),
    ("under_way", 50, "under_way", 51, False),
    ("nearly_done", 50, "under_way", 50, True),
    ("nearly_done", 50, "under_way", 60, True),
    ("under_way", 50, "nearly_done", 40, True),
    ("under_way", None, "under_way", 10, False),
    ("under_way", 50, "suspended", 50, False),
    ("suspended", 50, "not_started", 50, False),
]


@pytest.mark.parametrize(("stage", "percent", "to", "to_percent", "needs"), BACKWARD)
def test_going_back_wants_its_reason(people, stage, percent, to, to_percent, needs):
    dated = make_dated_measure(stage=stage, percent=percent)
    said = {"stage": to, "percent": to_percent}
    if needs:
        with pytest.raises(ValidationError, match="须写明回退原因"):
            update(dated, people.coordinator, **said)
        assert not StatusUpdate.objects.exists()
        said["back_reason"] = "核减重复统计。"
    assert update(dated, people.coordinator, **said).stage == to


def test_the_lead_hears_that_it_went_back(people, agency):
    dated = make_dated_measure(lead=agency)
    update(dated, people.coordinator, percent=10, back_reason="核减重复统计。")
    assert told() == {people.liaison, people.head}
    assert only_event().after["back_reason"] == "核减重复统计。"


def test_a_wrong_word_is_corrected_by_a_new_one_that_says_why(measure, people):
    wrong = update(measure, people.coordinator)
    right = update(
        measure,
        people.coordinator,
        stage=Stage.UNDER_WAY,
        reason="误将另一项措施的进展填入。",
        corrects=wrong,
        at=NOW + timedelta(hours=1),
    )
    measure.refresh_from_db()
    assert (measure.stage, right.corrects, wrong.corrected_by) == ("under_way", wrong, right)
    event = Event.objects.get(action="measure.status_correct")
    assert event.sentence == f"将{measure}的进度更正为“推进中”：误将另一项措施的进展填入。"
    assert told() == {people.liaison, people.head}


def test_only_the_newest_word_is_corrected(measure, people):
    first = update(measure, people.coordinator)
    update(measure, people.coordinator, at=NOW + timedelta(hours=1))
    with pytest.raises(DomainError, match="只能更正最近一次进度更新"):
        update(measure, people.coordinator, corrects=first, at=NOW + timedelta(hours=2))


def test_suspending_and_resuming_are_told_to_all_who_answer_for_it(people, agency):
    other = make_agency()
    theirs = make_user(Role.LIAISON, other)
    measure = make_measure(lead=agency, others=(other,))
    off = update(measure, people.coordinator, stage=Stage.SUSPENDED, reason="等待上级政策。")
    assert told() == {people.liaison, people.head, theirs}
    measure.refresh_from_db()
    on = update(measure, people.coordinator, stage=Stage.UNDER_WAY, reason="政策已明确。", at=LATER)
    assert (off.kind, on.kind) == (StatusKind.SUSPENDED, StatusKind.RESUMED)
    assert sorted(Event.objects.values_list("action", flat=True)) == [
        "measure.resume",
        "measure.suspend",
    ]
    sentences = set(Message.objects.values_list("sentence", flat=True))
    assert sentences == {
        f"市商务委中止{measure}：等待上级政策。",
        f"市商务委恢复{measure}，进度为“推进中”：政策已明确。",
    }


def test_somebody_else_s_newer_word_is_shown_and_nothing_is_written(measure, people):
    theirs = update(measure, people.coordinator)
    for seen in (0, theirs.pk + 1):
        with pytest.raises(StaleError, match="已于2026-11-23 10:00将进度更新为“基本完成”"):
            update(measure, people.coordinator, seen=seen, at=LATER)
    assert StatusUpdate.objects.count() == 1
    update(measure, people.coordinator, seen=theirs.pk, at=LATER)
    assert StatusUpdate.objects.count() == 2


def test_it_rests_on_accepted_notes_of_its_own_measure_only(measure, people):
    waiting = make_filing(measure=measure, state=FilingState.SUBMITTED).notes.get()
    alien = make_filing(state=FilingState.ACCEPTED).notes.get()
    for note in (waiting, alien):
        with pytest.raises(DomainError, match="只能依据这项措施已通过的进展"):
            update(measure, people.coordinator, notes=[note])


def test_the_database_holds_the_rule_of_going_back(people):
    dated = make_dated_measure()
    with pytest.raises(IntegrityError, match="status_going_back_has_reason"):
        StatusUpdate.objects.create(
            measure=dated,
            stage="under_way",
            stage_before="under_way",
            percent=40,
            percent_before=50,
            reason="少了。",
            by=people.coordinator,
            at=NOW,
        )
