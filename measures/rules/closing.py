"""When a measure may be closed, and the checks shown to the chief before the decision. Pure.

An unmet check forbids nothing: the chief weighs them (docs/workflow.md).
"""

from datetime import date
from typing import NamedTuple

from lib.errors import DomainError
from measures.choices import Nature, Stage


class Check(NamedTuple):
    """One condition that a finished measure is expected to meet."""

    label: str
    is_met: bool
    words: str

    @property
    def tone(self) -> str:
        return "green" if self.is_met else "yellow"

    @property
    def mark(self) -> str:
        """The result as a sign and words, readable without colour."""
        return "✓ 已满足" if self.is_met else "● 请注意"


class ClosingFacts(NamedTuple):
    """Stage and counts that the checks need."""

    stage: Stage
    percent: int | None
    is_dated: bool
    milestones: int  # not done
    unfiled: int  # filings of open periods, never submitted
    debts: int  # filings of closed periods, neither filed late nor written off
    waiting: int  # notes submitted, not reviewed yet
    mending: int  # notes returned, not corrected yet
    objections: int  # not answered yet
    due_requests: int  # not decided yet


def word_of(nature: str) -> str:
    """Return the word for closing: an ongoing measure is not done, its tracking becomes routine."""
    return "办结" if nature == Nature.DATED else "转入常态"


def demand_may_ask(*, is_closed: bool, is_suspended: bool, has_open: bool, word: str) -> None:
    """Raise DomainError if a closing cannot be requested in the measure's present state."""
    if is_closed:
        raise DomainError("这项措施已办结，无需再次申请。")
    if has_open:
        raise DomainError(f"这项措施已有一项{word}申请待审批，请等待审批，或先撤回再另行申请。")
    if is_suspended:
        raise DomainError(f"这项措施已中止，请先由市商务委恢复推进，再申请{word}。")


def day_label_of(nature: str) -> str:
    """Return the label of the day on which a measure is closed."""
    return "完成日期" if nature == Nature.DATED else "转入常态的日期"


def demand_day(completed_on: date, *, starts_on: date, on: date, label: str = "完成日期") -> None:
    """Raise DomainError if the measure cannot have been completed on that day.

    `label` names the day in the message.
    """
    if completed_on > on:
        raise DomainError(f"{label}不能晚于今日（{on:%Y-%m-%d}）。")
    if completed_on < starts_on:
        raise DomainError(f"{label}不能早于开始日期{starts_on:%Y-%m-%d}。")


def checks_of(facts: ClosingFacts) -> list[Check]:
    """Return all checks, met or not, in a fixed order."""
    is_near = facts.stage == Stage.NEARLY_DONE
    checks = [Check("进度", is_near, f"现为“{facts.stage.label}”")]
    if facts.is_dated:
        percent = facts.percent or 0
        checks.append(Check("完成比例", percent == 100, f"现为{percent}%"))
    return checks + [
        _none_left("节点", facts.milestones, "个尚未完成"),
        _none_left("各期填报", facts.unfiled, "项尚未报送，同意后免报"),
        _none_left("往期欠报", facts.debts, "项仍未补报，也未核销"),
        _none_left("待审核的进展", facts.waiting, "项待审核"),
        _none_left("退回补正", facts.mending, "项退回后尚未补正"),
        _none_left("异议", facts.objections, "件待答复"),
        _none_left("时限申请", facts.due_requests, "件待审批，同意办结后失效"),
    ]


def _none_left(label: str, count: int, words: str) -> Check:
    return Check(label, count == 0, f"{count}{words}" if count else "无未了事项")
