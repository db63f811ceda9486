"""What all steps of the play share."""

from typing import NamedTuple

from measures.demonstration.people import Cast
from measures.demonstration.schedule import Span
from measures.models import Filing, Notice, Period


class Key(NamedTuple):
    """Which filing: the period's number from 0, the measure's ordinal, the agency's code."""

    period: int
    measure: int
    agency: str


class Scene(NamedTuple):
    """What all steps share."""

    notice: Notice
    cast: Cast
    spans: tuple[Span, ...]
    periods: dict[int, Period]  # by number, filled in as they are made
    filings: dict[Key, Filing]  # likewise
