"""When people may be written to: the working hours of working days. Pure, as lib.workdays."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localtime

from lib.workdays import ONE_DAY, Calendar, is_workday, next_workday

# From nine on, and before six: what is sent at six would be read after work.
OPENS, CLOSES = time(9), time(18)


def is_working_time(at: datetime, calendar: Calendar) -> bool:
    local = localtime(at)
    return is_workday(local.date(), calendar) and OPENS <= local.time() < CLOSES


def next_working_time(at: datetime, calendar: Calendar) -> datetime:
    """Return `at` itself within working hours, else the next moment at which they begin."""
    if is_working_time(at, calendar):
        return at
    local = localtime(at)
    first = local.date() if local.time() < OPENS else local.date() + ONE_DAY
    day = next_workday(first, calendar)
    return datetime.combine(day, OPENS, tzinfo=local.tzinfo)


def last_moment_of(day: date) -> datetime:
    """Return the last moment of a day on which people would be written to, if it is worked."""
    return datetime.combine(day, CLOSES, tzinfo=get_current_timezone()) - timedelta(minutes=1)
