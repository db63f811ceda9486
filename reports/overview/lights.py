"""The sentence and the bar of 总览: how many measures have which light, and which changed."""

from collections.abc import Mapping
from typing import NamedTuple

from django.http import QueryDict

from measures.choices import Change, Light
from reports.overview.figures import LIGHT_CHANGES, NAMED_MOST, Figures
from reports.overview.rows import Overview
from reports.period.choosing import address

# In percent of the bar. A part is never narrower than its sign and number on a phone; it also shows
# its word if that fits on a desktop.
NARROWEST = 9.0
HAS_WORDS = 11.5
NARROW = 18.0  # below this the word is left out on smaller screens and on paper


class LightPart(NamedTuple):
    """One light: its count, and its part of the bar in percent of the width."""

    light: Light
    label: str  # its label at the time
    value: int
    url: str
    x: float
    width: float
    marks: str = ""  # the measures' numbers, if they are few: （六）（十六）

    @property
    def has_words(self) -> bool:
        """Whether the word fits beside sign and number."""
        return self.width >= HAS_WORDS

    @property
    def is_narrow(self) -> bool:
        """Whether the word fits only on a desktop."""
        return self.width < NARROW


class LightSummary(NamedTuple):
    """The counts for the sentence, and the parts of the bar, the worst first."""

    parts: list[LightPart]
    is_split: bool  # green is split into reviewed and not reviewed

    @property
    def by_light(self) -> dict[str, LightPart]:
        return {part.light.value: part for part in self.parts}

    @property
    def normal(self) -> int:
        """The number of green measures, reviewed or not."""
        return self.by_light[Light.GREEN].value + self.by_light[Light.WAITING].value

    @property
    def drawn(self) -> list[LightPart]:
        """The parts whose count is not 0."""
        return [part for part in self.parts if part.value]


def light_summary(
    data: Overview, figures: Figures, query: QueryDict, named: Mapping[str, str]
) -> LightSummary:
    """Return the counts of the lights; the five numbers add up to all measures."""
    counts = {light: figures.lights[light].number for light in Light}
    widths = _widths(counts)
    parts, x = [], 0.0
    for light in Light:
        url = address(query, light=light)
        width = widths.get(light, 0.0)
        marks = figures.lights[light].marks if counts[light] <= NAMED_MOST else ""
        parts.append(
            LightPart(light, named[light], counts[light], url, round(x, 2), round(width, 2), marks)
        )
        x += width
    # An old snapshot does not distinguish reviewed green from unreviewed.
    is_split = data.shown.is_live or any(row.findings for row in data.rows)
    return LightSummary(parts, is_split)


class ChangeFigure(NamedTuple):
    """How many lights changed in the same way since the previous period, and of which measures."""

    change: Change
    value: int
    url: str
    marks: str  # （三）（五）, cut after a few; none of many in a large notice


def change_figures(figures: Figures, query: QueryDict) -> list[ChangeFigure]:
    """Return the kinds of changes of lights that occurred, each with its count."""
    return [
        ChangeFigure(
            change,
            found.number,
            address(query, change=change),
            found.marks + "等" * (found.number > len(found.first) > 0),
        )
        for change in LIGHT_CHANGES
        if (found := figures.changes[change]).number
    ]


def _widths(counts: Mapping[Light, int]) -> dict[Light, float]:
    """Return the width of each light with a count, at least NARROWEST; they add up to 100."""
    held = {light: count for light, count in counts.items() if count}
    spare = 100 - NARROWEST * len(held)
    total = sum(held.values())
    return {light: NARROWEST + spare * count / total for light, count in held.items()}
