"""The clock of an objection. Pure."""

from datetime import date

from lib.workdays import Calendar, add_workdays

ANSWER_WORKDAYS = 5


def decide_by(raised_on: date, calendar: Calendar) -> date:
    """The last day to answer an objection in time: the 5th working day after it was raised."""
    return add_workdays(raised_on, ANSWER_WORKDAYS, calendar)
