"""The parts of 指标与趋势 as its template takes them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.http import QueryDict

from lib.http import address_of
from lib.numbers import figure
from measures.choices import Light
from measures.rules.facts import days_since
from reports.overview.rows import MeasureRow
from reports.period.choosing import section_label
from reports.period.paging import is_large
from reports.trends.data import SectionTrend, Standpoint, Trends
from reports.trends.figures import IndicatorBoard, board_of
from reports.trends.flow import FlowPart, MovedMeasure, flow_part
from reports.trends.strips import (
    PeriodBar,
    filing_strip,
    light_strip,
    list_url,
    review_strip,
    sum_words,
)

NAMED_MOST = 20  # measures whose light turned alike, of a large notice
SECTION_PERIODS = 4  # side by side; the newest
NORMAL = (Light.GREEN, Light.WAITING)
_YEAR = re.compile(r"\d{4}年")
_WHOLE_YEAR = re.compile(r"\d{4}年度")


class Difference(NamedTuple):
    """How many more or less measures have a light than in the period before."""

    label: str
    shape: str
    words: str  # +3


class LightRow(NamedTuple):
    """The lights of one period, and how they differ from the period before."""

    strip: PeriodBar
    differences: list[Difference] | None  # None: there is none before
    total: int


class TurnedLights(NamedTuple):
    """Measures whose light turned from one to another since the last period, or stayed 滞后."""

    label: str  # 正常转预警
    tone: str
    shape: str
    measures: list[tuple[MovedMeasure, str]]  # with how many days, where it stayed
    more: int  # those that are not named, of a large notice


class SectionRow(NamedTuple):
    """One section: the share that was filed, period by period, and how far it moved."""

    label: str
    is_lost: bool
    url: str
    shares: list[str]
    difference: str


class TrendsPage(NamedTuple):
    """What the template takes; everything oldest first."""

    data: Trends
    labels: list[str]
    indicators: IndicatorBoard
    lights: list[LightRow]
    turned: list[TurnedLights]
    undivided: list[str]  # periods whose 正常 is not told apart
    flow: FlowPart | None
    filings: list[PeriodBar]
    review: PeriodBar | None
    review_words: str
    section_labels: list[str]
    sections: list[SectionRow]


def page_of(data: Trends, query: QueryDict) -> TrendsPage:
    """Lay out the trends."""
    labels = short_labels(column.label for column in data.columns)
    named = list(zip(data.columns, labels, strict=True))
    lights = [light_strip(label, one.points, key=one.key) for one, label in named]
    before = (None, *data.columns)
    review = review_strip(data.lines) if data.lines else None
    return TrendsPage(
        data=data,
        labels=labels,
        indicators=board_of(data.readings, data.marks, data.titles, query),
        lights=[
            LightRow(strip, differences(old.points, new.points) if old else None, len(new.points))
            for strip, old, new in zip(lights, before, data.columns, strict=False)
        ],
        turned=_turned(data),
        undivided=[label for one, label in named if any(p.is_undivided for p in one.points)],
        flow=flow_part(data, labels),
        filings=[
            filing_strip(label, one.timeliness, one.period, is_now=one.is_live)
            for one, label in named
        ],
        review=review,
        review_words=sum_words(review) if review else "",
        section_labels=labels[-SECTION_PERIODS:],
        sections=[_section(section) for section in data.sections],
    )


def short_labels(labels: Iterable[str]) -> list[str]:
    """Without the year where all are of one year: 上半年; the whole of it is 2026年."""
    labels = list(labels)
    years = {match.group() for label in labels if (match := _YEAR.match(label))}
    return [_short(label) if len(years) == 1 else label for label in labels]


def _short(label: str) -> str:
    if _WHOLE_YEAR.fullmatch(label):
        return label.removesuffix("度")
    found = _YEAR.match(label)
    return label[found.end() :] or label if found else label


def differences(
    before: Iterable[Standpoint | MeasureRow], after: Iterable[Standpoint | MeasureRow]
) -> list[Difference]:
    """By light, 正常 as one, as they were called; what did not change is left out."""
    before, after = list(before), list(after)
    stood, stands = _counts(before), _counts(after)
    then = {_group(point.light): _word(point.light_label) for point in (*before, *after)}
    shown = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    return [
        Difference(then[light], light.shape, signed(stands[light] - stood[light]))
        for light in shown
        if stands[light] != stood[light]
    ]


def signed(number: int | str) -> str:
    """+3, −2: with the sign that is as wide as the plus."""
    text = str(number)
    return text.replace("-", "−") if text.startswith("-") else f"+{text}"


def _counts(points: Iterable[Standpoint | MeasureRow]) -> defaultdict[Light, int]:
    found: defaultdict[Light, int] = defaultdict(int)
    for point in points:
        found[_group(point.light)] += 1
    return found


def _group(light: str) -> Light:
    """Both kinds of 正常 are one where periods are compared: older ones do not tell them apart."""
    return Light.GREEN if light in NORMAL else Light(light)


def _word(label: str) -> str:
    """正常 without what tells the two apart."""
    return label.partition("·")[0]


def _turned(data: Trends) -> list[TurnedLights]:
    """Since the last period: the worst first."""
    if len(data.columns) < 2:
        return []
    before, after = data.columns[-2:]
    stood = {point.measure_id: point for point in before.points}
    found: defaultdict[tuple[Light, Light, str], list[Standpoint]] = defaultdict(list)
    for point in after.points:
        old = stood.get(point.measure_id)
        if old is None or (_group(old.light) == _group(point.light) != Light.RED):
            continue
        label = f"{_word(old.light_label)}转{point.light_label}"
        label = f"仍{point.light_label}" if old.light == point.light else label
        found[Light(point.light), _group(old.light), label].append(point)
    order = list(Light)
    most = NAMED_MOST if is_large(len(after.points)) else None
    keys = sorted(found, key=lambda key: (order.index(key[0]), order.index(key[1])))
    return [
        TurnedLights(
            label=label,
            tone=light.tone,
            shape=light.shape,
            measures=[_named(one, was == light, data) for one in found[light, was, label][:most]],
            more=len(found[light, was, label][most:]) if most else 0,
        )
        for light, was, label in keys
    ]


def _named(point: Standpoint, is_kept: bool, data: Trends) -> tuple[MovedMeasure, str]:
    pk = point.measure_id
    days = f"{days_since(point.since, on=data.on)}天" if is_kept and point.since else ""
    url = address_of("measures:measure", pk)
    return MovedMeasure(data.marks[pk], data.titles[pk], url), days


def _section(section: SectionTrend) -> SectionRow:
    newest = section.shares[-SECTION_PERIODS:]
    shares = [None if share is None else Decimal(figure(share, 1)) for share in newest]
    old, new = ([None, *shares])[-2:]
    return SectionRow(
        label=section_label(section.head),
        is_lost=not section.head.title,
        url=list_url("", section=str(section.head.ordinal)),
        shares=["—" if share is None else f"{share}%" for share in shares],
        difference="—" if old is None or new is None else _difference(old, new),
    )


def _difference(old: Decimal, new: Decimal) -> str:
    return signed(str(new - old)) if new != old else "0.0"
