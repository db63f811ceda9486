"""Numbers and dates as Chinese official texts write them."""

from collections.abc import Iterable
from datetime import date

DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 → 一, 17 → 十七, 42 → 四十二. Takes 0 to 99; ValueError outside."""
    if not 0 <= number <= 99:
        raise ValueError(f"只能写 0 到 99，得到 {number}")
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def ordinal(number: int) -> str:
    """A measure's number as the notice prints it: 3 → （三）."""
    return f"（{chinese_number(number)}）"


def long_date(day: date) -> str:
    """2018-11-30 → 2018年11月30日, with no leading zeros (GB/T 9704-2012, 成文日期)."""
    return f"{day.year}年{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """The weekday in short: 周一 to 周日."""
    return "周" + "一二三四五六日"[day.weekday()]


def listed(words: Iterable[str]) -> str:
    """Words as one list, joined with 、 and without 和 (the usage of official texts)."""
    return "、".join(words)
