"""较上期变化, case by case."""

from datetime import date

import pytest

from measures.choices import Change, Light, Stage
from measures.rules.comparison import Moment, changes_between, is_backward

RED, YELLOW, GREY = Light.RED, Light.YELLOW, Light.GREY
GREEN, WAITING = Light.GREEN, Light.WAITING
NOT_STARTED, UNDER_WAY, NEARLY, DONE, OFF = (
    Stage.NOT_STARTED,
    Stage.UNDER_WAY,
    Stage.NEARLY_DONE,
    Stage.DONE,
    Stage.SUSPENDED,
)
EARLY, LATE = date(2026, 6, 30), date(2026, 12, 31)

LIGHTS = [
    # before, after, expected
    (RED, RED, set()),
    (RED, YELLOW, set()),  # better, but not yet in order
    (RED, GREEN, {Change.RECOVERED}),
    (RED, WAITING, {Change.RECOVERED}),  # shown as 待审核
    (RED, GREY, set()),
    (YELLOW, RED, {Change.NEWLY_RED}),
    (YELLOW, YELLOW, set()),
    (YELLOW, GREEN, {Change.RECOVERED}),
    (YELLOW, WAITING, {Change.RECOVERED}),
    (YELLOW, GREY, set()),
    (GREEN, RED, {Change.NEWLY_RED}),
    (GREEN, YELLOW, {Change.NEWLY_YELLOW}),
    (GREEN, GREEN, set()),
    (GREEN, WAITING, set()),
    (GREEN, GREY, set()),
    (WAITING, RED, {Change.NEWLY_RED}),
    (WAITING, YELLOW, {Change.NEWLY_YELLOW}),
    (WAITING, GREEN, set()),  # reviewed: the light was in order before
    (WAITING, WAITING, set()),
    (WAITING, GREY, set()),
    (GREY, RED, {Change.NEWLY_RED}),
    (GREY, YELLOW, {Change.NEWLY_YELLOW}),
    (GREY, GREEN, set()),
    (GREY, WAITING, set()),
    (GREY, GREY, set()),
]

STAGES = [
    # (stage, percent) before, after, expected
    ((NOT_STARTED, None), (UNDER_WAY, None), {Change.ADVANCED}),
    ((UNDER_WAY, None), (UNDER_WAY, None), set()),
    ((UNDER_WAY, None), (NEARLY, None), {Change.ADVANCED}),
    ((NEARLY, None), (UNDER_WAY, None), {Change.REGRESSED}),
    ((UNDER_WAY, 40), (UNDER_WAY, 41), {Change.ADVANCED}),
    ((UNDER_WAY, 40), (UNDER_WAY, 40), set()),
    ((UNDER_WAY, 40), (UNDER_WAY, 39), {Change.REGRESSED}),
    ((UNDER_WAY, 40), (NEARLY, 39), {Change.ADVANCED, Change.REGRESSED}),  # each is looked at
    ((UNDER_WAY, None), (UNDER_WAY, 40), set()),  # it had none to compare with
    ((UNDER_WAY, 40), (UNDER_WAY, None), set()),
    ((UNDER_WAY, 0), (UNDER_WAY, 1), {Change.ADVANCED}),
    ((NEARLY, 90), (DONE, 100), {Change.DONE}),  # done is not also advanced
    ((UNDER_WAY, None), (DONE, None), {Change.DONE}),
    ((OFF, None), (DONE, None), {Change.DONE}),
    ((DONE, None), (DONE, None), set()),
    ((DONE, None), (UNDER_WAY, None), {Change.REGRESSED}),  # reopened
    ((UNDER_WAY, None), (OFF, None), set()),  # suspended: neither way
    ((OFF, None), (UNDER_WAY, None), set()),  # resumed
    ((OFF, 40), (UNDER_WAY, 30), {Change.REGRESSED}),
]

DATES = [
    # (due_on, knows_due) before, after, expected
    ((LATE, True), (LATE, True), set()),
    ((EARLY, True), (LATE, True), {Change.DATE_MOVED}),
    ((LATE, True), (EARLY, True), {Change.DATE_MOVED}),
    ((None, True), (LATE, True), {Change.DATE_MOVED}),
    ((LATE, True), (None, True), {Change.DATE_MOVED}),
    ((None, True), (None, True), set()),
    ((None, False), (LATE, True), set()),  # what it was is not known
    ((LATE, True), (None, False), set()),
]


@pytest.mark.parametrize(("before", "after", "expected"), LIGHTS)
def test_lights(before, after, expected):
    found = changes_between(Moment(UNDER_WAY, before), Moment(UNDER_WAY, after))
    assert found == expected


@pytest.mark.parametrize(("before", "after", "expected"), STAGES)
def test_stage_and_percent(before, after, expected):
    old, new = (Moment(stage, GREEN, percent) for stage, percent in (before, after))
    assert changes_between(old, new) == expected
    assert is_backward(before, after) == (Change.REGRESSED in expected)


@pytest.mark.parametrize(("before", "after", "expected"), DATES)
def test_dates(before, after, expected):
    old, new = (Moment(UNDER_WAY, GREEN, None, *due) for due in (before, after))
    assert changes_between(old, new) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0, 0, set()),
        (0, 1, {Change.NEVER_FILED}),
        (1, 1, {Change.NEVER_FILED}),  # still so
        (2, 0, set()),
    ],
)
def test_never_filed(before, after, expected):
    old, new = (Moment(UNDER_WAY, GREEN, never_filed=count) for count in (before, after))
    assert changes_between(old, new) == expected


def test_without_an_earlier_moment_nothing_is_different():
    assert changes_between(None, Moment(DONE, RED, 100, LATE, never_filed=3)) == frozenset()


def test_several_may_hold_at_once():
    old = Moment(UNDER_WAY, GREEN, 60, EARLY)
    new = Moment(UNDER_WAY, RED, 50, LATE, never_filed=1)
    assert changes_between(old, new) == {
        Change.NEWLY_RED,
        Change.REGRESSED,
        Change.DATE_MOVED,
        Change.NEVER_FILED,
    }
