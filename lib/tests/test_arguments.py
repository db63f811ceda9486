"""Days and months behind a command's options: as they are, or a sentence in Chinese."""

from argparse import ArgumentTypeError
from datetime import date

import pytest

from lib.rehearsal import day_typed, month_typed


@pytest.mark.parametrize(
    ("read", "words", "found"),
    [
        (day_typed, "2018-01-01", date(2018, 1, 1)),
        (day_typed, "2099-12-31", date(2099, 12, 31)),
        (month_typed, "2018-01", date(2018, 1, 1)),
        (month_typed, "2099-12", date(2099, 12, 1)),
    ],
)
def test_a_day_and_a_month_are_read(read, words, found):
    assert read(words) == found


@pytest.mark.parametrize(
    ("read", "words"),
    [
        *((day_typed, words) for words in ("2017-12-31", "2100-01-01", "2026-02-30", "昨天", "")),
        *((month_typed, words) for words in ("2017-12", "2100-01", "2023-13", "2023", "上月", "")),
    ],
)
def test_other_texts_are_refused_with_a_sentence(read, words):
    with pytest.raises(ArgumentTypeError, match=f"之间，不能是“{words}”。"):
        read(words)
