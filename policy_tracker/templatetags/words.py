"""How numbers and dates are written on every page; built into all templates."""

from datetime import date, datetime

from django import template
from django.utils.timezone import localtime

from policy_tracker.lib import chinese

register = template.Library()


@register.filter
def cn(number: int) -> str:
    """1 → 一."""
    return chinese.chinese_number(number)


@register.filter
def ordinal(number: int) -> str:
    """3 → （三）."""
    return chinese.ordinal(number)


@register.filter
def day(value: date | None) -> str:
    """2026-11-23, or a dash where there is none."""
    return f"{_date(value):%Y-%m-%d}" if value else "—"


@register.filter
def day_weekday(value: date | None) -> str:
    """2026-11-23（周一）, for deadlines."""
    return f"{_date(value):%Y-%m-%d}（{chinese.weekday(_date(value))}）" if value else "—"


@register.filter
def day_long(value: date | None) -> str:
    """2026年11月23日."""
    return chinese.long_date(_date(value)) if value else "—"


@register.filter
def moment(value: datetime | None) -> str:
    """2026-11-23 14:05, Beijing time, or a dash where there is none."""
    return f"{localtime(value):%Y-%m-%d %H:%M}" if value else "—"


def _date(value: date) -> date:
    return localtime(value).date() if isinstance(value, datetime) else value
