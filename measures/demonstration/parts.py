"""What all steps of the play share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

from measures.demonstration.people import Cast
from measures.demonstration.schedule import PeriodSpan
from measures.models import Filing, Notice, Period


class FilingKey(NamedTuple):
    """Which filing: the period's number from 0, the measure's ordinal, the agency's code."""

    period: int
    measure: int
    agency: str


class Scene(NamedTuple):
    notice: Notice
    cast: Cast
    spans: tuple[PeriodSpan, ...]
    periods: dict[int, Period]  # by number, filled in as they are made
    filings: dict[FilingKey, Filing]  # likewise


@contextmanager
def without_savepoints() -> Iterator[None]:
    """Within a transaction that stands or falls as a whole, let no verb make a savepoint.

    They would be every fourth statement. After a verb that fails, Django refuses all that follows.
    """
    features = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = True
