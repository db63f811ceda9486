"""What changed between two moments of one measure: the one rule of 较上期变化. Pure.

总览, 两期对照, 趋势 and reports all ask here, so that they cannot count differently.
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
    """A measure as it stood on a day."""

    stage: str
    light: str
    percent: int | None = None
    due_on: date | None = None
    knows_due: bool = True  # False: a snapshot from before due dates were kept
    never_filed: int = 0  # agencies past due that have not filed for it in any period


def changes_between(before: Moment | None, after: Moment) -> frozenset[Change]:
    """What is different in `after`; nothing where there is no `before` to compare with.

    Stage and percent are each looked at, so one that went up while the other went down counts as
    both. What is done counts as done, not as advanced; to or from 已中止 or 已终止 is neither.
    Recovered is what was troubled and is 正常 now; whoever tells it says which of the two greens
    that is. From one green to the other is no change.
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
    """Which ways stage and percent went."""
    pairs = [(_rank(before[0]), _rank(after[0])), (before[1], after[1])]
    known = [(old, new) for old, new in pairs if old is not None and new is not None]
    return {UP if new > old else DOWN for old, new in known if new != old}


def _rank(stage: str) -> int | None:
    """How far along a stage is; None for what is off the way (suspended, ended)."""
    return ADVANCING.index(Stage(stage)) if stage in ADVANCING else None
