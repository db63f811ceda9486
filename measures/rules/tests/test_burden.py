"""The time of writing a filing, its wording, and figures asked twice."""

from datetime import UTC, datetime, timedelta

import pytest

from measures.rules.burden import (
    PAUSE_MINUTES,
    AskedFigure,
    AskedTwice,
    asked_twice,
    time_spent,
    time_words,
)

START = datetime(2026, 7, 1, 9, tzinfo=UTC)

# Saves in minutes after the first → minutes of writing.
TIMES = [
    ((), 0),
    ((0,), 0),  # saved once: nothing to measure
    ((0, 4), 4),
    ((0, 4, 9, 20), 20),
    ((0, PAUSE_MINUTES), 15),  # as long as a pause may not be: still counts
    ((0, PAUSE_MINUTES + 0.1), 0),  # a pause
    ((0, 5, 65, 70), 10),  # an hour away
    ((0, 5, 60 * 24, 60 * 24 + 3), 8),  # went on the next day
    ((9, 0, 4), 9),  # in no order
    ((0, 0, 0), 0),  # several at one moment
    ((0, 0.5), 0.5),
]


@pytest.mark.parametrize(("minutes", "expected"), TIMES)
def test_the_time_is_that_between_saves_without_the_pauses(minutes, expected):
    saves = [START + timedelta(minutes=one) for one in minutes]
    assert time_spent(saves) == timedelta(minutes=expected)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "—"),
        (0.4, "不到1分钟"),
        (1, "1分钟"),
        (24.5, "25分钟"),
        (59.4, "59分钟"),
        (59.5, "1.0小时"),
        (60, "1.0小时"),
        (563, "9.4小时"),
        (567, "9.5小时"),  # 9.45: half up
        (566.9, "9.4小时"),
    ],
)
def test_the_time_is_said_in_minutes_and_from_one_hour_in_hours(minutes, words):
    assert time_words(timedelta(minutes=minutes)) == words


def asked(agency, name, measure, unit="亿元"):
    return AskedFigure(agency, name, unit, measure)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([], []),
        ([asked(1, "进口额", 5)], []),
        ([asked(1, "进口额", 5), asked(1, "进口额", 7)], [AskedTwice(1, "进口额", "亿元", (5, 7))]),
        (
            [asked(1, "进口 额", 5), asked(1, "进口额", 7)],
            [AskedTwice(1, "进口 额", "亿元", (5, 7))],
        ),
        ([asked(1, "RCEP额", 5), asked(1, "rcep额", 7)], [AskedTwice(1, "RCEP额", "亿元", (5, 7))]),
        ([asked(1, "进口额", 5), asked(1, "进口额", 7, "万元")], []),  # another unit
        ([asked(1, "进口额", 5), asked(2, "进口额", 7)], []),  # of two agencies
        ([asked(1, "进口额", 5), asked(1, "进口额", 5)], []),  # one measure
        (
            [asked(1, "进口额", 5), asked(1, "进口额", 7), asked(1, "进口额", 9)],
            [AskedTwice(1, "进口额", "亿元", (5, 7, 9))],
        ),
    ],
)
def test_what_one_agency_is_asked_in_several_measures_is_asked_twice(figures, expected):
    assert list(asked_twice(figures)) == expected
