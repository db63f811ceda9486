"""Shared by all corrections: the act's item, text and role, and the refusal. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any

from lib.errors import DomainError
from measures.intake.values import BodyRole, DoubtKind
from measures.intake.work import PlanItem, Work

Act = dict[str, Any]
Edit = tuple[str, Callable[[Work, Act], Work]]  # its name, and its function


class EditRefused(DomainError):
    """A correction that the reading does not allow."""


def item_of(work: Work, act: Act) -> PlanItem:
    found = work.item(int(act.get("item") or 0))
    if found is None:
        raise EditRefused("请先选定一项。")
    return found


def place_in(work: Work, act: Act, of: str) -> int:
    at = int(act.get("at") or 0)
    if not 0 <= at < len(getattr(item_of(work, act), of)):
        raise EditRefused("这一处已不存在，请刷新页面后再试。")
    return at


def role_of(act: Act) -> str:
    try:
        return BodyRole(str(act.get("role"))).value
    except ValueError as error:
        raise EditRefused("没有这种责任，请重新选择。") from error


def words_of(act: Act, refusal: str) -> str:
    words = str(act.get("text") or "").strip()
    if not words:
        raise EditRefused(refusal)
    return words


def answered(work: Work, item: PlanItem, kinds: set[DoubtKind], answer: str) -> Work:
    """Return the work with the doubts that a correction has decided marked as answered."""
    return work.answered(
        answer, lambda one: one.item == item.id and one.kind in kinds and not one.answer
    )


def names_in(item: PlanItem) -> set[str]:
    """Return the names of an item's bodies: those in the text, and the keys of their agencies."""
    return {body.name for body in item.bodies} | {one.agency for one in item.bodies if one.agency}


def day_in(words: str) -> date:
    """Return a day that a person typed. Raises EditRefused."""
    if not words:
        raise EditRefused("请填写日期后再确定。")
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise EditRefused(f"“{words[:20]}”不是日期，请按2026-12-31的写法填写。") from error
    if not 1949 <= day.year <= 2099:
        raise EditRefused("日期须在1949年至2099年之间。")
    return day
