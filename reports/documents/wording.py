"""Short phrases of official prose, and how a letter addresses an agency. Pure.

Number rules of official texts: 占 for a share, 个百分点 for a difference of shares, clauses with
0项 left out, lists joined with 、.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from agencies.choices import AgencyKind
from lib.chinese import chinese_number, listed, long_date
from lib.numbers import rounding_note
from lib.official.document import Part
from measures.choices import Light
from measures.models.public_status import PublicStatus
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import (
    ContactData,
    CountData,
    ItemData,
    MeasureData,
    ProgressData,
    measures_of,
)
from reports.rules.voice import kind_word

NO_ITEMS = "没有等待答复的需协调事项。"
AHEAD_WORD = "待报"  # the word for unfiled if none of it is due yet

_LINE_ENDS = re.compile(r"\s*\n\s*")
_END = "。！？；，、：. ;,"
_STOPS = "。！？"
_OPENING = {"）": "（", ")": "(", "”": "“", "’": "‘"}


def day_words(day: str) -> str:
    """Return 2026年9月30日 for 2026-09-30."""
    return long_date(date.fromisoformat(day))


def count_clauses(rows: Iterable[tuple[str, int, str]], unit: str = "项") -> str:
    """Return 已完成8项、占47.1%；… for (word, count, share or empty); a count of 0 is left out."""
    return "；".join(
        f"{word}{count}{unit}" + (f"、占{share}%" if share else "")
        for word, count, share in rows
        if count
    )


def share_clauses(rows: Sequence[tuple[str, int, str]], unit: str = "项") -> str:
    """Return the clauses of all parts of a whole, with a remark if shares do not add up."""
    note = rounding_note(share for _, _, share in rows if share)
    return f"{count_clauses(rows, unit)}{f'（{note}）' if note else ''}"


def listed_counts(counts: Iterable[CountData], unit: str = "件") -> str:
    """Return 已通过1件、未报3件, without shares; counts of 0 are left out."""
    return listed(f"{c['words']}{c['count']}{unit}" for c in counts if c["count"])


def percentage_points(difference: Decimal) -> str:
    """Return 提高5.9个百分点 or 下降…, for a difference of two shares."""
    way = "提高" if difference > 0 else "下降"
    return f"{way}{abs(difference)}个百分点"


def reason_words(measure: MeasureData, *, with_others: bool = True) -> str:
    """Return the reason of a light without final punctuation; red and yellow with day and agencies.

    …逾期30个工作日（自2026年7月13日起，待办单位：市科技局）; older datasets have the reason only.
    """
    sentence = as_sentence(measure["sentence"], end="")
    if measure["light"] not in (Light.RED, Light.YELLOW):
        return sentence
    since = f"自{day_words(measure['since'])}起" if measure["since"] else ""
    who = f"待办单位：{listed(measure['waits_for'])}" if measure["waits_for"] else ""
    is_shared = with_others and measure["others"]
    others = f"，另涉及{listed(measure['others'])}" if is_shared else ""
    told = "，".join(filter(None, (since, f"{who}{others}" if who else "")))
    return f"{sentence}（{told}）" if told else sentence


def contact_words(contact: ContactData | None) -> str:
    """Return （联系人：×××，电话：×××）; empty if nobody is known."""
    if contact is None:
        return ""
    phone = f"，电话：{contact['phone']}" if contact["phone"] else ""
    return f"（联系人：{contact['name']}{phone}）"


def contact_note(contact: ContactData | None) -> tuple[str, ...]:
    """Return what the editor must add to 附注 (GB/T 9704-2012, 7.3.6); empty if complete."""
    if contact is None:
        return ("没有登记联系人，请补上联系人和办公电话。",)
    if not contact["phone"]:
        return (f"联系人{contact['name']}没有登记办公电话，请本人在“个人设置”填写，或在此补上。",)
    return ()


def with_numbers(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with 一、, 二、… before their headings (GB/T 9704-2012, 7.3.3)."""
    return tuple(
        part._replace(heading=f"{chinese_number(n)}、{part.heading}")
        for n, part in enumerate(parts, start=1)
    )


