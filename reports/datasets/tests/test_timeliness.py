"""In time, late, missing: one table."""

from datetime import date
from decimal import Decimal

import pytest

from measures.choices import FilingState
from measures.models.public_status import unfiled_word
from reports.choices import Timeliness
from reports.rules.timeliness import in_time_rate, timeliness_of

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


RATES = [
    # in time, late, missing, awaited → 按时率
    ((35, 9, 8, 1), "67.3"),  # what is not due yet is no part of it
    ((50, 1, 2, 0), "94.3"),
    ((0, 0, 3, 4), "0.0"),
    ((2, 0, 0, 9), "100.0"),  # filed before the due date
    ((0, 0, 0, 5), None),  # nothing is due
    ((0, 0, 0, 0), None),
]


@pytest.mark.parametrize(("numbers", "rate"), RATES)
def test_the_rate_is_of_filings_that_are_filed_or_due(
    numbers: tuple[int, ...], rate: str | None
) -> None:
    counts = dict(zip(("in_time", "late", "missing", "awaited"), numbers, strict=True))
    assert in_time_rate(counts | {"waived": 3}) == (None if rate is None else Decimal(rate))


@pytest.mark.parametrize(
    ("unfiled", "ahead", "is_over", "word"),
    [
        (51, 51, False, "待报（未到截止日）"),
        (51, 50, False, "未报"),
        (7, 0, False, "逾期未报"),
        (7, 0, True, "期满未报"),
        (7, 1, True, "未报"),
        (0, 0, False, "未报"),
        (0, 0, True, "未报"),
    ],
)
def test_equal_unfiled_filings_share_the_label_of_their_status(
    unfiled: int, ahead: int, is_over: bool, word: str
) -> None:
    assert unfiled_word(unfiled, ahead, is_over=is_over) == word
