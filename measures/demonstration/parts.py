"""Types that all steps of the demonstration use."""

from typing import NamedTuple

from measures.demonstration.people import Cast
from measures.demonstration.schedule import PeriodSpan
from measures.models import Filing, Notice, Period


class FilingKey(NamedTuple):
    """Identifies a filing: the period's number from 0, the measure's ordinal, the agency's code."""

    period: int
    measure: int
    agency: str


class Scene(NamedTuple):
    notice: Notice
    cast: Cast
    spans: tuple[PeriodSpan, ...]
    periods: dict[int, Period]  # by number, added when they are created
    filings: dict[FilingKey, Filing]  # likewise