def as_sentence(text: str, end: str = "。") -> str:
    """Return text of several lines as one run of clauses that ends with `end`.

    Agencies end texts with all kinds of punctuation, or none. A bracket after a full sentence, and
    a quotation that ends with one, get no further mark: …完成。（见附件） stays, and in a list it
    becomes …完成（见附件）；. An ellipsis gets no full stop.
    """
    lines = [line for line in _LINE_ENDS.split(text.strip()) if line]
    joined = "".join(line if _is_ended(line) else f"{line}；" for line in lines)
    if end == "。" and joined.rstrip(_END).endswith("…"):
        return joined.rstrip(_END)
    if joined and joined[-1] not in _END and _is_ended(joined):
        return joined if end == "。" else _opened(joined) + end
    return joined.rstrip(_END) + end


def _is_ended(text: str) -> bool:
    if text[-1] in _END:
        return True
    if text[-1] not in _OPENING:
        return False
    before, _, inside = text[:-1].rpartition(_OPENING[text[-1]])
    return inside[-1:] in tuple(_STOPS) or (text[-1] in "）)" and before[-1:] in tuple(_STOPS))


def _opened(text: str) -> str:
    """Return the text without the stop before a closing bracket, so that the sentence can go on."""
    before, sign, inside = text.rpartition(_OPENING[text[-1]])
    return f"{before.rstrip(_STOPS)}{sign}{inside}"


def numbered(sentences: Sequence[str]) -> tuple[str, ...]:
    """Return 一是…； 二是…； …。, one paragraph each. A single one is not numbered.

    If one of them has a full stop inside, all end with one: a 分号 must not join whole sentences.
    """
    if len(sentences) == 1:
        return (as_sentence(sentences[0]),)
    last = len(sentences)
    between = "。" if any("。" in one.rstrip(_END) for one in sentences) else "；"
    return tuple(
        f"{chinese_number(n) if n < 100 else n}是"
        f"{as_sentence(sentence, end='。' if n == last else between)}"
        for n, sentence in enumerate(sentences, start=1)
    )


def late_word(data: ProgressData) -> str:
    """Return the word for overdue filings: 期满未报 once the period has closed."""
    status = PublicStatus.MISSED if data["period"]["is_closed"] else PublicStatus.LATE
    return str(status.label)


def is_all_ahead(data: ProgressData) -> bool:
    """Whether none of the unfiled was due by the day of the data."""
    unfiled = sum(one["count"] for one in data["filings"] if one["key"] == FilingPart.UNFILED)
    ahead = sum(one["count"] for one in data["timeliness"] if one["key"] == Timeliness.AWAITED)
    return 0 < unfiled == ahead


def knows_items(data: ProgressData) -> bool:
    """Whether a dataset has items; older ones only have requests in notes."""
    return any("items" in measure for measure in measures_of(data))


def item_words(item: ItemData) -> str:
    """Return 补贴从哪项资金列支（卡在市财政局，已等12个工作日，请于2026年12月3日前答复）."""
    asked = as_sentence(item["words"], end="")
    return f"{asked}（{item['stuck']}，请于{day_words(item['due_on'])}前答复）"


class Tone(NamedTuple):
    """The words of a letter that depend on its addressee, by its relation to the sender.

    市商务委 is superior to none of its addressees: departments and districts are its equals,
    central organs and companies are not subordinate to the city at all. Between such bodies a 函
    is used (党政机关公文处理工作条例, article 8).
    """

    verb: str  # how its title begins: 报送 or 商请报送
    noun: str  # how its title ends
    ask: str  # 请 or 商请
    ending: str


_EQUAL = Tone("报送", "提示函", "请", "特此函达。")
_NOT_SUBORDINATE = Tone("商请报送", "函", "商请", "特此函达，请予支持为盼。")
_BY_KIND = {
    AgencyKind.CENTRAL: _NOT_SUBORDINATE,
    AgencyKind.ENTERPRISE: _NOT_SUBORDINATE,
}


def tone_for(kind: str) -> Tone:
    """Return the tone for a kind of agency (AgencyKind); that for equals if it is unknown."""
    return next((tone for one, tone in _BY_KIND.items() if one == kind), _EQUAL)


def you_of(agency: str, kind: str = "") -> str:
    """Return how a letter addresses an agency: 贵委, 贵局, 贵关, 贵行, 贵公司, 贵区."""
    return f"贵{_word(agency, kind)}"


def we_of(agency: str) -> str:
    """Return how an agency refers to itself: 我委, 我局, 我关, 我行, 我公司, 我区."""
    return f"我{kind_word(agency)}"


def _word(agency: str, kind: str) -> str:
    """Return 委, 局, 关 … by the agency's name; 区 for a 开发区管委会, as for a district."""
    return "区" if kind == AgencyKind.ZONE else kind_word(agency)
