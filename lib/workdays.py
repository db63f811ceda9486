"""Working days and working hours: counting them, and when messages may be sent to people.

Pure: the calendar is passed as a mapping of the days that differ.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localtime

# date → whether it is a working day. Only days that differ from Monday–Friday are needed.
Calendar = Mapping[date, bool]
ONE_DAY = timedelta(days=1)
# From nine, and before six: a message sent at six would be read after work.
OPENS, CLOSES = time(9), time(18)


def is_workday(day: date, calendar: Calendar) -> bool:
    return calendar.get(day, day.weekday() < 5)


def add_workdays(start: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `start`; the count begins the day after (official practice).

    A negative count goes backwards; 0 returns `start` itself.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    day, left = start, abs(count)
    while left:
        day += step
        left -= is_workday(day, calendar)
    return day


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """The number of working days after `start`, up to and including `end`; 0 if end ≤ start."""
    days = (end - start).days
    return sum(is_workday(start + timedelta(days=n), calendar) for n in range(1, days + 1))


def next_workday(day: date, calendar: Calendar) -> date:
    while not is_workday(day, calendar):
        day += ONE_DAY
    return day


def end_of_week(day: date) -> date:
    """The Sunday of a day's week (Monday to Sunday)."""
    return day + timedelta(days=6 - day.weekday())


def is_working_time(at: datetime, calendar: Calendar) -> bool:
    local = localtime(at)
    return is_workday(local.date(), calendar) and OPENS <= local.time() < CLOSES


def next_working_time(at: datetime, calendar: Calendar) -> datetime:
    """Return `at` itself if within working hours, else the next moment at which they begin."""
    if is_working_time(at, calendar):
        return at
    local = localtime(at)
    first = local.date() if local.time() < OPENS else local.date() + ONE_DAY
    day = next_workday(first, calendar)
    return datetime.combine(day, OPENS, tzinfo=local.tzinfo)


def last_moment_of(day: date) -> datetime:
    """Return the last moment of a day at which messages may be sent, if it is a working day."""
    return datetime.combine(day, CLOSES, tzinfo=get_current_timezone()) - timedelta(minutes=1)
