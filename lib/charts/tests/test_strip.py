"""Bars that are as wide as their place, with numbers."""

import pytest

from lib.charts.bars import StackedPart
from lib.charts.strip import LEAST, strip

LIGHTS = [
    StackedPart("red", "滞后", "red", "▲", "?r"),
    StackedPart("green", "正常·已审核", "green", "■"),
    StackedPart("waiting", "正常·待审核", "waiting", "▨"),
]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"red": 1, "green": 3}, [(0.0, 25.0), (25.0, 75.0)]),
        ({"green": 5}, [(0.0, 100.0)]),
        ({"red": 1, "green": 99}, [(0.0, LEAST), (LEAST, 100 - LEAST)]),
        ({}, []),
        ({"red": 0, "other": 3}, []),
    ],
)
def test_parts_fill_the_bar_and_each_has_room_for_its_number(counts, expected):
    assert [(one.x, one.width) for one in strip(counts, LIGHTS)] == expected


def test_many_narrow_parts_still_fill_the_bar():
    parts = strip({"red": 1, "green": 200, "waiting": 1}, LIGHTS)
    assert sum(one.width for one in parts) == pytest.approx(100)
    assert [one.width for one in parts] == [LEAST, 100 - 2 * LEAST, LEAST]


def test_a_part_shows_its_shape_and_its_name_if_it_fits():
    red, green, waiting = strip({"red": 1, "green": 8, "waiting": 3}, LIGHTS)
    assert (red.words, red.short) == ("▲1", "▲1")
    assert green.words == "■已审核 8"  # the half of its name that tells it apart
    assert (waiting.words, waiting.short) == ("▨待审核 3", "▨待审核 3")
    assert strip({"red": 1000, "green": 99_000}, LIGHTS)[0].words == "1000"
    assert (red.part.url, red.value, red.middle) == ("?r", 1, round(red.width / 2, 2))


def test_a_phone_has_room_for_less():
    (waiting,) = [p for p in strip({"green": 14, "waiting": 3}, LIGHTS) if p.value == 3]
    assert (waiting.words, waiting.short) == ("▨待审核 3", "▨3")
