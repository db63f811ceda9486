"""The head of a notice: number, title, issuer, day, addressees, annexes. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from measures.intake.numbering import marker_of
from measures.intake.paragraphs import Paragraph

_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,12}[〔\[［（【]\s?(?:19|20)\d\d\s?[〕\]］）】]\s?(?:第\s?)?\d{1,5}\s?号)"
)
_LONE_NUMBER = re.compile(rf"^(?:发文字号|文号)?[：\s]*{_NUMBER.pattern}\s*$")
_TITLE_END = (
    r"(?:通知|意见|方案|办法|决定|规划|计划|措施|清单|细则|规定|公告|通告|要点|纲要|函|指南|行动|条例"
    r"|批复|报告|安排|目录|任务书|责任书|(?:分解|分工|任务|责任|项目)表)"
)
# …的通知 甘府办发〔2031〕18号, or in brackets.
_NUMBER_BEHIND = re.compile(rf"({_TITLE_END})[\s（]+{_NUMBER.pattern}[）\s]*$")
_TITLE = re.compile(rf"{_TITLE_END}(?:（[^（）]{{2,80}}）)*\s*[》”]?(?:的(?:通知|意见|函))?$")
# A note after the title, other than its years or 试行.
_NOTE = re.compile(r"（(?![^（）]*(?:20\d\d(?:年|[—－-]+20)|试行|暂行|稿|修订|第))[^（）]*）$")
_DAY = re.compile(r"^\s*(20\d\d|19\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*(?:印发)?\s*$")
_ISO = re.compile(r"(20\d\d)-(\d{1,2})-(\d{1,2})")
_META = re.compile(
    r"^(发布日期|成文日期|发布机构|发文机关|发文单位|原文链接|检索时间|检索关键词|来源|索引号|发布时间|主题分类|标题|发文字号|公开方式|有效性)\s*：\s*(.*)$"
)
_DAY_FIRST = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
_SIGNED_DAY = rf"[府厅室会局委部院](?:\s*){_DAY_FIRST.pattern}$"
_ADDRESSEES = re.compile(
    r"^(?:各|市|省|国务院|有关|相关|中央|本市|全市|全省|驻|部|委|厅|局)[^。；]{3,400}：$"
)
_ISSUER = re.compile(
    r"^(?P<issuer>[^《》，。（）]{3,40}?(?:人民政府办公厅|人民政府办公室|人民政府|办公厅|办公室|委员会|国务院|厅|局|委|部))"
    r"(?:印发|转发|批转|关于|[《“])"
)
_SIGN = re.compile(r"^[^，。；：《》]{2,40}$")
_NAME_END = re.compile(r"[府厅室会局委部院署]$")
_ANNEX_LIST = re.compile(r"^附(?:件|表|录)?\s*：\s*(?P<rest>.+)$")
_ANNEX_NUMBER = re.compile(r"(?:^|\s)\d{1,2}[.．、]\s*")
ANNEX = re.compile(r"^附\s*(?:件|表|录)?\s*[\d一二三四五六七八九十]{0,3}\s*：?$")
_TITLE_LINES = 6


@dataclass(frozen=True)
class NoticeHead:
    number: str = ""
    title: str = ""
    issuer: str = ""
    issued_on: date | None = None
    addressees: tuple[str, ...] = ()
    annexes: tuple[str, ...] = ()
    preamble: str = ""


def read_head(before: list[Paragraph], after: list[Paragraph]) -> NoticeHead:
    """Read the head from the paragraphs before the first item and after the last one."""
    meta = _meta([*before[:30]])
    lines = [one for one in before if not _META.match(one.text) and not one.cells]
    title = _title(lines) or meta.get("标题", "")
    issuer = (
        _issuer(title, [*lines, *after]) or meta.get("发文机关", "") or meta.get("发布机构", "")
    )
    return NoticeHead(
        _number(lines) or meta.get("发文字号", ""),
        title,
        issuer,
        _issued_on(lines, after) or _iso(meta),
        _addressees(lines),
        _annexes([*lines, *after]),
        _preamble(lines),
    )


def _meta(lines: list[Paragraph]) -> dict[str, str]:
    found = {}
    for line in lines:
        match = _META.match(line.text)
        if match:
            found[match[1]] = match[2].strip()
    return found


def _number(lines: list[Paragraph]) -> str:
    """Return the number on a separate line, else the first number outside brackets."""
    for line in lines:
        match = _LONE_NUMBER.match(line.text) or _NUMBER_BEHIND.search(line.text)
        if match:
            return re.sub(r"\s", "", str(match[match.lastindex or 1]))
    for line in lines[:3]:
        match = _NUMBER.search(line.text)
        if match and line.text[: match.start()].count("（") <= line.text[: match.start()].count(
            "）"
        ):
            words = re.sub(r"\s", "", match[1])
            return re.sub(r"^.*(?:通知|意见|方案|办法|公告|函)(?=\S{1,8}〔)", "", words)
    return ""


def _title(lines: list[Paragraph]) -> str:
    """Return the first lines that together end like a title, which may take up to three lines."""
    for start, line in enumerate(lines[:_TITLE_LINES]):
        if ANNEX.match(line.text) or _LONE_NUMBER.match(line.text) or _DAY.match(line.text):
            continue
        words = ""
        for further in lines[start : start + 3]:
            if _ends_title(further.text, has_words=bool(words)):
                break
            text = _NUMBER_BEHIND.sub(r"\1", further.text)
            words += text
            if _TITLE.search(words) and words.count("《") == words.count("》"):
                # What is above a line with the issuer is the menu of a site.
                return _whole_title(text if _ISSUER.match(text) else words)
        head = re.match(
            rf"(.{{6,80}}?{_TITLE_END})(?=发布日期|[\u4e00-\u9fff]{{1,8}}〔)", line.text
        )
        if head:
            return head[1]
    return ""


def _ends_title(text: str, *, has_words: bool) -> bool:
    if _LONE_NUMBER.match(text) or "。" in text or _ADDRESSEES.match(text):
        return True
    return len(text) > 120 or (has_words and marker_of(text) is not None)


def _whole_title(words: str) -> str:
    return _NOTE.sub("", re.sub(r"\s", "", words))


def _issuer(title: str, lines: list[Paragraph]) -> str:
    match = _ISSUER.match(title)
    if match:
        return match["issuer"]
    signed: list[str] = []
    begun = ""  # the first line of a name written on two lines
    for line in lines:
        text = re.sub(r"（代章）$", "", line.text)
        if _DAY.match(text) and signed:
            return "、".join(signed)
        if not _SIGN.match(text) or marker_of(text) or re.match("特此|附", text):
            signed, begun = [], ""
        elif _NAME_END.search(text):
            signed, begun = [*signed, begun + text], ""
        else:
            begun = text
    tail = [
        line.text
        for line in lines
        if re.search(r"(?:办公厅|办公室|委员会|人民政府)\s*20\d\d年", line.text)
    ]
    found = re.match(r"^(.{2,30}?(?:办公厅|办公室|委员会|人民政府))", tail[0]) if tail else None
    return found[1] if found else ""


def _issued_on(lines: list[Paragraph], after: list[Paragraph]) -> date | None:
    """Return the date under the signature, alone on its line."""
    for group in (lines, after):
        for line in group:
            day = _day(_DAY.match(line.text))
            if day:
                return day
    ends = [line for line in after if re.search(_SIGNED_DAY, line.text)]
    if ends:
        return _day(re.search(_SIGNED_DAY, ends[-1].text))
    for line in lines[:4]:
        match = re.search(r"(?:办公厅|办公室|委员会|人民政府)" + _DAY_FIRST.pattern, line.text)
        if match:
            return _day(match)
    return None


def is_day(text: str) -> bool:
    """Whether a line contains only a date, as under a signature."""
    return _DAY.match(text) is not None


_RELEASE = re.compile(r"^（(?:此|本)[件文][^（）]{2,30}）$")


def is_of_signature(text: str, head: NoticeHead) -> bool:
    """Whether a line is the issuer's name, the date, both, or a note about release."""
    words = re.sub(r"\s", "", text)
    issuers = head.issuer.split("、") if head.issuer else []
    for issuer in sorted(issuers, key=len, reverse=True):
        words = words.replace(issuer, "")
    is_signed = words != re.sub(r"\s", "", text)
    words = re.sub(r"^（代章）", "", words)
    return bool((is_signed and not words) or _DAY.match(words) or _RELEASE.match(words))


