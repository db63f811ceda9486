"""A change of the notice's text: one person enters it, a second one confirms. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lib.errors import DomainError
from measures.choices import ChangeState, GapKind

S = ChangeState
OPEN_STATES = (S.DRAFT, S.WAITING, S.RETURNED)  # at most one open change for a place
EFFECTIVE_STATES = (S.CONFIRMED, S.TAKEN_BACK)  # visible to everybody
WORKDAYS_LEFT = 10  # the least an agency gets for a filing created in mid-period
TITLE_MOST = 100
DOCUMENT_MOST, PLACE_MOST = 100, 80
NO_CONTENT = {
    GapKind.TITLE: "请按正式文本填写标题。",
    GapKind.TEXT: "请按正式文本填写正文。",
    GapKind.AGENCIES: "请选择责任单位，至少一家。",
    GapKind.OTHERS: "请选择其余的单位，至少一家。",
}
NOTHING_CHANGED = "标题、正文、责任单位都没有变化，无需提交。"
NO_WAY_BACK = "新增的措施不能撤销；不再执行的，请按修订办理终止。"
PERIOD_CLOSED = "确认以后已有填报期关闭，报告已据此形成，不能再撤销；原文另有变化的，请按修订办理。"
CHANGED_SINCE = "确认以后又有变更，不能撤销；请先撤销其后的变更。"


class ChangeStep(NamedTuple):
    label: str
    sources: frozenset[ChangeState]  # where it may start
    target: ChangeState | None  # None: unchanged
    event: str


CHANGE_STEPS: Mapping[str, ChangeStep] = {
    "save": ChangeStep("保存", frozenset({S.DRAFT, S.RETURNED}), None, "notice_change.save"),
    "submit": ChangeStep(
        "提交", frozenset({S.DRAFT, S.RETURNED}), S.WAITING, "notice_change.submit"
    ),
    "withdraw": ChangeStep("撤回", frozenset({S.WAITING}), S.DRAFT, "notice_change.withdraw"),
    "drop": ChangeStep("放弃", frozenset({S.DRAFT, S.RETURNED}), S.DROPPED, "notice_change.drop"),
    "return": ChangeStep("退回", frozenset({S.WAITING}), S.RETURNED, "notice_change.return"),
    "confirm": ChangeStep("确认", frozenset({S.WAITING}), S.CONFIRMED, "notice_change.confirm"),
    "take_back": ChangeStep(
        "撤销", frozenset({S.CONFIRMED}), S.TAKEN_BACK, "notice_change.confirm"
    ),
}


def demand_change_step(name: str, state: ChangeState) -> ChangeStep:
    """Return the step of that name; raises DomainError if it may not start from the state."""
    step = CHANGE_STEPS[name]
    if state not in step.sources:
        sentence = f"这一处{state.label}，不能再{step.label}，请刷新页面查看最新状态。"
        raise DomainError(sentence)
    return step


def paragraphs_of(text: str) -> list[str]:
    """Split a typed text into paragraphs, one for each line; empty lines are left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def source_words(document: str, place: str, on: date) -> str:
    """Return the source in one line: 渝府办发〔2018〕175号 纸质归档件，第5页（2018-11-30）."""
    return f"{document}，{place}（{on:%Y-%m-%d}）"


def demand_whole(
    kind: GapKind, *, title: str, text: Sequence[str], agencies: Sequence[object]
) -> None:
    """Raise DomainError if the content that a gap of this kind needs is empty."""
    content = {GapKind.TITLE: title, GapKind.TEXT: text}
    if not content.get(kind, agencies):
        raise DomainError(NO_CONTENT[kind])
    if len(set(agencies)) < len(agencies):
        raise DomainError("同一单位不能选择两次。")
