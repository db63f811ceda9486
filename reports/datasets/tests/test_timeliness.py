"""In time, late, missing: one table."""

from datetime import date

import pytest

from measures.choices import FilingState
from reports.choices import Timeliness
from reports.rules.timeliness import timeliness_of

DUE = date(2026, 10, 15)
BEFORE, AFTER = date(2026, 10, 14), date(2026, 10, 16)
CASES = [
    # state, first left the agency, today, expected
    (FilingState.ACCEPTED, BEFORE, AFTER, Timeliness.IN_TIME),
    (FilingState.ACCEPTED, DUE, AFTER, Timeliness.IN_TIME),
    (FilingState.ACCEPTED, AFTER, AFTER, Timeliness.LATE),
    (FilingState.RETURNED, BEFORE, AFTER, Timeliness.IN_TIME),  # a return never counts
    (FilingState.PENDING, None, DUE, Timeliness.AWAITED),  # due today is not late
    (FilingState.DRAFT, None, AFTER, Timeliness.MISSING),
    (FilingState.PENDING, None, BEFORE, Timeliness.AWAITED),
    (FilingState.WAIVED, None, AFTER, Timeliness.WAIVED),
]


@pytest.mark.parametrize(("state", "submitted_on", "on", "expected"), CASES)
def test_timeliness(
    state: FilingState, submitted_on: date | None, on: date, expected: Timeliness
) -> None:
    found = timeliness_of(state=state, due_on=DUE, submitted_on=submitted_on, on=on)
    assert found == expected
