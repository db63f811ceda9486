"""Small words of official prose. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from lib.chinese import chinese_number, long_date
from reports.datasets.schema import MeasureData

_LINE_ENDS = re.compile(r"\s*\n\s*")
_END = "。！？；，、：. ;,"
_STOPS = "。！？"
_OPENING = {"）": "（", ")": "(", "”": "“", "’": "‘"}


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


def points_words(difference: Decimal) -> str:
    """提高5.9个百分点, 下降…: a difference of two shares."""
    way = "提高" if difference > 0 else "下降"
    return f"{way}{abs(difference)}个百分点"


def marks(measures: Iterable[MeasureData]) -> list[str]:
    """The numbers of measures as the notice prints them."""
    return [measure["mark"] for measure in measures]


def whole(text: str, end: str = "。") -> str:
    """Text of several lines as one sentence run, with one end mark.

    A bracket behind a full sentence, and a quotation that ends with one, take no further mark:
    …完成。（见附件） stays; in a list it becomes …完成（见附件）；. An ellipsis takes no full stop.
    """
    lines = [line for line in _LINE_ENDS.split(text.strip()) if line]
    joined = "".join(line if _is_ended(line) else f"{line}；" for line in lines)
    if end == "。" and joined.rstrip(_END).endswith("…"):
        return joined.rstrip(_END)
    if joined and joined[-1] not in _END and _is_ended(joined):
        return joined if end == "。" else _opened(joined) + end
    return joined.rstrip(_END) + end


def _is_ended(text: str) -> bool:
    """Whether nothing need be added: an end mark, or a bracket or quotation that has its own."""
    if text[-1] in _END:
        return True
    if text[-1] not in _OPENING:
        return False
    before, _, inside = text[:-1].rpartition(_OPENING[text[-1]])
    return inside[-1:] in tuple(_STOPS) or (text[-1] in "）)" and before[-1:] in tuple(_STOPS))


def _opened(text: str) -> str:
    """The same without the stop before a closing bracket, so that the sentence can go on."""
    before, sign, inside = text.rpartition(_OPENING[text[-1]])
    return f"{before.rstrip(_STOPS)}{sign}{inside}"


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
