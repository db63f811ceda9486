from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.choices import MailChoice
from agencies.outbound.rules import FAILURES_MOST, is_given_up, leaves_at_once, pause_after

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(1, 1), (2, 2), (3, 4), (8, 128), (9, 240), (12, 240), (1000, 240)],
)
def test_pauses_grow_and_luck_shortens_them_by_up_to_a_half(failures, minutes):
    assert pause_after(failures, luck=0.0) == minutes * MINUTE
    assert pause_after(failures, luck=1.0) == minutes * MINUTE / 2


@pytest.mark.parametrize(
    ("failures", "expected"), [(1, False), (FAILURES_MOST - 1, False), (FAILURES_MOST, True)]
)
def test_after_the_last_allowed_failure_an_item_is_given_up(failures, expected):
    assert is_given_up(failures) is expected


@pytest.mark.parametrize(
    ("choice", "day", "hour", "expected"),
    [
        (MailChoice.AT_ONCE, 23, 9, True),
        (MailChoice.AT_ONCE, 23, 17, True),
        (MailChoice.AT_ONCE, 23, 18, False),  # after work
        (MailChoice.AT_ONCE, 23, 8, False),
        (MailChoice.AT_ONCE, 24, 10, False),  # a holiday
        (MailChoice.AT_ONCE, 29, 10, False),  # a Sunday
        (MailChoice.DIGEST, 23, 10, False),
        (MailChoice.NONE, 23, 10, False),
    ],
)
def test_which_messages_are_sent_at_once(choice, day, hour, expected):
    at = datetime(2026, 11, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert leaves_at_once(choice, at=at, calendar={date(2026, 11, 24): False}) is expected
