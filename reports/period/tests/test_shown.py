"""Which period the shown one is compared with, and why."""

import pytest

from measures.choices import PeriodKind, PeriodState
from measures.models import Period
from measures.rules.periods import Quarter
from reports.period.shown import Shown

OPEN, CLOSED = PeriodState.OPEN, PeriodState.CLOSED
CASES = [
    # states of the quarters, newest first; the one compared with; expected text
    ((OPEN, CLOSED), 1, "上期（2026年前三季度）"),
    ((CLOSED, CLOSED), 1, "上期（2026年前三季度）"),
    ((OPEN, OPEN, CLOSED), 2, "2026年上半年（最近关闭的一期）"),
    ((OPEN, CLOSED, CLOSED), 2, "2026年上半年（本期未到截止日，沿用2026年前三季度的比较）"),
    ((OPEN,), None, ""),
    ((), None, ""),
]


@pytest.mark.parametrize(("states", "with_which", "words"), CASES)
def test_which_period_is_compared_and_why(states, with_which, words):
    periods = tuple(
        period_of(Quarter(2026, 4 - place), state) for place, state in enumerate(states)
    )
    previous = None if with_which is None else periods[with_which]
    shown = Shown(periods[0] if periods else None, True, previous, periods)
    assert shown.compared_words == words


def period_of(quarter, state):
    return Period(
        pk=quarter.number,
        kind=PeriodKind.QUARTERLY,
        covers_from=quarter.starts_on,
        covers_to=quarter.ends_on,
        label=quarter.label,
        state=state,
    )
