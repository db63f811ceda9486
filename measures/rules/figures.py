"""Which values an indicator accepts, and how a note's values are worded. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from lib.errors import DomainError
from measures.choices import Direction
from measures.rules.attainment import Gauge, shown

YES_OR_NO = (Decimal(0), Decimal(1))


def demand_fit(value: Decimal, *, direction: str, decimals: int) -> None:
    """Raise DomainError if a value has too many decimals, or is not yes or no where it must be."""
    if direction == Direction.REACH:
        if value not in YES_OR_NO:
            raise DomainError("这一指标只填已实现或未实现。")
        return
    if value != round(value, decimals):
        raise DomainError(
            f"这一指标{f'最多{decimals}位小数' if decimals else '只填整数'}，请改正。"
        )


def doubt_about(
    value: Decimal, on: date, stands: Sequence[tuple[date, Decimal]], *, is_cumulative: bool
) -> str:
    """Return why a value looks mistyped compared with those of other days; empty if it does not."""
    others = [(day, other) for day, other in stands if day != on]
    if value < 0 and others and all(other >= 0 for _, other in others):
        return "此前的数值都不是负数，这次是负数。"
    if not is_cumulative:
        return ""
    for day, other in others:
        if day.year == on.year and day < on and value < other:
            return f"按年累计的数值，不应低于截至{day:%Y-%m-%d}的{other:f}。"
        if day.year == on.year and day > on and value > other:
            return f"按年累计的数值，不应高于截至{day:%Y-%m-%d}的{other:f}。"
    return ""


class AskedIndicator(NamedTuple):
    pk: int
    name: str
    unit: str
    decimals: int
    direction: str
    meaning: str
    last: str  # 2026-06-30：52.0小时, or empty

    @property
    def label(self) -> str:
        """The name with its unit, as the label of a field."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name

    @property
    def is_yes_or_no(self) -> bool:
        """Whether its values are 已实现 or 未实现."""
        return self.direction == Direction.REACH


class Said(NamedTuple):
    """An agency's entry for one indicator: a value, or why there is none; or neither yet."""

    value: Decimal | None = None
    absence: str = ""


class FigureWords(NamedTuple):
    """A note's entry for an indicator, in words."""

    indicator_id: int
    name: str
    value: Decimal | None
    absence: str
    words: str  # the value with its unit, or why there is none


def asked_of(found: Mapping[str, Any]) -> AskedIndicator:
    """Return the indicator from the query's row of an indicator and its last value."""
    as_of = found["as_of"]
    last = f"{as_of}：{_words(found, found['value'])}" if as_of else ""
    told = ("pk", "name", "unit", "decimals", "direction", "meaning")
    return AskedIndicator(**{name: found[name] for name in told}, last=last)


def figure_words(found: Mapping[str, Any]) -> FigureWords:
    """Return the entry in words from the query's row of a figure and its indicator."""
    value = Decimal(found["value"]) if found["value"] is not None else None
    absence = found["absence"]
    words = f"暂无数据：{absence}" if value is None else _words(found, value)
    return FigureWords(found["pk"], found["name"], value, absence, words)


def _words(found: Mapping[str, Any], value: Decimal) -> str:
    gauge = Gauge(Direction(found["direction"]), decimals=found["decimals"], unit=found["unit"])
    return shown(gauge, value)
