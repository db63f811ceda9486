"""What happens to each filing: a table of scenarios, and their filings; all others are in time."""

from collections.abc import Iterator
from typing import NamedTuple

WRITING = ("save", "mend")


class PlannedStep(NamedTuple):
    """One verb on a filing, a number of working days after the due date, at a time of day.

    A text is first saved some minutes earlier (writing_minutes).
    """

    days: int
    time: str
    verb: str


LAST = 99  # means the last day on which anything happens in the period

FATES: dict[str, tuple[PlannedStep, ...]] = {
    "in_time": (
        PlannedStep(-2, "09:40", "save"),
        PlannedStep(-2, "09:40", "submit"),
        PlannedStep(-1, "14:35", "accept"),
    ),
    "late": (
        PlannedStep(2, "09:40", "save"),
        PlannedStep(2, "09:40", "submit"),
        PlannedStep(4, "14:35", "accept"),
    ),
    "chased": (  # late until the second reminder
        PlannedStep(5, "16:10", "save"),
        PlannedStep(6, "11:40", "submit"),
        PlannedStep(7, "14:35", "accept"),
    ),
    "mended": (
        PlannedStep(-2, "09:40", "save"),
        PlannedStep(-2, "09:40", "submit"),
        PlannedStep(-1, "14:35", "return"),
        PlannedStep(1, "09:40", "mend"),
        PlannedStep(1, "09:40", "submit"),
        PlannedStep(2, "14:35", "accept"),
    ),
    "missing": (),
    "draft": (PlannedStep(0, "16:05", "save"),),
    "handed_in": (PlannedStep(0, "16:35", "save"), PlannedStep(0, "16:35", "hand_in")),
    "submitted": (PlannedStep(0, "16:35", "save"), PlannedStep(0, "16:35", "submit")),
    "returned": (
        PlannedStep(-1, "09:40", "save"),
        PlannedStep(-1, "09:40", "submit"),
        PlannedStep(LAST, "14:05", "begin_review"),
        PlannedStep(LAST, "14:35", "return"),
    ),
    "not_mended": (
        PlannedStep(-4, "09:40", "save"),
        PlannedStep(-4, "09:40", "submit"),
        PlannedStep(-3, "14:05", "begin_review"),
        PlannedStep(-3, "14:35", "return"),
    ),
}


def _met_by(words: str) -> set[tuple[int, str]]:
    """Parse a scenario's filings, as `1 fgw, 12 czj`: the measure and the agency's code."""
    pairs = (one.split() for one in words.split(", "))
    return {(int(measure), agency) for measure, agency in pairs}


# By period, oldest first: scenario → its (measure, agency) pairs.
STORY: tuple[dict[str, set[tuple[int, str]]], ...] = (
    {
        "missing": _met_by("3 jjxxw, 5 gzw, 10 cqcustoms, 12 czj, 13 jrjgj"),
        "late": _met_by("1 fgw, 2 wsjkw, 4 sthjj, 7 gzw, 16 kawlb"),
        "chased": _met_by("17 zscqj"),
        "mended": _met_by("1 sww, 2 yjj, 6 cqcustoms, 14 wsjkw"),
    },
    {
        "missing": _met_by("7 kjj, 10 sww, 13 jrjgj, 16 fgw"),
        "late": _met_by("3 nyncw, 5 fgw, 12 kjj, 13 sinosure"),
        "chased": _met_by("14 yjj"),
        "mended": _met_by("2 cqcustoms, 4 jjxxw, 17 sww"),
    },
    {
        "missing": _met_by(
            "1 kjj, 2 wsjkw, 3 nyncw, 4 sthjj, 5 gzw, 7 gzw, 12 czj, 13 jrjgj, 13 pbc, "
            "14 cqcustoms, 16 cqcustoms"
        ),
        "draft": _met_by("3 jjxxw, 7 kjj, 10 cqcustoms, 17 fgw"),
        "handed_in": _met_by("7 jjxxw"),
        "submitted": _met_by(
            "1 jjxxw, 2 scjgj, 2 sww, 7 sww, 10 sww, 12 sww, 16 fgw, 17 cqcustoms"
        ),
        "returned": _met_by("4 wsjkw, 5 jjxxw, 6 cqcustoms"),
        "not_mended": _met_by("17 sww"),
        "late": _met_by("14 yjj, 16 czj"),
    },
)

# Measures with a stage beyond 推进中: measure → from which period on.
NEARLY_DONE = {6: 1, 16: 2}
# The agency with 本单位审核 from the open period on.
INNER_APPROVAL = "jjxxw"
OPEN = 2  # the number of the open period


def moves_of(period: int, measure: int, agency: str) -> Iterator[PlannedStep]:
    """Yield the steps of one filing, in order; `period` counts from 0, the oldest."""
    for move in FATES[fate_of(period, measure, agency)]:
        yield move
        if move.verb == "submit" and (period, agency) == (OPEN, INNER_APPROVAL):
            yield move._replace(verb="approve")


def writing_minutes(measure: int, order: int) -> int:
    """Return the minutes from an agency's first save of a filing to its last: 5 to 14."""
    return 5 + (measure * 5 + order * 3) % 10


def fate_of(period: int, measure: int, agency: str) -> str:
    for fate, who in STORY[period].items():
        if (measure, agency) in who:
            return fate
    return "in_time"
