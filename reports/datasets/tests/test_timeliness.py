"""In time, late, missing: one table."""

from datetime import date

import pytest

from measures.choices import FilingState
from reports.choices import Timeliness
from reports.rules.timeliness import timeliness_of

DUE = date(2026, 10, 15)
BEFORE, AFTER = date(2026, 10, 14), date(2026, 10, 16)
CASES = [
    # state, first left the agency, period over, today, expected
    (FilingState.ACCEPTED, BEFORE, False, AFTER, Timeliness.IN_TIME),
    (FilingState.ACCEPTED, DUE, False, AFTER, Timeliness.IN_TIME),
    (FilingState.ACCEPTED, AFTER, False, AFTER, Timeliness.LATE),
    (FilingState.RETURNED, BEFORE, False, AFTER, Timeliness.IN_TIME),  # a return never counts
    (FilingState.PENDING, None, False, DUE, Timeliness.AWAITED),  # due today is not late
    (FilingState.DRAFT, None, False, AFTER, Timeliness.MISSING),
    (FilingState.PENDING, None, True, BEFORE, Timeliness.MISSING),  # closed before it was due
    (FilingState.WAIVED, None, True, AFTER, Timeliness.WAIVED),
]


@pytest.mark.parametrize(("state", "submitted_on", "is_over", "on", "expected"), CASES)
def test_timeliness(
    state: FilingState, submitted_on: date | None, is_over: bool, on: date, expected: Timeliness
) -> None:
    found = timeliness_of(
        state=state, due_on=DUE, submitted_on=submitted_on, is_over=is_over, on=on
    )
    assert found == expected
