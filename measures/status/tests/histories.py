"""The history of one measure's status alone; its page asks for it among other things."""

from collections.abc import Iterable
from datetime import date

from measures.models import ClosingRequest, Measure
from measures.status.history import History, grounds_of, hang_grounds, history_from, updates_of


def history_of(measure: Measure, closings: Iterable[ClosingRequest], *, on: date) -> History:
    """As the page tells it."""
    updates = updates_of(measure)
    hang_grounds(updates, grounds_of(measure))
    return history_from(measure, updates, closings, on=on)
