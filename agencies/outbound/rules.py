"""When a delivery is retried, when it is given up, and what is sent at once. Pure."""

from datetime import datetime, timedelta

from agencies.choices import MailChoice
from lib.workdays import Calendar, is_working_time

# 1, 2, 4 … minutes, then every four hours: with the hours of work, two days and a half in all.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
FAILURES_MOST = 12
# The other side is not there at all: the next run asks again.
UNREACHABLE_PAUSE = timedelta(minutes=1)


def pause_after(failures: int, *, luck: float) -> timedelta:
    """How long to wait after so many failures; `luck`, from 0 to 1, shortens it by up to a half.

    Without it, all that failed together would come back together.
    """
    whole = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
    return whole * (1 - luck / 2)


def is_given_up(failures: int) -> bool:
    return failures >= FAILURES_MOST


def leaves_at_once(choice: str, *, at: datetime, calendar: Calendar) -> bool:
    """Whether a message goes out as an e-mail of its own.

    What is wanted at once but told outside working hours waits for the digest of the next
    working day: nobody is written to at night, and a weekend makes one e-mail.
    """
    return choice == MailChoice.AT_ONCE and is_working_time(at, calendar)
