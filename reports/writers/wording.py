"""Small words of official prose. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from policy_tracker.lib.chinese import chinese_number, long_date
from reports.data.shapes import MeasureData

_LINE_ENDS = re.compile(r"\s*\n\s*")
_END = "。！？；，、：. ;,"


def day_words(day: str) -> str:
    """2026-09-30 → 2026年9月30日."""
    return long_date(date.fromisoformat(day))


def clauses(rows: Iterable[tuple[str, int, str]], unit: str = "项") -> str:
    """(word, count, share) → 已完成8项、占47.1%；…; what counts 0 is left out."""
    return "；".join(
        f"{word}{count}{unit}" + (f"、占{share}%" if share else "")
        for word, count, share in rows
        if count
    )


def marks(measures: Iterable[MeasureData]) -> list[str]:
    """The numbers of measures as the notice prints them."""
    return [measure["mark"] for measure in measures]


def whole(text: str, end: str = "。") -> str:
    """Text of several lines as one sentence run, with one end mark."""
    lines = [line for line in _LINE_ENDS.split(text.strip()) if line]
    joined = "".join(line if line[-1] in _END else f"{line}；" for line in lines)
    return joined.rstrip(_END) + end


def numbered(sentences: Sequence[str]) -> tuple[str, ...]:
    """一是…； 二是…； … each a paragraph, the last with a full stop. One alone is not numbered."""
    if len(sentences) == 1:
        return (whole(sentences[0]),)
    last = len(sentences)
    return tuple(
        f"{_is(n)}{whole(sentence, end='。' if n == last else '；')}"
        for n, sentence in enumerate(sentences, start=1)
    )


def _is(number: int) -> str:
    return f"{chinese_number(number) if number < 100 else number}是"
