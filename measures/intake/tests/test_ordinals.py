"""Measures have the numbers that the notice prints."""

import pytest

from lib.chinese import label_form, ordinal
from measures.intake.ordinals import label_like, ordinals, printed_number


@pytest.mark.parametrize(
    ("label", "number"),
    [("（十二）", 12), ("12.", 12), ("第三条", 3), ("1.2", 2), ("③", 3), ("一、", 1), ("", None)],
)
def test_the_number_of_a_label(label, number):
    assert printed_number(label) == number


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([10, 11, 13], [10, 11, 13]),
        ([1, 2, 1, 2], [1, 2, 3, 4]),
        ([1, 3, 2], [1, 2, 3]),
        ([1, 2, 2, 3], [1, 2, 4, 3]),
        ([None, None], [1, 2]),
        ([1, None, 3], [1, 2, 3]),
        ([1, None, 2], [1, 3, 2]),
        ([1, 2, None], [1, 2, 3]),
        ([None, 2], [1, 2]),
        ([], []),
    ],
)
def test_numbers_are_kept_and_what_is_missing_stays_free(printed, expected):
    assert ordinals(printed) == expected


@pytest.mark.parametrize(
    ("printed", "sections", "expected"),
    [
        ([1, 2, 1, 2], [1, 1, 2, 2], [100_001, 100_002, 200_001, 200_002]),
        ([1, 3, 1, None, 2], [1, 1, 3, 3, 3], [100_001, 100_003, 300_001, 300_003, 300_002]),
        ([1, 2, 3], [1, 1, 2], [1, 2, 3]),
        ([1, 2, 1], [1, 2, 1], [1, 2, 3]),
        ([2, 1], [1, 1], [1, 2]),
        ([2, 1, 1], [1, 1, 2], [100_001, 100_002, 200_001]),
    ],
)
def test_where_numbers_restart_the_section_stands_before(printed, sections, expected):
    assert ordinals(printed, sections) == expected


def test_the_form_of_the_labels_is_kept_where_numbers_restart():
    form = label_form(["1.", "2.", "1."])
    numbers = ordinals([1, 2, 1], [1, 1, 2], form)
    assert [ordinal(number) for number in numbers] == ["一、1.", "一、2.", "二、1."]
    assert ordinals([1, 2, 3], [1, 1, 2], form) == [1, 2, 3]


def test_a_label_of_another_number_has_the_same_form():
    assert label_like("（十三）", ["十二"]) == ["（十二）"]
    assert label_like("第十三条", ["十一", "十二"]) == ["第十一条", "第十二条"]
