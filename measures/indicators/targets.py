"""Targets of indicators: adding, changing and deleting them, with their basis."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from agencies.models import User
from lib.errors import DomainError, demand_reason
from measures.choices import Direction
from measures.indicators.events import record
from measures.indicators.milestones import LAST_DAY
from measures.indicators.values import FIRST_DAY, demand_in_use, take_indicator
from measures.models import Indicator, IndicatorTarget
from measures.rules.attainment import lies_ahead
from measures.rules.figures import demand_fit

FIELDS = ("due_on", "value", "basis")


@transaction.atomic
def add_target(
    indicator: Indicator,
    *,
    by: User,
    due_on: date | None,
    value: Decimal,
    basis: str,
    at: datetime,
) -> IndicatorTarget:
    """Set the value to reach by a day (None: 待定), and its basis.

    Raises DomainError if the value does not fit the indicator or is on the wrong side of its
    baseline, ValidationError if the day has a target already.
    """
    indicator = take_indicator(indicator, by)
    demand_in_use(indicator)
    target = IndicatorTarget(indicator=indicator, due_on=due_on, value=value, basis=basis.strip())
    _save(target)
    sentence = f"为{indicator.measure}的指标设定目标：{indicator.name}，{_words(target)}"
    after = {"due_on": due_on, "value": value, "basis": target.basis}
    record(indicator, "indicator.target", sentence, {}, after, by=by, at=at)
    return target


@transaction.atomic
def change_target(
    target: IndicatorTarget,
    *,
    by: User,
    due_on: date | None,
    value: Decimal | None,
    basis: str,
    reason: str,
    at: datetime,
) -> IndicatorTarget:
    """Change a target; the event keeps the old one.

    `value` is None for a target that is a share of the baseline, which keeps its share. Raises as
    add_target, and DomainError without a reason.
    """
    indicator, target = _take(target, by)
    reason = demand_reason(reason, "调整目标")
    before = {name: getattr(target, name) for name in FIELDS}
    target.due_on, target.basis = due_on, basis.strip()
    target.value = value if target.share_of is None else None
    after = {name: getattr(target, name) for name in FIELDS}
    if before == after:
        raise DomainError("目标没有变化，无需保存。")
    _save(target)
    what = f"{indicator.name}，{_words(target)}"
    sentence = f"调整{indicator.measure}的指标目标：{what}（理由：{reason}）"
    record(
        indicator, "indicator.retarget", sentence, before, after | {"reason": reason}, by=by, at=at
    )
    return target


@transaction.atomic
def remove_target(target: IndicatorTarget, *, by: User, reason: str, at: datetime) -> None:
    """Delete a target; the event keeps it. Raises DomainError if it is the notice's own."""
    indicator, target = _take(target, by)
    reason = demand_reason(reason, "删除目标")
    if target.share_of is not None:
        raise DomainError("通知原文载明的目标不能删除。")
    before = {name: getattr(target, name) for name in FIELDS}
    what = f"{indicator.name}，{_words(target)}"
    sentence = f"删除{indicator.measure}的指标目标：{what}（理由：{reason}）"
    record(indicator, "indicator.untarget", sentence, before, {"reason": reason}, by=by, at=at)
    target.delete()


def _take(target: IndicatorTarget, by: User) -> tuple[Indicator, IndicatorTarget]:
    indicator = take_indicator(target.indicator, by)
    demand_in_use(indicator)
    found = IndicatorTarget.objects.filter(pk=target.pk).first()
    if found is None:
        raise DomainError("这一目标已被删除，请刷新页面查看最新状态。")
    found.indicator = indicator
    return indicator, found


def _save(target: IndicatorTarget) -> None:
    indicator = target.indicator
    if target.due_on is not None and not FIRST_DAY <= target.due_on <= LAST_DAY:
        raise DomainError(f"目标日期须在{FIRST_DAY:%Y-%m-%d}到{LAST_DAY:%Y-%m-%d}之间。")
    if target.value is not None:
        demand_fit(target.value, direction=indicator.direction, decimals=indicator.decimals)
        _demand_ahead(indicator, target.value)
    target.save_checked()


def _demand_ahead(indicator: Indicator, value: Decimal) -> None:
    baseline = indicator.baseline_value
    if indicator.is_cumulative or baseline is None:
        return
    if not lies_ahead(indicator.direction_choice, baseline, value):
        side = "高" if indicator.direction == Direction.UP else "低"
        way = indicator.get_direction_display()
        words, figure = f"“{way}”的指标，目标须{side}于基线", indicator.words_of(baseline)
        raise DomainError(f"{words}{figure}。", audited=f"{words}。")


def _words(target: IndicatorTarget) -> str:
    day = f"{target.due_on:%Y-%m-%d}" if target.due_on else "日期待定"
    if target.value is None:
        return f"{day}达到基线的{target.share_of}/{target.share_out_of}"
    return f"{day}达到{target.indicator.words_of(target.value)}"
