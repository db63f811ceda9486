"""Which values are likely mistyped, compared with those of other days."""

from datetime import date
from decimal import Decimal

import pytest

from measures.rules.figures import doubt_about

MARCH, JUNE, SEPTEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)
LAST_YEAR = date(2025, 12, 31)
DOUBTS = [
    # value, day, the other values, cumulative by year, message
    (5, JUNE, [(MARCH, 9)], True, "不应低于截至2026-03-31的9"),
    (9, JUNE, [(MARCH, 9)], True, ""),  # an equal value is no fall
    (5, JUNE, [(MARCH, 9)], False, ""),  # a non-cumulative value may fall
    (5, JUNE, [(LAST_YEAR, 9)], True, ""),  # each year starts again
    (5, JUNE, [(JUNE, 9)], True, ""),  # a correction of the same day
    (9, JUNE, [(SEPTEMBER, 5)], True, "不应高于截至2026-09-30的5"),
    (-1, JUNE, [(MARCH, 0)], False, "这次是负数"),
    (-1, JUNE, [(MARCH, -2)], False, ""),
    (-1, JUNE, [], False, ""),  # nothing to compare with
]


@pytest.mark.parametrize(("value", "day", "others", "by_the_year", "said"), DOUBTS)
def test_a_value_is_doubted(value, day, others, by_the_year, said):
    stands = [(on, Decimal(other)) for on, other in others]
    doubt = doubt_about(Decimal(value), day, stands, is_cumulative=by_the_year)
    assert said in doubt
    assert bool(doubt) == bool(said)
