"""未达到序时进度 and the light never contradict each other: case by case."""

from datetime import date
from decimal import Decimal

import pytest

from measures.choices import OFF_PACE, Pace
from measures.rules.light import expected_by, pace_of, rule_of
from measures.rules.tests.facts import dated
from measures.rules.thresholds import DEFAULTS

START, DUE, ON = date(2026, 1, 1), date(2026, 12, 31), date(2026, 10, 1)  # expected: 75 percent
EARLIER = date(2026, 9, 30)
PLAN = ((date(2026, 6, 30), Decimal(40)), (date(2026, 12, 31), Decimal(100)))
TIGHT = DEFAULTS._replace(gap_yellow=Decimal(5))
WIDE = DEFAULTS._replace(gap_yellow=Decimal(20))

CASES = [
    # percent, due, plan, thresholds, pace
    (100, DUE, (), DEFAULTS, Pace.KEPT),
    (75, DUE, (), DEFAULTS, Pace.KEPT),
    (74, DUE, (), DEFAULTS, Pace.NEAR),  # one point, below the threshold: mentioned, but not 未达到
    (66, DUE, (), DEFAULTS, Pace.NEAR),
    (65, DUE, (), DEFAULTS, Pace.BEHIND),  # ten points exactly
    (45, DUE, (), DEFAULTS, Pace.BEHIND),
    (44, DUE, (), DEFAULTS, Pace.BEHIND),  # red, and counted all the same
    (None, DUE, (), DEFAULTS, Pace.BEHIND),
    (70, DUE, (), TIGHT, Pace.BEHIND),  # by the thresholds of the day
    (71, DUE, (), TIGHT, Pace.NEAR),
    (60, DUE, (), WIDE, Pace.NEAR),
    (55, DUE, (), WIDE, Pace.BEHIND),
    (40, DUE, PLAN, DEFAULTS, Pace.KEPT),  # by its milestones, not by the time passed
    (31, DUE, PLAN, DEFAULTS, Pace.NEAR),
    (30, DUE, PLAN, DEFAULTS, Pace.BEHIND),
    (95, EARLIER, (), DEFAULTS, Pace.BEHIND),  # overdue, however little is left
    (100, EARLIER, (), DEFAULTS, Pace.BEHIND),  # all done but not closed: the light is red
    (95, ON, (), DEFAULTS, Pace.NEAR),  # due today is not overdue
]


@pytest.mark.parametrize(("percent", "due_on", "plan", "thresholds", "pace"), CASES)
def test_the_pace_is_what_the_light_says(percent, due_on, plan, thresholds, pace):
    expected = expected_by(plan, START, due_on, on=ON)
    assert pace_of(due_on, percent, expected, on=ON, thresholds=thresholds) == pace
    causes = {one.cause for one in light(percent, due_on, plan, thresholds).findings}
    assert bool(causes & set(OFF_PACE)) == (pace == Pace.BEHIND)


def test_a_date_put_back_is_judged_by_the_date_in_force_and_names_the_first_one():
    """Half a year more: on time by the present date, and the original gap is shown beside it."""
    later = date(2027, 6, 30)
    expected = expected_by((), START, later, on=ON)
    assert pace_of(later, 50, expected, on=ON, thresholds=DEFAULTS) == Pace.KEPT
    verdict = light(50, later, (), DEFAULTS, original_due_on=DUE)
    assert not {one.cause for one in verdict.findings} & set(OFF_PACE)
    assert "符合序时进度（按原时限2026-12-31低25.0个百分点）" in verdict.sentence
    behind = light(30, later, (), DEFAULTS, original_due_on=DUE)
    assert "（按原时限2026-12-31低45.0个百分点）" in behind.sentence
    assert pace_of(later, 30, expected, on=ON, thresholds=DEFAULTS) == Pace.BEHIND


def light(percent, due_on, plan, thresholds, **more):
    facts = dated(starts_on=START, due_on=due_on, percent=percent, plan=plan, **more)
    return rule_of(facts, on=ON, calendar={}, thresholds=thresholds)
