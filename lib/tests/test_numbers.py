"""Shares are rounded plainly, and say where they do not add up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.numbers import ROUNDING_NOTE, rounding_note, row_numbers, share, shares, typed_number

SHARES = [
    # count, total, expected
    (0, 0, "0.0"),
    (0, 17, "0.0"),
    (17, 17, "100.0"),
    (3, 17, "17.6"),  # 17.647
    (4, 53, "7.5"),  # 7.547: largest remainders made 7.6 of it
    (1, 16, "6.3"),  # 6.25: half up
    (3, 16, "18.8"),  # 18.75
    (1, 2000, "0.1"),  # 0.05
    (1, 3, "33.3"),
    (2, 3, "66.7"),
]
NOTES = [
    # counts, noted
    ({}, False),
    ({"a": 0, "b": 0}, False),
    ({"a": 5}, False),
    ({"a": 1, "b": 2}, False),  # 33.3 + 66.7
    ({"a": 1, "b": 1, "c": 1}, True),  # 99.9
    ({"a": 3, "b": 13, "c": 0}, True),  # 18.8 + 81.3
    ({"a": 25, "b": 8, "c": 4, "d": 16}, False),
]
TYPED = [
    # what was typed, the number meant; None: nobody can be sure
    ("28.6", "28.6"),
    ("  28.6\u3000", "28.6"),
    ("\u200b28.6\ufeff", "28.6"),  # pasted with characters that nobody sees
    ("２８．６", "28.6"),
    ("-3", "-3"),
    ("−3", "-3"),
    ("－3", "-3"),
    ("+3", "3"),
    (".5", "0.5"),
    ("5.", "5"),
    ("1,234.5", "1234.5"),
    ("１，２３４，５６７", "1234567"),
    ("12,345", "12345"),
    ("1 234 567.8", "1234567.8"),
    ("12,3", None),  # a point was meant, or a digit is missing
    ("1,23.4", None),
    ("1234,567", None),
    (",123", None),
    ("1.234,5", None),
    ("1,234 567", None),
    ("5 1", None),
    ("1e3", None),
    ("1_000", None),
    ("nan", None),
    ("Infinity", None),
    ("12.3亿", None),
    ("5。1", None),
    ("1.2.3", None),
    ("-", None),
    ("", None),
    ("①", None),
    ("10²", None),
    ("٣", None),  # digits of another script
]


@pytest.mark.parametrize(("words", "expected"), TYPED)
def test_a_typed_number_is_accepted_only_if_unambiguous(words, expected):
    assert typed_number(words) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(("count", "total", "expected"), SHARES)
def test_a_share_is_rounded_half_up_to_one_decimal(count, total, expected):
    assert str(share(count, total)) == expected


@pytest.mark.parametrize(("counts", "noted"), NOTES)
def test_shares_that_do_not_add_up_get_a_note(counts, noted):
    assert rounding_note(shares(counts).values()) == (ROUNDING_NOTE if noted else "")


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(st.integers(0, 20).map(str), st.integers(0, 10_000), min_size=1))
def test_each_share_is_rounded_independently_of_the_others(counts):
    total = sum(counts.values())
    for key, found in shares(counts).items():
        exact = Fraction(100 * counts[key], total) if total else Fraction(0)
        assert Fraction(-1, 20) < Fraction(found) - exact <= Fraction(1, 20)
        assert found == share(counts[key], total)
    told = sum(shares(counts).values(), Decimal(0))
    assert bool(rounding_note(map(str, shares(counts).values()))) == (told not in (0, 100))


def test_what_is_no_number_of_a_row_is_left_out():
    said = ["7", "", "-1", "²", "٣", "1.0", "9" * 5000, "12", "007"]
    assert row_numbers(said) == [7, 12, 7]
