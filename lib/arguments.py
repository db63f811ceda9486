"""Parses days and months in a command's options."""

from argparse import ArgumentTypeError
from datetime import date

from lib.forms import FIRST_YEAR, LAST_YEAR


def day_typed(words: str) -> date:
    """2026-11-30 → date. Raises ArgumentTypeError for other forms and days that pages refuse."""
    return _within_reason(words, words, "日期须写成2026-11-30这样")


def month_typed(words: str) -> date:
    """2026-11 → the first day of that month. Raises as day_typed does."""
    return _within_reason(f"{words}-01", words, "月份须写成2026-11这样")


def _within_reason(iso: str, words: str, form: str) -> date:
    sentence = f"{form}，在{FIRST_YEAR}年至{LAST_YEAR}年之间，不能是“{words}”。"
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        raise ArgumentTypeError(sentence) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ArgumentTypeError(sentence)
    return found
