"""The context of 指标与趋势's template."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.http import QueryDict

from lib.numbers import figure
from measures.choices import Light
from measures.rules.facts import days_since
from reports.period.choosing import section_label
from reports.period.measures import is_large
from reports.trends.data import (
    TURNED_MOST,
    NamedMeasure,
    SectionTrend,
    Trends,
    Turn,
    group_of,
)
from reports.trends.figures import IndicatorBoard, board_of
from reports.trends.flow import FlowPart, MovedMeasure, flow_part, moved_measure
from reports.trends.strips import (
    Lights,
    PeriodBar,
    filing_strip,
    light_strip,
    list_url,
    review_strip,
    sum_words,
)

SECTION_PERIODS = 4  # the newest periods, shown side by side
_YEAR = re.compile(r"\d{4}年")
_WHOLE_YEAR = re.compile(r"\d{4}年度")


class Difference(NamedTuple):
    """How many more or fewer measures have a light than in the period before."""

    label: str
    shape: str
    words: str  # +3


class LightRow(NamedTuple):
    """The lights of one period, and how they differ from the period before."""

    strip: PeriodBar
    differences: list[Difference] | None  # None: there is no period before
    total: int


class TurnedLights(NamedTuple):
    """Measures whose light turned from one to another since the last period, or stayed 滞后."""

    label: str  # 正常转预警
    tone: str
    shape: str
    measures: list[tuple[MovedMeasure, str]]  # with the number of days, if it stayed
    more: int  # number of measures that are not named, for a large notice


class SectionRow(NamedTuple):
    """One section: the share that was filed in each period, and its change."""

    label: str
    is_lost: bool
    url: str
    shares: list[str]
    difference: str


class TrendsPage(NamedTuple):
    """The context of the template; everything is sorted oldest first."""

    data: Trends
    labels: list[str]
    indicators: IndicatorBoard
    lights: list[LightRow]
    turned: list[TurnedLights]
    undivided: list[str]  # periods whose 正常 is not split
    flow: FlowPart | None
    filings: list[PeriodBar]
    review: PeriodBar | None
    review_words: str
    section_labels: list[str]
    sections: list[SectionRow]


def page_of(data: Trends, query: QueryDict) -> TrendsPage:
    """Return the context of the template; `query`: the page of indicators to show."""
    labels = short_labels(column.label for column in data.columns)
    named = list(zip(data.columns, labels, strict=True))
    lights = [light_strip(label, one.lights, key=one.key) for one, label in named]
    before, total = (None, *data.columns), data.columns[-1].total if data.columns else 0
    by_key = {one.measure_id: one for one in data.named.values()}
    review = review_strip(data.statuses) if data.statuses else None
    return TrendsPage(
        data=data,
        labels=labels,
        indicators=board_of(data.readings, by_key, query, measures=total),
        lights=[
            LightRow(strip, differences(old.lights, new.lights) if old else None, new.total)
            for strip, old, new in zip(lights, before, data.columns, strict=False)
        ],
        turned=_turned(data, total),
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
    """Return labels without the year if all are of one year: 上半年; the full year stays 2026年."""
    labels = list(labels)
    years = {match.group() for label in labels if (match := _YEAR.match(label))}
    return [_short(label) if len(years) == 1 else label for label in labels]


def _short(label: str) -> str:
    if _WHOLE_YEAR.fullmatch(label):
        return label.removesuffix("度")
    found = _YEAR.match(label)
    return label[found.end() :] or label if found else label


def differences(before: Lights, after: Lights) -> list[Difference]:
    """Return changes of counts by light, with both 正常 as one; unchanged lights are left out."""
    stood, stands = _counts(before), _counts(after)
    then = {group_of(light): _word(label) for light, label in (*before, *after)}
    shown = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    return [
        Difference(then[light], light.shape, signed(stands[light] - stood[light]))
        for light in shown
        if stands[light] != stood[light]
    ]


def signed(number: int | str) -> str:
    """Return a number with its sign, +3 or −2; the minus sign is as wide as the plus."""
    text = str(number)
    return text.replace("-", "−") if text.startswith("-") else f"+{text}"


def _counts(lights: Lights) -> Counter[Light]:
    found: Counter[Light] = Counter()
    for (light, _), number in lights.items():
        found[group_of(light)] += number
    return found


def _word(label: str) -> str:
    """Return a label without 已审核 or 待审核: both kinds of 正常 become 正常."""
    return label.partition("·")[0]


def _turned(data: Trends, total: int) -> list[TurnedLights]:
    """Return the changes of lights since the last period, the worst first."""
    found: defaultdict[tuple[Light, Light, str], list[Turn]] = defaultdict(list)
    for turn in data.turns:
        label = f"{_word(turn.before_label)}转{turn.after_label}"
        label = f"仍{turn.after_label}" if turn.before == turn.after else label
        found[Light(turn.after), group_of(turn.before), label].append(turn)
    order = list(Light)
    most = TURNED_MOST if is_large(total) else None
    keys = sorted(found, key=lambda key: (order.index(key[0]), order.index(key[1])))
    return [_turned_alike(data, *key, found[key], most) for key in keys]


def _turned_alike(
    data: Trends, light: Light, was: Light, label: str, turns: list[Turn], most: int | None
) -> TurnedLights:
    ordinals = sorted(number for turn in turns for number in turn.ordinals)
    named = [_named(data.named[number], light == was, data.on) for number in ordinals[:most]]
    more = sum(turn.number for turn in turns) - len(named)
    return TurnedLights(label, light.tone, light.shape, named, more)


def _named(own: NamedMeasure, is_kept: bool, on: date) -> tuple[MovedMeasure, str]:
    days = f"{days_since(own.since, on=on)}天" if is_kept and own.since else ""
    return moved_measure(own), days


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
