"""The geometry of charts, with numbers."""

import pytest

from lib.charts.bars import StackedPart, stacked_bar

PARTS = [
    StackedPart("a", "甲", "green"),
    StackedPart("b", "乙", "red", "▲", "?x=b"),
    StackedPart("c", "丙", "grey"),
]

CASES = [
    # counts, (x, width) of each part; the bar is 600 wide
    ({"a": 1, "b": 1, "c": 1}, [(0.0, 200.0), (200.0, 200.0), (400.0, 200.0)]),
    ({"a": 9, "b": 3}, [(0.0, 450.0), (450.0, 150.0), (600.0, 0.0)]),
    ({"c": 5}, [(0.0, 0.0), (0.0, 0.0), (0.0, 600.0)]),
    ({"a": 1, "b": 1, "c": 5}, [(0.0, 85.71), (85.71, 85.71), (171.43, 428.57)]),
    ({}, [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]),
]


@pytest.mark.parametrize(("counts", "expected"), CASES)
def test_parts_fill_the_bar_in_their_order(counts, expected):
    assert [(s.x, s.width) for s in stacked_bar(counts, PARTS)] == expected


def test_a_segment_has_the_texts_and_tone_of_its_part():
    segment = stacked_bar({"b": 4}, PARTS)[1]
    assert (segment.label, segment.tone, segment.shape, segment.url, segment.value) == (
        "乙",
        "red",
        "▲",
        "?x=b",
        4,
    )


def test_counts_without_a_part_do_not_affect_the_bar():
    assert sum(s.width for s in stacked_bar({"a": 1, "z": 9}, PARTS)) == 600.0


def test_another_width_scales_all_parts():
    assert [s.width for s in stacked_bar({"a": 1, "b": 3}, PARTS, width=100)] == [25.0, 75.0, 0.0]
