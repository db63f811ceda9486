"""Shares add up to exactly 100.0."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.numbers import shares

CASES = [
    ({}, {}),
    ({"a": 0, "b": 0}, {"a": "0.0", "b": "0.0"}),
    ({"a": 5}, {"a": "100.0"}),
    ({"a": 1, "b": 1, "c": 1}, {"a": "33.4", "b": "33.3", "c": "33.3"}),  # the first is lifted
    ({"a": 1, "b": 2}, {"a": "33.3", "b": "66.7"}),
    ({"a": 1, "b": 1, "c": 4}, {"a": "16.7", "b": "16.7", "c": "66.6"}),
    ({"a": 0, "b": 17}, {"a": "0.0", "b": "100.0"}),
]


@pytest.mark.parametrize(("counts", "expected"), CASES)
def test_shares(counts, expected):
    assert {key: str(share) for key, share in shares(counts).items()} == expected


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(st.integers(0, 20).map(str), st.integers(0, 10_000), min_size=1))
def test_shares_add_up_and_stay_close(counts):
    found = shares(counts)
    total = sum(counts.values())
    if total == 0:
        return
    assert sum(found.values()) == Decimal(100)
    for key, share in found.items():
        assert abs(share - Decimal(100 * counts[key]) / total) < Decimal("0.1")
