"""What 总览 says of all measures in figures: lights, changes, sections, what needs a hand."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from lib.chinese import ordinal
from measures.choices import Change, Light
from reports.overview.rows import MeasureRow, grouped, stuck_first
from reports.period.shown import SectionHead

LIGHT_CHANGES = (Change.NEWLY_RED, Change.NEWLY_YELLOW, Change.RECOVERED)
NAMED_MOST = 4  # so many measures of one light are named in the sentence
HANDS_MOST = 10  # of a large notice the worst of what needs a hand
CHANGED_MOST = 5  # so many whose lights changed alike


class FirstFew(NamedTuple):
    """How many measures, and the first of them by ordinal."""

    number: int = 0
    first: Sequence[int] = ()

    @property
    def marks(self) -> str:
        """（三）（五）."""
        return "".join(map(ordinal, self.first))


class Figures(NamedTuple):
    """The figures of all measures, whatever is filtered."""

    lights: Mapping[str, FirstFew]  # of more than NAMED_MOST nobody is named
    changes: Mapping[str, FirstFew]  # of the lights; up to CHANGED_MOST are named
    sections: Counter[SectionHead]
    stages: Collection[str]
    stuck: Sequence[MeasureRow]  # what needs a hand, the worst first; of a large notice some
    stuck_total: int


def figures_of(rows: Sequence[MeasureRow]) -> Figures:
    """Count some rows."""
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
    """How many rows, and which."""
    return FirstFew(len(rows), tuple(row.ordinal for row in islice(rows, CHANGED_MOST)))
