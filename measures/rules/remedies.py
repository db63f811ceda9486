"""What has to be done to improve a light, and the light after each step. Pure.

As in measures.rules.light, the red conditions have to end first, then the yellow ones; then the
submitted note has to be accepted.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from measures.choices import Cause, Light
from measures.rules.facts import Finding

WHO = "{who}"
# What the agency behind a condition has to do, or what has to happen.
ACTS: dict[Cause, str] = {
    Cause.SUSPENDED: "恢复推进",
    Cause.ENDED: "后来的文件恢复实施",
    Cause.UNCONFIRMED: "责任单位核定并布置任务",
    Cause.NOT_BEGUN: "开始实施",
    Cause.NO_PERIOD: "首个填报期到期",
    Cause.NO_LEAD_FILING: "牵头单位报送到期的进展",
    Cause.OVERDUE: "完成并经批准办结",
    Cause.DUE_SOON: "按期完成并经批准办结",
    **dict.fromkeys((Cause.FAR_BEHIND, Cause.BEHIND), "完成比例赶上计划进度"),
    **dict.fromkeys(
        (Cause.LEAD_SILENT, Cause.LEAD_OVERDUE, Cause.LEAD_LATE, Cause.OTHER_LATE),
        f"{WHO}报齐所欠进展",
    ),
    Cause.WITHDRAWN: f"{WHO}重新报送撤回的进展",
    **dict.fromkeys((Cause.NOT_MENDED, Cause.RETURNED), f"{WHO}补正退回的进展"),
    **dict.fromkeys(
        (Cause.CONFIDENCE_RED, Cause.CONFIDENCE_YELLOW), f"{WHO}自评转为正常并通过审核"
    ),
    **dict.fromkeys((Cause.MILESTONE_OVERDUE, Cause.MILESTONE_LATE), f"{WHO}完成逾期的节点"),
    Cause.INDICATOR_WORSE: f"{WHO}报送的指标转好",
    Cause.INDICATOR_MISSED: f"{WHO}报送的指标达到目标",
    Cause.INDICATOR_STALE: f"{WHO}更新指标数据",
    **dict.fromkeys((Cause.DATE_MOVED, Cause.UNMOVED), "完成比例有新进展"),
    Cause.WAITING: f"{WHO}审核通过",
}
ENDS_ALL = (Cause.OVERDUE, Cause.DUE_SOON)  # completing the measure ends every other condition too
REVIEW = "审核通过"


class Remedy(NamedTuple):
    """One step: what has to be done, and the light after it; None: the rule has to judge again."""

    acts: tuple[str, ...]
    light: Light | None

    @property
    def words(self) -> str:
        return "，".join(self.acts)


def remedies_of(findings: Sequence[Finding], *, calm: Light) -> list[Remedy]:
    """Return the steps to the best light, in order; empty if the light is already the best.

    `findings`: every condition, the deciding ones first. `calm`: the light once no condition is
    left, which depends on the lead's filing (Light.WAITING if that is not accepted yet).
    """
    bad = [one for one in findings if one.light in (Light.RED, Light.YELLOW)]
    if not bad:
        return [
            Remedy(acts_of([one]), Light.GREEN if one.light == Light.WAITING else None)
            for one in findings[:1]
            if one.cause in ACTS
        ]
    ending = [one for one in bad if one.cause in ENDS_ALL]
    if ending:
        return [Remedy(acts_of(ending[:1]), Light.GREEN)]
    steps = []
    for light in (Light.RED, Light.YELLOW):
        own = [one for one in bad if one.light == light]
        left = any(one.light != light for one in bad if light == Light.RED)
        if own:
            steps.append(Remedy(acts_of(own), Light.YELLOW if left else calm))
    if calm == Light.WAITING:
        steps.append(Remedy((REVIEW,), Light.GREEN))
    return steps


def acts_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return what has to be done about some conditions; agencies with the same act share a phrase.

    Answers that others owe first come before the acts.
    """
    who: dict[str, list[str]] = {}
    answering: list[str] = []
    for one in findings:
        names = who.setdefault(ACTS[one.cause], [])
        names.extend(name for name in one.agencies if name not in names)
        if one.answers and one.answers not in answering:
            answering.append(one.answers)
    first = (f"{'、'.join(answering)}答复需协调事项",) if answering else ()
    return first + tuple(act.replace(WHO, "、".join(names)) for act, names in who.items())
