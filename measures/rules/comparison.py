"""What changed in a measure between two moments: the only rule for 较上期变化. Pure.

总览, 两期对照, 趋势 and reports all use it, so that their counts agree.
"""

from datetime import date
from typing import NamedTuple

from measures.choices import Change, Light, Stage

ADVANCING = (Stage.NOT_STARTED, Stage.UNDER_WAY, Stage.NEARLY_DONE, Stage.DONE)
IN_ORDER = (Light.GREEN, Light.WAITING)  # 正常, accepted or waiting to be
CALM, TROUBLED = (*IN_ORDER, Light.GREY), (Light.RED, Light.YELLOW)
UP, DOWN = 1, -1

Status = tuple[str, int | None]  # a stage and a percent


class Moment(NamedTuple):
    """The state of a measure on a day."""

    stage: str
    light: str
    percent: int | None = None
    due_on: date | None = None
    knows_due: bool = True  # False: a snapshot from before due dates were kept
    never_filed: int = 0  # agencies past due that have not filed for it in any period


def changes_between(before: Moment | None, after: Moment) -> frozenset[Change]:
    """Return what is different in `after`; empty if `before` is None.

    Stage and percent are compared separately: a measure whose stage went up and whose percent went
    down counts as both. A finished measure counts as done, not as advanced; a move to or from
    已中止 or 已终止 counts as neither. Recovered means red or yellow before and 正常 now, whichever
    of the two greens; a move from one green to the other is no change.
    """
    if before is None:
        return frozenset()
    ways = _ways((before.stage, before.percent), (after.stage, after.percent))
    held = {
        Change.NEWLY_RED: after.light == Light.RED != before.light,
        Change.NEWLY_YELLOW: after.light == Light.YELLOW and before.light in CALM,
        Change.RECOVERED: after.light in IN_ORDER and before.light in TROUBLED,
        Change.ADVANCED: after.stage != Stage.DONE and UP in ways,
        Change.REGRESSED: DOWN in ways,
        Change.DATE_MOVED: before.knows_due and after.knows_due and before.due_on != after.due_on,
        Change.DONE: after.stage == Stage.DONE != before.stage,
        Change.NEVER_FILED: after.never_filed > 0,
    }
    return frozenset(change for change, holds in held.items() if holds)


def is_backward(before: Status, after: Status) -> bool:
    """Whether stage or percent went down, each given as (stage, percent)."""
    return DOWN in _ways(before, after)


def _ways(before: Status, after: Status) -> set[int]:
    """Return the directions in which stage and percent changed."""
    pairs = [(_rank(before[0]), _rank(after[0])), (before[1], after[1])]
    known = [(old, new) for old, new in pairs if old is not None and new is not None]
    return {UP if new > old else DOWN for old, new in known if new != old}


def _rank(stage: str) -> int | None:
    """Return the stage's place in the order of stages; None for suspended and ended."""
    return ADVANCING.index(Stage(stage)) if stage in ADVANCING else None
