"""进口指标: the indicators of all measures, each with its value, target and chart."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.core.paginator import Page
from django.http import QueryDict

from lib.charts.line import Window
from measures.choices import Direction, IndicatorState
from measures.indicators.charts import Charted, charted, window_of
from measures.indicators.readings import Reading
from reports.period.measures import page_of_list
from reports.period.shown import Word
from reports.trends.data import NamedMeasure

NEWEST_WORDS = 4  # how many values of 实现与否 are shown as text
REST = "其余"


class IndicatorPart(NamedTuple):
    """One indicator, and the measure it belongs to."""

    measure_id: int
    mark: str  # （三）
    measure: str
    shown: Charted
    signs: tuple[Word, ...]  # warnings about it

    @property
    def share_word(self) -> str:
        """The name of the share, which differs for an indicator that should fall."""
        return "已走" if self._direction == Direction.DOWN else "完成"

    @property
    def direction_words(self) -> str:
        """Its intended direction in words."""
        return "应下降 ↓" if self._direction == Direction.DOWN else "应上升 ↑"

    @property
    def words(self) -> list[tuple[date, str, bool]]:
        """The newest values of 实现与否 as (day, text, whether it is the last), oldest first."""
        newest = list(reversed(self.shown.reading.rows[:NEWEST_WORDS]))
        return [(day, word, number == len(newest)) for number, (day, word) in enumerate(newest, 1)]

    @property
    def held_since(self) -> date | None:
        """The day since when 实现与否 has had its current value."""
        rows = self.shown.reading.rows
        same = [day for number, (day, word) in enumerate(rows) if _is_run(rows, number, word)]
        return same[-1] if same else None

    @property
    def _direction(self) -> str:
        return self.shown.reading.gauge.direction


class IndicatorBoard(NamedTuple):
    """All indicators: those with a chart, then those shown as text."""

    drawn: list[IndicatorPart]  # with a chart; of the current page, like those shown as text
    told: list[IndicatorPart]
    pages: Page[Reading]
    summary: list[tuple[Word, int]]  # counts that add up to all indicators
    due_on: date | None  # the day of the targets, if it is the same for all

    @property
    def total(self) -> int:
        return self.pages.paginator.count


def board_of(
    readings: Iterable[Reading],
    named: Mapping[int, NamedMeasure],
    query: QueryDict,
    *,
    measures: int,
) -> IndicatorBoard:
    """Return the laid out indicators, with the same days in all charts if possible.

    `named`: by the measure's key; `measures`: number of measures of the notice.
    """
    readings = sorted(readings, key=_is_told)
    pages = page_of_list(readings, query, measures=measures)
    window = window_of(readings)
    parts = [_part(reading, named, window) for reading in pages]
    drawn = [part for part in parts if not _is_told(part.shown.reading)]
    days = {
        one.attainment.goal.due_on for one in readings if one.attainment.goal and not _is_told(one)
    }
    due_on = days.pop() if len(days) == 1 else None
    return IndicatorBoard(drawn, parts[len(drawn) :], pages, _summary(readings), due_on)


def _is_told(reading: Reading) -> bool:
    return reading.indicator.is_yes_or_no


def _part(
    reading: Reading, named: Mapping[int, NamedMeasure], window: Window | None
) -> IndicatorPart:
    own = named[reading.indicator.measure_id]
    shown = charted(reading, window=window)
    return IndicatorPart(own.measure_id, own.mark, own.title, shown, _signs(reading))


def _signs(reading: Reading) -> tuple[Word, ...]:
    """Return the warnings about an indicator, the most serious first."""
    attainment = reading.attainment
    found = [
        (attainment.state == IndicatorState.MISSED, Word("到期未达", "yellow", "●")),
        (attainment.worsening is not None, Word("反向变动", "yellow", "●")),
        (attainment.is_stale, Word("数据过旧", "yellow", "●")),
        (attainment.state == IndicatorState.REACHED, Word("已达标", "green", "■")),
    ]
    return tuple(word for holds, word in found if holds)


def _summary(readings: Iterable[Reading]) -> list[tuple[Word, int]]:
    """Return counts by warning, each indicator by its first one; the most serious first."""
    order = ("到期未达", "反向变动", "数据过旧", "已达标", REST)
    counts = Counter(next(iter(_signs(one)), Word(REST, "plain")) for one in readings)
    return sorted(counts.items(), key=lambda one: order.index(one[0].label))


def _is_run(rows: list[tuple[date, str]], number: int, word: str) -> bool:
    """Whether all values from this one to the newest are equal."""
    return all(other == word for _, other in rows[: number + 1])
