from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.workdays import is_working_time, next_working_time

# 2026-11-23 is a Monday. Its Wednesday is a holiday, its Saturday is worked.
CALENDAR = {date(2026, 11, 25): False, date(2026, 11, 28): True}


def beijing(words: str) -> datetime:
    moment = datetime.fromisoformat(f"2026-{words}")
    return moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


CASES = [
    # at, the next working time (the same moment: it is one)
    ("11-23 08:59", "11-23 09:00"),
    ("11-23 09:00", "11-23 09:00"),
    ("11-23 12:30", "11-23 12:30"),
    ("11-23 17:59", "11-23 17:59"),
    ("11-23 18:00", "11-24 09:00"),
    ("11-24 23:59", "11-26 09:00"),  # the holiday between
    ("11-25 10:00", "11-26 09:00"),
    ("11-27 18:00", "11-28 09:00"),  # a Saturday that is worked
    ("11-28 10:00", "11-28 10:00"),
    ("11-28 18:00", "11-30 09:00"),
    ("11-29 00:00", "11-30 09:00"),
]


@pytest.mark.parametrize(("at", "expected"), CASES)
def test_the_next_working_time(at: str, expected: str) -> None:
    assert next_working_time(beijing(at), CALENDAR) == beijing(expected)
    assert is_working_time(beijing(at), CALENDAR) == (at == expected)


def test_working_hours_are_in_beijing_time() -> None:
    assert not is_working_time(datetime(2026, 11, 23, 0, 59, tzinfo=ZoneInfo("UTC")), {})
    assert is_working_time(datetime(2026, 11, 23, 1, 0, tzinfo=ZoneInfo("UTC")), {})
