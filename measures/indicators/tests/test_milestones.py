"""Editing a measure's milestones."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import AgencyName, Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.indicators import milestones as actions
from measures.models import Milestone
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_agency,
    make_dated_measure,
    make_measure,
    make_milestone,
    make_user,
)

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
SAID = {"title": "平台上线", "due_on": TOMORROW, "source": "工作方案第三条"}


@pytest.fixture
def staff():
    return make_user(Role.COORDINATOR)


def changed(milestone, by, **fields):
    names = ("title", "due_on", "agency", "planned_percent", "source", "remark")
    said = {name: getattr(milestone, name) for name in names}
    return actions.change_milestone(
        milestone, by=by, at=NOW, **said | {"reason": "会议明确。"} | fields
    )


def done(milestone, by, **fields):
    said = {"done_on": TODAY, "source": "验收报告"} | fields
    return actions.complete_milestone(milestone, by=by, at=NOW, **said)


def test_a_milestone_keeps_the_agencys_name_of_the_day_and_tells_its_people(staff):
    agency = make_agency(name="旧名")
    AgencyName.objects.update(valid_to=TODAY - timedelta(days=1))
    AgencyName.objects.create(
        agency=agency, short_name="新名", full_name="重庆市新名", valid_from=TODAY
    )
    liaison = make_user(Role.LIAISON, agency)
    measure = make_measure(lead=agency)
    made = actions.add_milestone(measure, by=staff, agency=agency, at=NOW, **SAID)
    assert (made.agency_name, made.original_due_on) == ("新名", TOMORROW)
    message = Message.objects.get(user=liaison)
    assert message.kind == "milestone"
    assert message.url == f"/measures/{measure.pk}/#milestones"
    event = Event.objects.get(action="milestone.add")
    assert event.target_id == measure.pk
    assert event.after["milestone"] == made.pk


def test_moving_a_day_keeps_the_first_one_and_leaves_both_in_the_trail(staff):
    milestone = make_milestone()
    later = TOMORROW + timedelta(days=30)
    changed(milestone, staff, due_on=later)
    even_later = later + timedelta(days=30)
    changed(milestone, staff, due_on=even_later)
    milestone.refresh_from_db()
    assert (milestone.original_due_on, milestone.due_on) == (TOMORROW, even_later)
    newest = Event.objects.filter(action="milestone.change").first()
    assert newest.before["due_on"] == str(later)
    assert f"日期由{later}改为{even_later}" in newest.sentence


def test_a_change_needs_a_reason_and_a_difference(staff):
    milestone = make_milestone()
    with pytest.raises(DomainError, match="须写明理由"):
        changed(milestone, staff, title="另一件事", reason=" ")
    with pytest.raises(DomainError, match="没有变化"):
        changed(milestone, staff)


@pytest.mark.parametrize(
    "day", [date(2025, 12, 31), date(2027, 1, 1), date(1900, 1, 1), date(9999, 12, 31)]
)
def test_the_day_lies_within_the_measures_own(staff, day):
    with pytest.raises(DomainError, match="节点日期须在开始日期2026-01-01到完成时限2026-12-31之间"):
        actions.add_milestone(make_dated_measure(), by=staff, at=NOW, **SAID | {"due_on": day})


def test_planned_percents_make_the_plan_of_a_measure_with_a_date(staff):
    measure, other = make_dated_measure(), make_dated_measure()
    for day, percent in ((date(2026, 6, 30), 40), (date(2026, 9, 30), 70)):
        actions.add_milestone(
            measure, by=staff, at=NOW, planned_percent=percent, **SAID | {"due_on": day}
        )
    actions.add_milestone(measure, by=staff, at=NOW, **SAID)
    assert Milestone.objects.plans_of([measure, other]) == {
        measure.pk: ((date(2026, 6, 30), 40), (date(2026, 9, 30), 70))
    }


def test_a_percent_that_falls_with_the_days_is_refused(staff):
    measure = make_dated_measure()
    make_milestone(measure, due_on=date(2026, 6, 30), planned_percent=40)
    later = make_milestone(measure, due_on=date(2026, 9, 30), planned_percent=70)
    with pytest.raises(DomainError, match="随日期递增"):
        changed(later, staff, planned_percent=39)
    with pytest.raises(DomainError, match="随日期递增"):
        changed(later, staff, due_on=date(2026, 3, 31))
    later.refresh_from_db()
    assert (later.due_on, later.planned_percent) == (date(2026, 9, 30), 70)


def test_an_ongoing_measure_has_no_planned_percent(staff):
    with pytest.raises(DomainError, match="不填计划进度"):
        actions.add_milestone(make_measure(), by=staff, at=NOW, planned_percent=40, **SAID)


def test_the_plan_of_a_measure_that_became_ongoing_is_not_read():
    measure = make_measure()
    make_milestone(measure, planned_percent=40)
    assert Milestone.objects.plans_of([measure]) == {}


def test_done_and_undone_with_their_grounds(staff):
    milestone = done(make_milestone(), staff)
    assert (milestone.is_done, milestone.done_on, milestone.done_by) == (True, TODAY, staff)
    with pytest.raises(DomainError, match="已登记完成"):
        done(milestone, staff)
    with pytest.raises(DomainError, match="须写明理由"):
        actions.reopen_milestone(milestone, by=staff, reason="", at=NOW)
    milestone = actions.reopen_milestone(milestone, by=staff, reason="误登记。", at=NOW)
    assert (milestone.is_done, milestone.done_on, milestone.done_source) == (False, None, "")
    assert Event.objects.get(action="milestone.reopen").before["done_on"] == str(TODAY)


@pytest.mark.parametrize("day", [TOMORROW, date(2018, 11, 29)])
def test_the_day_it_was_done_is_no_day_to_come_and_none_before_the_start(staff, day):
    with pytest.raises(DomainError, match="实际完成日期须在2018-11-30到2026-11-23之间"):
        done(make_milestone(), staff, done_on=day)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AGENCY_HEAD])
def test_nobody_records_the_milestone_of_their_own_agency(staff, role):
    milestone = make_milestone()
    join(staff, role, milestone.agency)
    with pytest.raises(PermissionDenied, match="您所在单位的节点"):
        done(milestone, staff)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"wording": "在“十三五”期间"}, "原文载明"),
        ({"original_due_on": TODAY}, "调整过日期"),
        ({"due_on": TODAY - timedelta(days=1)}, "已到期"),
    ],
)
def test_what_something_rests_on_is_not_removed(staff, fields, sentence):
    milestone = make_milestone(**fields)
    with pytest.raises(DomainError, match=sentence):
        actions.remove_milestone(milestone, by=staff, reason="重复。", at=NOW)
    done(milestone, staff)
    with pytest.raises(DomainError, match="原文载明|先撤销完成"):
        actions.remove_milestone(milestone, by=staff, reason="重复。", at=NOW)


def test_one_set_by_mistake_is_removed_and_its_words_stay_in_the_trail(staff):
    milestone = make_milestone()
    actions.remove_milestone(milestone, by=staff, reason="重复。", at=NOW)
    assert not Milestone.objects.exists()
    assert Event.objects.get(action="milestone.remove").before["what"] == "办成一件事"
    with pytest.raises(DomainError, match="已被删除"):
        done(milestone, staff)


@pytest.mark.parametrize("role", [Role.CHIEF, Role.LIAISON, Role.LEADER, Role.AUDITOR])
def test_only_the_coordinator_keeps_milestones(staff, role):
    milestone = make_milestone()
    by = make_user(role)
    for verb in (
        lambda: actions.add_milestone(milestone.measure, by=by, at=NOW, **SAID),
        lambda: changed(milestone, by, title="另一件事"),
        lambda: done(milestone, by),
        lambda: actions.remove_milestone(milestone, by=by, reason="重复。", at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_the_same_milestone_twice_on_a_day_is_refused_with_its_sentence(staff):
    measure = make_measure()
    actions.add_milestone(measure, by=staff, at=NOW, **SAID)
    with pytest.raises(ValidationError, match="已有同名节点"):
        actions.add_milestone(measure, by=staff, at=NOW, **SAID)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"is_done": True}, "milestone_done_has_day"),
        ({"done_on": TODAY}, "milestone_done_has_day"),
        ({"planned_percent": 101}, "milestone_percent_in_range"),
        ({"source": ""}, "milestone_says_something"),
        ({"agency_name": ""}, "milestone_agency_named"),
    ],
)
def test_what_the_database_itself_refuses(fields, name):
    make_milestone()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Milestone.objects.update(**fields)
