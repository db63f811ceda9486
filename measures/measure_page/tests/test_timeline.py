"""A measure's dates and milestones as a lane."""

from datetime import date, timedelta

import pytest

from measures.measure_page.timeline import lane_of, legend_of, strip_of
from measures.models import Milestone
from measures.tests.factories import TODAY, make_measure

DAY = timedelta(days=1)


def lane(measure, *milestones, moves=()):
    return lane_of(measure, milestones, moves, on=TODAY)


def milestone(due_on, **more):
    return Milestone(title="一件事", due_on=due_on, **({"original_due_on": due_on} | more))


@pytest.mark.parametrize(
    ("due_on", "is_done", "shape", "word"),
    [
        (TODAY - DAY, False, "▲", "逾期未完成"),
        (TODAY, False, "○", "未到期"),
        (TODAY + DAY, False, "○", "未到期"),
        (TODAY - DAY, True, "■", "已完成"),
        (TODAY + DAY, True, "■", "已完成"),
    ],
)
def test_a_milestone_says_by_its_shape_how_it_stands(db, due_on, is_done, shape, word):
    [point] = lane(make_measure(), milestone(due_on, is_done=is_done)).points
    assert point.shape == shape
    assert point.label.endswith(word)
    assert point.moved_from is None


def test_a_moved_milestone_says_where_it_was(db):
    was = TODAY - 30 * DAY
    [point] = lane(make_measure(), milestone(TODAY, original_due_on=was)).points
    assert point.moved_from == was
    assert f"（原定{was}）" in point.label


def test_an_ongoing_measure_goes_on(db):
    measure = make_measure()
    assert lane(measure) == (measure.starts_on, None, (), False)
    assert strip_of(measure, [], [], on=TODAY) is None


@pytest.mark.parametrize(
    ("due_on", "is_overrun", "tone"),
    [(TODAY - DAY, True, "red"), (TODAY, False, "blue"), (TODAY + DAY, False, "blue")],
)
def test_a_dated_measure_ends_on_its_day_and_overruns_it_from_the_next(
    db, due_on, is_overrun, tone
):
    found = lane(make_measure(nature="dated", due_on=due_on, percent=10))
    assert (found.end, found.is_overrun, found.points[-1].tone) == (due_on, is_overrun, tone)


def test_a_closed_measure_has_its_day_and_no_overrun(db):
    measure = make_measure(
        nature="dated",
        due_on=date(2026, 6, 30),
        percent=100,
        stage="done",
        completed_on=date(2026, 7, 9),
    )
    found = lane(measure)
    assert not found.is_overrun
    assert [point.label for point in found.points] == ["办结2026-07-09", "现行时限2026-06-30"]


def test_the_legend_names_only_the_marks_that_are_drawn(db):
    found = lane(make_measure(), milestone(TODAY - DAY), milestone(TODAY + DAY))
    assert [word for _, _, word in legend_of([found])] == ["逾期未完成", "未到期"]
