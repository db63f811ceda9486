"""进度变化: updates, closing and reopening, in one list and one chart."""

from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.approvals.closing import agree_closing, reopen_measure
from measures.models import ClosingRequest, Measure
from measures.status.actions import update_status
from measures.status.history import history_of
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    make_dated_measure,
    make_measure,
    make_user,
)
from measures.tests.request_factories import make_closing_request

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def coordinator():
    return make_user(Role.COORDINATOR, commission())


@pytest.fixture
def chief():
    return make_user(Role.CHIEF, commission())


def closed(measure, chief, at):
    return agree_closing(make_closing_request(measure), by=chief, at=at)


def told(measure):
    """Return old status, new status and word of each step; the oldest first."""
    found = history_of(
        Measure.objects.get(pk=measure.pk), ClosingRequest.objects.all(), on=TODAY + 9 * DAY
    )
    return found, [(step.before, step.words, step.word) for step in reversed(found.steps)]


def test_a_dated_measure_ends_at_done_and_goes_on_when_it_is_reopened(coordinator, chief):
    measure = make_dated_measure()
    said = {"stage": "nearly_done", "percent": 90, "reason": "差一点。"}
    update_status(measure, by=coordinator, at=NOW, **said)
    request = closed(measure, chief, NOW + DAY)
    history, steps = told(measure)
    assert steps[1] == ("基本完成 90%", "已完成 100%", "办结")
    assert history.steps[0].reason == "负责人同意办结，2026-11-20完成。"
    assert history.steps[0].by == chief
    assert [place.label[11:] for place in history.chart.places] == ["基本完成 90%", "已完成 100%"]
    reopen_measure(request, by=chief, reason="又有新任务。", at=NOW + 2 * DAY)
    history, steps = told(measure)
    assert steps[1:] == [
        ("基本完成 90%", "已完成 100%", "办结"),
        ("已完成 100%", "推进中 90%", "重新启动"),
    ]
    assert [place.label[11:] for place in history.chart.places][-1] == "推进中 90%"
    assert [step.is_newest for step in history.steps] == [True, False, False]


def test_an_ongoing_measure_turns_into_routine(coordinator, chief):
    measure = make_measure()
    said = {"stage": "under_way", "percent": None, "reason": "按计划推进。"}
    update_status(measure, by=coordinator, at=NOW, **said)
    request = closed(measure, chief, NOW + DAY)
    history, steps = told(measure)
    assert steps[1] == ("推进中", "常态化", "转入常态")
    assert [tick.label for tick in history.chart.y_ticks][-1] == "常态化"
    assert history.chart.places[-1].y < history.chart.places[0].y  # the line ends at the top
    reopen_measure(request, by=chief, reason="又有新任务。", at=NOW + DAY)  # the same moment
    assert told(measure)[1][1:] == [
        ("推进中", "常态化", "转入常态"),
        ("常态化", "推进中", "重新启动"),
    ]


def test_closed_without_any_update_there_is_still_a_line_and_nothing_to_correct(chief):
    measure = make_measure()
    closed(measure, chief, NOW)
    history, steps = told(measure)
    assert steps == [("", "常态化", "转入常态")]
    assert history.chart is not None
    assert not history.has_updates


@pytest.mark.parametrize("state", ["open", "refused", "withdrawn"])
def test_what_was_not_agreed_to_closes_nothing(state):
    measure = make_measure()
    make_closing_request(measure, state=state)
    assert told(measure)[1] == []
