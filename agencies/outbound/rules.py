"""When a delivery is retried, when it is given up, and which messages are sent at once. Pure."""

from datetime import datetime, timedelta

from agencies.choices import MailChoice
from lib.workdays import Calendar, is_working_time

# 1, 2, 4 … minutes, then every four hours: about two and a half days in all.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
FAILURES_MOST = 12
# The other side does not answer: the next run tries again.
UNREACHABLE_PAUSE = timedelta(minutes=1)


def pause_after(failures: int, *, luck: float) -> timedelta:
    """Return how long to wait after a number of failures; `luck` (0 to 1) cuts it by up to half.

    Without `luck`, all items that failed together would be retried together.
    """
    whole = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
    return whole * (1 - luck / 2)


def is_given_up(failures: int) -> bool:
    return failures >= FAILURES_MOST


def leaves_at_once(choice: str, *, at: datetime, calendar: Calendar) -> bool:
    """Return whether a message is sent as an e-mail of its own.

    Outside working hours it waits for the digest of the next working day, even if the person
    wants it at once: no e-mail at night, and only one for a weekend.
    """
    return choice == MailChoice.AT_ONCE and is_working_time(at, calendar)
