"""The suggested stage and percent of a measure, from the lead's claim and the plan. Pure."""

from decimal import Decimal
from typing import NamedTuple

from measures.choices import Stage

_AT_REST: dict[str, str] = {
    Stage.SUSPENDED: "中止的措施须先恢复",
    Stage.ENDED: "措施已终止，不再更新进度",
}
FAR_POINTS = 10  # a claim this far below the plan gets a remark


class Claim(NamedTuple):
    """What the lead claims in its newest accepted note."""

    agency: str
    period: str  # the slice: 三季度
    stage: Stage
    percent: int | None
    is_used: bool = False  # the newest status update already refers to it


class Suggestion(NamedTuple):
    """The proposed stage and percent, and the reasons, one clause each."""

    stage: str
    percent: int | None
    grounds: tuple[str, ...]
    is_as_before: bool = False  # no new claim: the status stays


def suggestion_of(
    *,
    stage: str,
    percent: int | None,
    claim: Claim | None,
    expected: Decimal | None = None,
    has_plan: bool = False,
) -> Suggestion:
    """Suggest the lead's claim if it is new, else the present status.

    `expected` is the percent that the plan (`has_plan`) or the time passed asks of a dated measure.
    A suspended or ended measure stays so: a claim alone does not resume it.
    """
    is_taken = claim is not None and not claim.is_used and stage not in _AT_REST
    grounds = [_claim_words(claim, at_rest=_AT_REST.get(stage, ""))]
    if claim is not None and is_taken:
        stage = claim.stage
        percent = claim.percent if claim.percent is not None else percent
    if expected is not None:
        basis = "节点计划" if has_plan else "按时间进度"
        grounds.append(f"{basis}应达 {_short(expected)}%")
        gap = expected - (percent or 0)
        if gap >= FAR_POINTS:
            grounds.append(f"低于应达进度{_short(gap)}个百分点")
    return Suggestion(stage, percent, tuple(grounds), is_as_before=not is_taken)


def _claim_words(claim: Claim | None, *, at_rest: str) -> str:
    if claim is None:
        return "牵头单位近两期没有已通过的进展"
    percent = "" if claim.percent is None else f" {claim.percent}%"
    said = f"牵头单位{claim.agency}{claim.period}自评{claim.stage.label}{percent}"
    if claim.is_used:
        return f"{said}，上次更新已据此认定，此后没有新的进展通过"
    return f"{said}，{at_rest}" if at_rest else said


def _short(number: Decimal) -> str:
    """Format with at most one decimal: 40, 33.3."""
    return f"{number.quantize(Decimal('0.1')).normalize():f}"
