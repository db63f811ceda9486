"""Numbers and dates as Chinese official texts write them."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

DIGITS = "零一二三四五六七八九"
UNITS = ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, ""))
MOST = 99_999
# In a notice whose numbers restart in each part, a measure's number is PART times the part's plus
# its own: 200003 is the third of the second part. No other number is as high (see MOST).
PART = 100_000
# If such a number is not printed as （三）, FORM times the index of its form in _FORMS is added:
# 100200003 is 二、3.
FORM = 100_000_000
_FORMS = (
    (re.compile(r"[（(][一二三四五六七八九十百]+[）)]$"), "{part}（{chinese}）"),
    (re.compile(r"\d+[.．]$"), "{part}、{number}."),
    (re.compile(r"\d+、$"), "{part}、{number}、"),
    (re.compile(r"[（(]?\d+[）)]$"), "{part}（{number}）"),
    (re.compile(r"第.+条[：:]?$"), "{part}、第{chinese}条"),
    (re.compile(r"[一二三四五六七八九十]+(?:是|要)$"), "{part}、{chinese}是"),
    (re.compile(r"\d+[.．]\d+$"), "{place}.{number}"),
)
_STOPS_AT_END = re.compile(r"([。！？](?:[”’）]|（[^（）]*）)?)。+$")  # also after 。（附件另发）
_ISO_DAY = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")


def chinese_number(number: int) -> str:
    """1 → 一, 17 → 十七, 101 → 一百零一, 2010 → 二千零一十. Takes 0 to 99999; else ValueError."""
    if not 0 <= number <= MOST:
        raise ValueError(f"只能写 0 到 {MOST}，得到 {number}")
    words, skipped = "", False
    for value, unit in UNITS:
        digit, number = divmod(number, value)
        if digit:
            words += ("零" if skipped else "") + DIGITS[digit] + unit
        # One or more zeros between two other digits are written as a single 零.
        skipped = bool(words) and not digit
    return words.removeprefix("一") if words.startswith("一十") else words or DIGITS[0]


def label_form(labels: Iterable[str]) -> int:
    """The index in _FORMS that all labels share, for in_part(); 0: （三）, or they differ."""
    found = {
        next((at for at, (form, _) in enumerate(_FORMS) if form.match(label)), 0)
        for label in labels
        if label
    }
    return found.pop() if len(found) == 1 else 0


def in_part(part: int, number: int, form: int) -> int:
    """The stored number of a measure in a notice whose numbers restart in each part."""
    return form * FORM + part * PART + number


def without_form(number: int) -> int:
    """The stored number without its form, as if it were printed as （三）."""
    return number % FORM


@lru_cache(maxsize=2000)
def ordinal(number: int) -> str:
    """A measure's number as the notice prints it: 3 → （三）; 200003 → 二（三）, see PART."""
    form, rest = divmod(number, FORM)
    part, own = divmod(rest, PART)
    if not (part and own):
        return f"（{chinese_number(number)}）"
    words = {"part": chinese_number(part), "place": part}
    return _FORMS[form][1].format(chinese=chinese_number(own), number=own, **words)


def bare_ordinal(number: int) -> str:
    """As ordinal(), without outer brackets or final stop: 3 → 三; 200003 → 二（三）."""
    words = ordinal(number)
    return words[1:-1] if words.startswith("（") else words.rstrip(".、")


def short_ordinal(number: int) -> str:
    """As ordinal(), for a narrow column: 3 → 3; 200003 → 二（三）."""
    return bare_ordinal(number) if number > PART and number % PART else str(number)


def long_date(day: date) -> str:
    """2018-11-30 → 2018年11月30日, with no leading zeros (GB/T 9704-2012, 成文日期)."""
    return f"{day.year}年{day.month}月{day.day}日"


def with_long_days(text: str) -> str:
    """Return text with its days written as in prose: 2026-09-30 → 2026年9月30日."""
    return _ISO_DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", text)


def weekday(day: date) -> str:
    return "周" + "一二三四五六日"[day.weekday()]


def ended_once(sentence: str) -> str:
    """已同意。。 → 已同意。: a quotation at the end often brings its own full stop."""
    return _STOPS_AT_END.sub(r"\1", sentence)


def before_quote(sentence: str) -> str:
    """A sentence without the quotation after its colon: 已退回：请补充。 → 已退回。"""
    head, colon, _ = sentence.partition("：")
    return f"{head.rstrip('。')}。" if colon else sentence


def listed(words: Iterable[str]) -> str:
    """Words as one list, joined with 、 and without 和 (the usage of official texts)."""
    return "、".join(words)
