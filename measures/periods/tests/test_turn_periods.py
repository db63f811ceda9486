"""Periods that open and close automatically, also if the job missed a day."""

from datetime import timedelta

import pytest

from agencies.models import Event
from measures.models import Filing, Snapshot
from measures.periods.actions import turn_periods
from measures.tasks import turn_periods as task
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, make_filing, make_period

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def planned(**fields):
    return make_period(**{"state": "draft", "opens_by_itself": True, "opens_on": TODAY} | fields)


def running(**fields):
    days = {"due_on": TODAY - 9 * DAY, "closes_on": TODAY - DAY}
    return make_period(**{"closes_by_itself": True} | days | fields)


def state_of(period):
    period.refresh_from_db()
    return period.state


OPENING = [
    # what is planned, whether it opens today
    ({}, True),
    ({"opens_on": TODAY - 30 * DAY}, True),  # missed nights lose nothing
    ({"opens_on": TODAY + DAY}, False),
    ({"opens_by_itself": False}, False),
    ({"due_on": TODAY}, True),
    ({"due_on": TODAY - DAY, "opens_on": TODAY - 9 * DAY}, False),  # a person decides
]


@pytest.mark.parametrize(("plan", "opens"), OPENING)
def test_what_opens_by_itself_opens_from_its_day_to_the_due_day(plan, opens):
    period = planned(**plan)
    assert turn_periods(at=NOW) == opens
    assert state_of(period) == ("open" if opens else "draft")


CLOSING = [
    # what is planned, whether it closes today
    ({}, True),
    ({"closes_on": TODAY - 5 * DAY}, True),
    ({"closes_on": TODAY}, False),  # its last day
    ({"closes_by_itself": False}, False),
]


@pytest.mark.parametrize(("plan", "closes"), CLOSING)
def test_what_closes_by_itself_closes_after_its_last_day(plan, closes):
    period = running(**plan)
    assert turn_periods(at=NOW) == closes
    assert state_of(period) == ("closed" if closes else "open")


def test_it_is_the_system_that_opened_it(measure, people):
    planned()
    turn_periods(at=NOW)
    event = only_event()
    assert (event.actor, event.actor_name) == (None, "系统")
    assert event.sentence == "按计划自动开始“2026年前三季度”填报，布置1项填报任务。"
    assert told("开始填报") == {people.liaison}


def test_it_is_the_system_that_closed_it(measure):
    make_filing(measure=measure, period=running())
    turn_periods(at=NOW)
    assert only_event().sentence == "按计划自动关闭“2026年前三季度”填报，期满未报1项。"
    assert Snapshot.objects.count() == 1


def test_running_twice_does_nothing_more(measure):
    planned()
    assert [turn_periods(at=NOW), turn_periods(at=NOW)] == [1, 0]
    assert (Filing.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.usefixtures("frozen")
def test_the_task_rings_the_verb():
    planned()
    assert task() == 1
