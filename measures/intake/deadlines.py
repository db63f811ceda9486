"""Deadlines in a text, each with its original wording. Pure.

2019年底前 · 年内 · 6月底前 · 一季度 · “十三五”期间 · 长期坚持 · 印发之日起30日内. What can be read
in two ways (到2020年, 近期) keeps its wording and has no date: a person decides.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from measures.intake.numbering import number_of
from measures.intake.passage import SourcePassage
from measures.intake.values import Deadline
from measures.rules.periods import Half, Month, Quarter

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
_PLANS = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_ONGOING = (
    r"长期坚持|持续推进|持续实施|长期推进|长期实施|常态化推进|常态化实施|长期有效|持续跟踪|长期"
)
_RANGE = (
    r"(?:20\d\d年\d{1,2}月\d{1,2}日)\s*(?:至|到|—|-|－)\s*(?:20\d\d年)?\d{1,2}月\d{1,2}日"
    r"|20\d\d年?\s*[—－-]{1,2}\s*20\d\d年"
)
# Characters a date can begin with: the others are skipped quickly.
_BEGINS = '到于在截至自从本今明当印发公施布力近适尽立长常持年第上下“"每0-9一二三四五六七八九十'
_PATTERN = re.compile(
    rf"(?=[{_BEGINS}])(?:"
    rf"(?P<range>{_RANGE})"
    rf"|(?P<yearly>(?:于|在)?每年(?:度)?(?:第?[一二三四1-4]季度|[上下]半年|{_NUMBER}月(?:\d{{1,2}}日)?)?(?:份)?(?:底|末|内)?(?:之?以?前)?(?<!每年)(?<!年度))"
    r"|(?P<day>(?:到|于|在|截至)?(?:(?P<dy>20\d\d|今|本|明)年)?(?<!\d)(?P<dm>\d{1,2})月(?P<dd>\d{1,2})日(?:以?前|之前|止))"
    r"|(?P<other>(?:自|从)?20\d\d年\d{1,2}月\d{1,2}日起?)"
    r"|(?P<since>(?:自|从)?(?:本\S{1,4})?(?:印发|发布|施行|公布)之日起(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})"
    r"(?P<work>个?工作)?(?P<unit>日|天|个月|年)内)"
    r"|(?P<within>(?P<wn>\d{1,3}|[一二三四五六七八九十]{1,3})个工作日内)"
    r"|(?P<month>(?:到|于|在)?(?:(?P<my>20\d\d|今|本|明)年)?(?<![\d十])"
    rf"(?P<mm>{_NUMBER})月(?:(?P<mend>底|末)(?:之?以?前)?|(?:之?以?前)|份(?:以?前)?|(?=$|[，。；、持]))(?:完成|持续跟踪)?)"
    r"|(?P<quarter>(?:到|于|在)?(?:(?P<qy>20\d\d|今|本|明)年)?第?(?P<q>[一二三四1-4])季度(?:末|底)?(?:以?前)?)"
    r"|(?P<half>(?:到|于|在)?(?:(?P<hy>20\d\d|今|本|明)年)?(?P<h>[上下])半年(?:末|底)?(?:以?前)?)"
    r"|(?P<year>(?:力争)?(?:到|于|在)?(?:(?P<yy>20\d\d)年(?:年(?=底|内|末))?|今年|本年|明年|当年|(?<![0-9多历常全近])年)"
    r"(?:(?:底|末)(?:以?前|之前)?|内))"
    rf"|(?P<plan>(?:到|在)?[“\"]?(?P<p>{'|'.join(_PLANS)})[”\"]?(?:规划)?(?:期间|末|期末|时期|期内))"
    rf"|(?P<ongoing>{_ONGOING})"
    r"|(?P<unclear>(?:力争)?(?:到|至)20\d\d年(?![底末内\d])|20\d\d年(?:以前|之前|前)|近期内?|适时|尽快|立即)"
    r")"
)


def deadlines_in(passage: SourcePassage, *, issued_on: date | None) -> list[Deadline]:
    """Return the dates of a text in order; without a year, the year of issue is assumed."""
    found = []
    text = passage.text
    for match in _PATTERN.finditer(text):
        kind = str(match.lastgroup) if match.lastgroup in _READERS else _kind_of(match)
        if kind == "other" or (match[0] == "长期" and match.end() < len(text)):
            continue  # the date of a document, or when something takes effect
        lines = passage.lines(match.start(), match.end())
        if kind in ("range", "unclear"):
            found.append(Deadline(match[0], None, False, False, lines))
        elif kind in ("ongoing", "yearly"):  # 每年12月底前: repeated, not one day
            found.append(Deadline(match[0], None, True, True, lines))
        else:
            on = _day(kind, match, issued_on)
            found.append(Deadline(match[0], on, False, on is not None, lines))
    return found


def deadline_of_cell(passage: SourcePassage, *, issued_on: date | None) -> Deadline | None:
    """Return the date of a table cell, which keeps its whole wording."""
    passage = passage.stripped()
    words = passage.text
    if not words:
        return None
    found = deadlines_in(passage, issued_on=issued_on)
    whole = _BARE_YEAR.fullmatch(words)
    if whole:
        return Deadline(words, None, False, False, passage.lines())
    day = _CELL_DAY.fullmatch(words)
    if day:
        on = _exact_day(int(day[1]), int(day[2]), int(day[3]))
        return Deadline(words, on, False, on is not None, passage.lines())
    dated = [one for one in found if one.on]
    if dated:
        return Deadline(words, dated[-1].on, False, True, passage.lines())
    ongoing = any(one.is_ongoing for one in found) or _AGAIN.match(words) is not None
    return Deadline(words, None, ongoing, ongoing, passage.lines())


_CELL_DAY = re.compile(r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?")
_AGAIN = re.compile(r"每(?:个)?(?:半年|季度?|月|周|学期)")  # repeated, not one day
_BARE_YEAR = re.compile(r"20\d\d年?")


def main_deadline(found: list[Deadline]) -> Deadline | None:
    """Return the deadline of an item: the latest date, else an unclear one, else an ongoing one.

    A period (1月1日至12月31日) says when a rule applies, not when an item is due.
    """
    dated = [one for one in found if one.on]
    if dated:
        return max(dated, key=lambda one: one.on or date.min)
    unclear = [one for one in found if not one.is_ongoing and not re.search(_RANGE, one.text)]
    unclear = [one for one in unclear if one.text not in ("适时", "尽快", "立即")] or unclear
    ongoing = [one for one in found if one.is_ongoing]
    return next(iter(unclear or ongoing), None)


def _kind_of(match: re.Match[str]) -> str:
    kinds = (*_READERS, "other", "range", "yearly", "ongoing", "unclear")
    return next(kind for kind in kinds if match.group(kind))


def _day(kind: str, match: re.Match[str], issued_on: date | None) -> date | None:
    try:
        return _READERS[kind](match, issued_on)
    except (ValueError, OverflowError):  # 13月, 2月30日: no such day
        return None


def _year(words: str | None, issued_on: date | None) -> int:
    if words and words.isdecimal():
        return int(words)
    if issued_on is None:
        raise ValueError("no year")
    return issued_on.year + (words == "明")


def _number(words: str) -> int:
    return number_of(words) or 0


def _exact(match: re.Match[str], issued_on: date | None) -> date:
    return date(_year(match["dy"], issued_on), int(match["dm"]), int(match["dd"]))


def _exact_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _since(match: re.Match[str], issued_on: date | None) -> date | None:
    if issued_on is None or match["work"]:
        return None  # working days need a calendar
    count = _number(match["n"])
    if match["unit"] in ("日", "天"):
        return issued_on + timedelta(days=count)
    months = count * (12 if match["unit"] == "年" else 1) + issued_on.month - 1
    year, month = issued_on.year + months // 12, months % 12 + 1
    return date(year, month, min(issued_on.day, Month(year, month).ends_on.day))


def _month(match: re.Match[str], issued_on: date | None) -> date:
    number = _number(match["mm"])
    if not 1 <= number <= 12:
        raise ValueError("no month")
    return Month(_year(match["my"], issued_on), number).ends_on


def _quarter(match: re.Match[str], issued_on: date | None) -> date:
    return Quarter(_year(match["qy"], issued_on), _number(match["q"])).ends_on


def _half(match: re.Match[str], issued_on: date | None) -> date:
    return Half(_year(match["hy"], issued_on), "上下".index(match["h"]) + 1).ends_on


def _end_of_year(match: re.Match[str], issued_on: date | None) -> date:
    words = match["yy"] or ("明" if "明" in match[0] else None)
    return date(_year(words, issued_on), 12, 31)


def _plan(match: re.Match[str], _: date | None) -> date:
    return date(_PLANS[match["p"]], 12, 31)


def _never(_: re.Match[str], __: date | None) -> None:
    return None


_READERS: dict[str, Callable[[re.Match[str], date | None], date | None]] = {
    "day": _exact,
    "since": _since,
    "within": _never,
    "month": _month,
    "quarter": _quarter,
    "half": _half,
    "year": _end_of_year,
    "plan": _plan,
}
