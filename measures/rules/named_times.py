"""Quarters and dates named in a text, compared with the period it is filed for. Pure.

A text written for one period and filed again for a later one may name times that are over.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from measures.rules.periods import Half, Month, Quarter, Slice


class Days(Protocol):
    """What a period covers: the model's own fields."""

    covers_from: date
    covers_to: date


class TimeMark(NamedTuple):
    """A time in a text that is outside the period."""

    words: str  # as written in the text
    why: str
    is_over: bool  # False: it is still to come

    @property
    def sentence(self) -> str:
        return f"“{self.words}”{self.why}"


HALF_A_YEAR = timedelta(days=180)
_NUMBERS = {name: number for number, name in enumerate("一二三四五六七八九十", 1)}
_NUMBERS |= {"十一": 11, "十二": 12}
_YEARS_OFF = {"去": -1, "今": 0, "明": 1}
_PATTERN = re.compile(
    r"(?<![\d.])(?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?![\d.])"
    r"|(?:(?P<year>\d{4}|[去今明])年)?(?:"
    r"(?P<until>前|第)?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<half>[上下])半年"
    r"|(?<![\d十])(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:(?P<day>\d{1,2})日)?"
    r"|(?:(?<=年)|年)(?P<end>[底末])"
    r")"
)


def marks_in(
    text: str, *, covering: Days, written_for: Days, is_plan: bool, on: date
) -> list[TimeMark]:
    """Return the times in a text that lie outside the period `covering`, in order, each once.

    `written_for` is the period for which the text was written; a time without a year belongs to
    its year. A plan (`is_plan`) is about the time after the period, so times inside the period
    count as outside too; they are marked as over if they are over `on` the day.
    """
    found = {}
    for words, first, last in _times_in(text, written_for, is_plan=is_plan):
        if last < covering.covers_from:
            found[words] = TimeMark(words, "早于本期", is_over=True)
        elif first > covering.covers_to:
            found[words] = TimeMark(words, "晚于本期", is_over=False)
        elif is_plan and last <= covering.covers_to:
            found[words] = TimeMark(words, "已过" if last < on else "就是本期", is_over=True)
    return list(found.values())


def _times_in(text: str, written_for: Days, *, is_plan: bool) -> Iterator[tuple[str, date, date]]:
    """Yield each time with its first and last day."""
    year = written_for.covers_from.year
    for match in _PATTERN.finditer(text):
        try:
            first, last = _days_of(match, year)
            if is_plan and last < written_for.covers_from and not (match["iso"] or match["year"]):
                later = _days_of(match, year + 1)  # in 四季度, 一季度 is the next year's
                if later[0] - written_for.covers_to < HALF_A_YEAR:
                    first, last = later
        except ValueError:
            continue  # 13月, 2月30日: no such day
        yield match[0], first, last


def _days_of(match: re.Match[str], year: int) -> tuple[date, date]:
    """Return the first and the last day; raises ValueError if there is no such day."""
    if match["iso"]:
        return _one_day(*map(int, re.split("[-/.]", match["iso"])))
    named = match["year"]
    if named:
        year = year + _YEARS_OFF[named] if named in _YEARS_OFF else int(named)
    if match["quarter"]:
        quarter = Quarter(year, _number(match["quarter"]))
        first = quarter.cumulative_from if match["until"] == "前" else quarter.starts_on
        return first, quarter.ends_on
    if match["half"]:
        return _whole(Half(year, "上下".index(match["half"]) + 1))
    if match["end"]:
        return _one_day(year, 12, 31)
    month = _number(match["month"])
    if match["day"]:
        return _one_day(year, month, int(match["day"]))
    return _whole(Month(year, month))


def _number(digits: str) -> int:
    return _NUMBERS.get(digits) or int(digits)


def _whole(part: Slice) -> tuple[date, date]:
    return part.starts_on, part.ends_on


def _one_day(year: int, month: int, day: int) -> tuple[date, date]:
    return (date(year, month, day),) * 2
