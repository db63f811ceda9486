"""减负账: how long agencies spend writing filings, and which figures are asked twice. Pure.

国办函〔2026〕12号 forbids asking the same thing twice, and the commission should see what a
question costs before it asks. So the time is measured, not estimated. It is kept by filing and
agency, never by person: these rules do not receive who saved.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import NamedTuple

# A form saves 1.5 s after the typing stops (static/js/filing.js): whoever has not saved for this
# long did something else.
PAUSE_MINUTES = 15
PAUSE = timedelta(minutes=PAUSE_MINUTES)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def time_spent(saves: Iterable[datetime]) -> timedelta:
    """Return the time from the first to the last save of a filing, without the pauses in between.

    A gap of more than PAUSE between two saves is a pause and does not count at all. A filing that
    was saved only once has no measurable time: zero. `saves` need not be in order.
    """
    gaps = (later - earlier for earlier, later in pairwise(sorted(saves)))
    return sum((gap for gap in gaps if gap <= PAUSE), timedelta())


def time_words(spent: timedelta) -> str:
    """Return a duration in words: 9.4小时 (one decimal, half up), 25分钟, or 不到1分钟.

    Zero is shown as —, not 0分钟, because it was not measured.
    """
    if not spent:
        return "—"
    if spent < MINUTE:
        return "不到1分钟"
    seconds = Decimal(spent // SECOND)  # whole seconds, so that halves are rounded exactly
    minutes = _rounded(seconds / 60, "1")
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{_rounded(seconds / 3600, '0.1')}小时"


class AskedFigure(NamedTuple):
    """A figure that one agency must report in its note on one measure."""

    agency_id: int
    name: str
    unit: str
    measure_id: int


class AskedTwice(NamedTuple):
    """A figure that an agency is asked for in several measures, in the order of the input."""

    agency_id: int
    name: str
    unit: str
    measures: tuple[int, ...]


def asked_twice(figures: Iterable[AskedFigure]) -> Sequence[AskedTwice]:
    """Return the figures asked of one agency in more than one measure of a period.

    Two figures are the same if name and unit are equal, ignoring spaces and letter case. The same
    figure asked of two agencies is not asked twice.
    """
    found: dict[tuple[int, str, str], list[AskedFigure]] = {}
    for one in figures:
        found.setdefault((one.agency_id, _plain(one.name), _plain(one.unit)), []).append(one)
    return [
        AskedTwice(same[0].agency_id, same[0].name, same[0].unit, measures)
        for same in found.values()
        if len(measures := tuple(dict.fromkeys(one.measure_id for one in same))) > 1
    ]


def _plain(words: str) -> str:
    return "".join(words.split()).casefold()


def _rounded(number: Decimal, step: str) -> Decimal:
    return number.quantize(Decimal(step), rounding=ROUND_HALF_UP)