def _iso(meta: dict[str, str]) -> date | None:
    for name in ("成文日期", "发布日期", "发布时间"):
        words = meta.get(name, "")
        day = _day(_ISO.search(words)) or _day(_DAY_FIRST.search(words))
        if day:
            return day
    return None


def _day(match: re.Match[str] | None) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _addressees(lines: list[Paragraph]) -> tuple[str, ...]:
    for line in lines:
        if _ADDRESSEES.match(line.text):
            words = line.text.rstrip("：")
            return tuple(part.strip() for part in re.split("，", words) if part.strip())
    inside = re.search(r"号(各[^：。；]{3,200})：", lines[0].text) if lines else None
    return tuple(inside[1].split("，")) if inside else ()


def _annexes(lines: list[Paragraph]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        match = _ANNEX_LIST.match(line.text)
        if match:
            parts = [part.strip() for part in _ANNEX_NUMBER.split(match["rest"])]
            found += [part for part in parts if part]
        elif found and re.match(r"^\d{1,2}[.．、]\s*\S", line.text) and len(line.text) < 60:
            found.append(re.sub(r"^\d{1,2}[.．、]\s*", "", line.text))
        elif found:
            break
    return tuple(found)


def _preamble(lines: list[Paragraph]) -> str:
    """Return the last long paragraph before the first heading."""
    kept = [line.text for line in lines if len(line.text) > 40 and line.text[-1:] in "。："]
    return kept[-1] if kept else ""
