"""The figures of 总览 over all measures: lights, changes, sections, what needs action."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from lib.chinese import ordinal
from measures.choices import Change, Light
from reports.overview.rows import MeasureRow, grouped, stuck_first
from reports.period.shown import SectionHead

LIGHT_CHANGES = (Change.NEWLY_RED, Change.NEWLY_YELLOW, Change.RECOVERED)
NAMED_MOST = 4  # up to so many measures of one light are named in the sentence
HANDS_MOST = 10  # the worst measures that need action are listed, for a large notice
CHANGED_MOST = 5  # up to so many measures with the same change of light are named


class FirstFew(NamedTuple):
    """The number of some measures, and the first of them by ordinal."""

    number: int = 0
    first: Sequence[int] = ()

    @property
    def marks(self) -> str:
        """Their numbers, as （三）（五）."""
        return "".join(map(ordinal, self.first))


class Figures(NamedTuple):
    """The figures over all measures, independent of filters."""

    lights: Mapping[str, FirstFew]  # none is named if there are more than NAMED_MOST
    changes: Mapping[str, FirstFew]  # changes of lights; up to CHANGED_MOST are named
    sections: Counter[SectionHead]
    stages: Collection[str]
    stuck: Sequence[MeasureRow]  # need action, the worst first; for a large notice HANDS_MOST
    stuck_total: int


def figures_of(rows: Sequence[MeasureRow]) -> Figures:
    lit, changed = grouped(rows, "light"), grouped(rows, "change")
    stuck = stuck_first(rows)
    return Figures(
        lights={light: named(lit[light]) for light in Light},
        changes={change: named(changed[change]) for change in LIGHT_CHANGES},
        sections=Counter(row.section for row in rows),
        stages={row.stage for row in rows},
        stuck=stuck,
        stuck_total=len(stuck),
    )


def named(rows: Collection[MeasureRow]) -> FirstFew:
    return FirstFew(len(rows), tuple(row.ordinal for row in islice(rows, CHANGED_MOST)))
