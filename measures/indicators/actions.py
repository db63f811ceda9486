"""指标: the commission defines indicators, their baselines, and the agency that files them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.choices import MeasureMessage
from measures.indicators.events import record, tell_agency
from measures.indicators.values import demand_in_use, take_indicator
from measures.lights.refresh import refresh_light
from measures.models import Indicator, Measure

FIELDS = (
    "name",
    "unit",
    "decimals",
    "direction",
    "is_cumulative",
    "meaning",
    "reporter",
    "asked_since",
)
# The meaning of its values, which cannot change once there are any.
FIXED = {"unit": "单位", "direction": "方向", "is_cumulative": "是否按年累计"}


@transaction.atomic
def add_indicator(
    measure: Measure, *, by: User, said: Mapping[str, object], at: datetime
) -> Indicator:
    """Create an indicator of a measure; `said` has FIELDS. Notifies the agency that files it.

    Raises PermissionDenied, ValidationError if a constraint refuses it.
    """
    by.demand(Perm.UPDATE_STATUS)
    indicator = Indicator(measure=measure)
    _write(indicator, said)
    sentence = f"为{measure}设立指标：{indicator.name}"
    record(indicator, "indicator.add", sentence, {}, said, by=by, at=at)
    tell_reporter(indicator, f"{sentence}，由贵单位随进展填报。", at)
    return indicator


@transaction.atomic
def change_indicator(
    indicator: Indicator, *, by: User, said: Mapping[str, object], reason: str, at: datetime
) -> Indicator:
    """Change an indicator's definition, or who files it; `said` has FIELDS.

    Raises as add_indicator, and DomainError without a reason, if nothing would change, if it is
    retired, or if values would change their meaning.
    """
    indicator = take_indicator(indicator, by)
    demand_in_use(indicator)
    reason = demand_reason(reason, "调整指标")
    before = {name: getattr(indicator, name) for name in FIELDS}
    changed = [name for name in FIELDS if before[name] != said[name]]
    if not changed:
        raise DomainError("指标没有变化，无需保存。")
    _demand_same_meaning(indicator, before, said)
    _write(indicator, said)
    sentence = f"调整{indicator.measure}的指标：{indicator.name}（理由：{reason}）"
    after = {name: said[name] for name in changed} | {"reason": reason}
    old = {name: before[name] for name in changed}
    record(indicator, "indicator.change", sentence, old, after, by=by, at=at)
    tell_reporter(indicator, sentence, at)
    return indicator


@transaction.atomic
def set_baseline(
    indicator: Indicator,
    *,
    by: User,
    value: Decimal,
    on: date,
    source: str,
    reason: str = "",
    at: datetime,
) -> Indicator:
    """Set the baseline with its day and source.

    Recomputes targets that are a share of it. Raises DomainError if it replaces another one
    without a reason, or does not fit the indicator.
    """
    indicator = take_indicator(indicator, by)
    demand_in_use(indicator)
    if indicator.is_yes_or_no:
        raise DomainError("“实现与否”的指标没有基线。")
    if on > localdate(at):
        raise DomainError("基线日期不能晚于今日。")
    source = source.strip()
    after: dict[str, object] = {
        "baseline_value": value,
        "baseline_on": on,
        "baseline_source": source,
    }
    before = {name: getattr(indicator, name) for name in after}
    if before == after:
        raise DomainError("基线没有变化，无需保存。")
    if indicator.baseline_value is not None:
        reason = demand_reason(reason, "更改基线")
    for name, new in after.items():
        setattr(indicator, name, new)
    indicator.save_checked(update_fields=list(after))
    figure = f"{on:%Y-%m-%d}为{indicator.words_of(value)}"
    sentence = f"核定{indicator.measure}的指标基线：{indicator.name}，{figure}，来源：{source}"
    after |= {"reason": reason.strip()}
    record(indicator, "indicator.baseline", sentence, before, after, by=by, at=at)
    return indicator


@transaction.atomic
def set_retired(
    indicator: Indicator, *, by: User, retired: bool, reason: str, at: datetime
) -> Indicator:
    """Stop requiring values of an indicator, or require them again. Existing ones are kept.

    Raises DomainError without a reason or if nothing would change.
    """
    indicator = take_indicator(indicator, by)
    what = "停用" if retired else "恢复"
    action = "indicator.retire" if retired else "indicator.resume"
    reason = demand_reason(reason, f"{what}指标")
    if retired == (indicator.retired_on is not None):
        raise DomainError(f"这一指标已经{what}，请刷新页面查看最新状态。")
    before = {"retired_on": indicator.retired_on, "retired_reason": indicator.retired_reason}
    indicator.retired_on = localdate(at) if retired else None
    indicator.retired_reason = reason if retired else ""
    indicator.save_checked(update_fields=["retired_on", "retired_reason"])
    sentence = f"{what}{indicator.measure}的指标：{indicator.name}（理由：{reason}）"
    after = {"retired_on": indicator.retired_on, "reason": reason}
    record(indicator, action, sentence, before, after, by=by, at=at)
    tell_reporter(indicator, sentence, at)
    return indicator


@transaction.atomic
def remove_indicator(indicator: Indicator, *, by: User, reason: str, at: datetime) -> None:
    """Delete an indicator that was created by mistake and has no data.

    Raises DomainError if it is the notice's own or has any data.
    """
    indicator = take_indicator(indicator, by)
    reason = demand_reason(reason, "删除指标")
    if sentence := why_kept(indicator):
        raise DomainError(sentence)
    before = {name: getattr(indicator, name) for name in FIELDS}
    sentence = f"删除{indicator.measure}的指标：{indicator.name}（理由：{reason}）"
    record(indicator, "indicator.remove", sentence, before, {"reason": reason}, by=by, at=at)
    indicator.targets.all().delete()
    indicator.delete()
    refresh_light(indicator.measure_id, on=localdate(at))


def why_kept(indicator: Indicator) -> str:
    """Return why an indicator may not be deleted, as a sentence; empty if it may. Two queries."""
    if indicator.comes_from_notice:
        return "通知原文载明的指标不能删除；不再跟踪的，可以停用并写明理由。"
    if indicator.values.exists() or indicator.figures.exists():
        return "已有数值的指标不能删除；不再跟踪的，可以停用并写明理由。"
    return ""


def tell_reporter(indicator: Indicator, sentence: str, at: datetime) -> None:
    url = reverse("measures:indicator", args=[indicator.pk])
    tell_agency(indicator.reporter_id, MeasureMessage.INDICATOR, sentence, url=url, at=at)


def _write(indicator: Indicator, said: Mapping[str, object]) -> None:
    for name in FIELDS:
        setattr(indicator, name, said[name])
    indicator.save_checked(update_fields=FIELDS if indicator.pk else None)


def _demand_same_meaning(
    indicator: Indicator, before: Mapping[str, object], said: Mapping[str, object]
) -> None:
    has_values = indicator.baseline_value is not None or indicator.targets.exists()
    if not (has_values or indicator.values.exists() or indicator.figures.exists()):
        return
    moved = [words for name, words in FIXED.items() if before[name] != said[name]]
    if moved:
        raise DomainError(
            f"已有数值、基线或目标的指标不能更改{'、'.join(moved)}；口径有变的，请停用后另设。"
        )
    if cast(int, said["decimals"]) < cast(int, before["decimals"]):
        raise DomainError("已有数值的指标不能减少小数位数。")
