"""Measurable targets in a text: numbers with unit and comparison, or an end by a day. Pure."""

import re
from decimal import Decimal

from measures.intake.passage import SourcePassage
from measures.intake.values import Commitment, Deadline

CLAUSE_MOST = 200
VERB_MOST = 4
_UNIT = (
    r"个百分点|百分点|%|‰|万亿元|亿元|万元|元/千克|亿千瓦|万千瓦|千瓦|亿人次|万人次|人次|万亩|亩|万吨|吨|公里|平方米|万平方米"
    r"|万台|台套|台|万辆|辆|万个|万户|万家|万人|万元|万单|万笔|万张|万份|万件|万架次|万标箱|亿单|亿件|个工作日|工作日|小时|个月|分钟|美元|亿美元"
    r"|架次|标箱|单|笔|张|份|栋|幢|盏|册|本|株|艘|架|间|千米|米|公顷|平方公里|个|家|项|条|人|种|类|套|所|座|户|件|批|支|场|次|篇|名|款|处|宗|只|只次|倍|元|亿|万"
)
_NUMBER = re.compile(
    rf"(?P<before>不低于|不少于|不超过|不高于|超过|达到|达|突破|高于|低于|少于|力争|至少|降至|压缩至|增至|提高到|提升到|超)?"
    rf"(?P<value>\d[\d,]*(?:\.\d+)?)(?P<to>[—－~-]\d+(?:\.\d+)?)?\s?(?P<unit>{_UNIT})(?:（[个家项条]）)?(?P<after>以上|以下|以内|左右|及以上)?"
)
_FRACTION = re.compile(r"(?P<of>[一二三四五六七八九十百]+)分之(?P<value>[一二三四五六七八九十百]+)")
_FULL_TIME = re.compile(r"7\s?[×xX*]\s?24\s?小时")
_CHANGE = re.compile(r"压缩|下降|降低|减少|增长|提高|提升|增加|缩短|新增|压减|增幅|年均")
_AIM = re.compile(
    r"达到|达|超过|突破|不低于|不少于|不超过|以上|以下|左右|新增|建成|培育|打造|建设|引进|引育|压缩|降至|下降|降低|增长|提高|提升"
    r"|实现|覆盖|开放|累计|形成|占比|招引|推广|完成|争创|创建|推出|开展|组织|新建|改造|稳定在|减少|缩短|保持|常态化|贯通|部署|划设|增设|设立|评选(?!\d)|布局|布设|修建|铺设|到位|投放|配备|聘请|遴选|认定"
)
_NO_AIM = re.compile(r"^(?:（|《)|补助|奖励|给予|最高|贷款|依托|按照|根据|贯彻|落实《|超过\d+人的")
_THERE = re.compile(r"(?:现有|已有|原有|已建成|已建|上述|前述|其余)(?:的)?$")
_LENGTHS = ("分钟", "小时", "个月", "个工作日", "工作日")  # 15分钟生活圈 is not a target
_COMPARED = {
    **dict.fromkeys(("不低于", "不少于", "至少", "以上", "及以上"), "at_least"),
    **dict.fromkeys(("不超过", "不高于", "以下", "以内"), "at_most"),
    **dict.fromkeys(("超过", "突破", "高于", "超"), "more_than"),
    **dict.fromkeys(("低于", "少于"), "less_than"),
    **dict.fromkeys(("达到", "达", "降至", "压缩至", "增至", "提高到", "提升到"), "reach"),
    "左右": "about",
}
_NUMERIC = re.compile(r"\d|分之")
_CLAUSES = re.compile(r"[^，。；！？]+")
_DONE = re.compile(r"建成|完成|出台|印发|制定|编制|实现|上线|投用|建立|形成|建设|打造|启动|发布")


def commitments_in(passage: SourcePassage, deadlines: list[Deadline]) -> list[Commitment]:
    """Return the targets of an item, in their order; each keeps the clause as its wording."""
    found: list[Commitment] = []
    by: Deadline | None = None
    dates = tuple(one.text for one in deadlines)
    for match in _CLAUSES.finditer(passage.text):
        clause = match[0].strip()
        if match.start() and passage.text[match.start() - 1] in "。！？；":
            by = None
        if not _NUMERIC.search(clause) and not any(words in clause for words in dates):
            continue
        part = passage.part(match.start(), match.end())
        by = _date_in(part, deadlines) or by
        if len(clause) <= CLAUSE_MOST:
            found += _of_clause(part, by)
    return found


def _date_in(part: SourcePassage, deadlines: list[Deadline]) -> Deadline | None:
    return next((one for one in deadlines if one.text in part.text and not one.is_ongoing), None)


def _of_clause(part: SourcePassage, by: Deadline | None) -> list[Commitment]:
    clause = part.text.strip()
    lines = part.lines()
    if _NO_AIM.search(clause):
        return []
    numbers = [one for one in _NUMBER.finditer(clause) if _is_measure(clause, one)]
    if numbers and _AIM.search(clause):
        return [
            Commitment(
                "indicator",
                clause,
                _name_of(clause, one.start(), one.end()),
                Decimal(one["value"].replace(",", "")),
                one["unit"],
                _comparison(clause, one),
                by,
                lines,
            )
            for one in numbers
        ]
    fraction = _FRACTION.search(clause)
    if fraction and _CHANGE.search(clause):
        name = _name_of(clause, fraction.start(), fraction.end())
        return [Commitment("indicator", clause, name, None, fraction[0], "change", by, lines)]
    if _FULL_TIME.search(clause):
        return [Commitment("indicator", clause, clause, None, "7×24小时", "reach", by, lines)]
    if by is not None and by.on and by.text in clause and _DONE.search(clause):
        name = clause.replace(by.text, "").lstrip("， ")
        return [Commitment("milestone", clause, name, None, "", "", by, lines)]
    return []


def _is_measure(clause: str, match: re.Match[str]) -> bool:
    """Whether a number is a target: not that of a document, a year, a version or a name like 5G."""
    before = clause[max(0, match.start() - 1) : match.start()]
    is_part = before.isascii() and before.isalnum()
    is_quoted = clause.rfind("“", 0, match.start()) > clause.rfind("”", 0, match.start())
    behind = clause[match.end() :]
    is_range = match["after"] in ("以下", "以内") and not match["before"]
    is_bare = match["unit"] in ("万", "亿") and not match["before"]
    if (is_range or is_bare) and behind[:1].isalpha():
        return False  # 300米以下空域, 10万卡算力: not a target
    if _THERE.search(clause[: match.start()]):
        return False
    is_length = match["unit"] in _LENGTHS and not (match["before"] or match["after"])
    return not (is_part or is_quoted or is_length or before in tuple("〔[《.第-—"))


def _comparison(clause: str, match: re.Match[str]) -> str:
    for words in (match["after"], match["before"]):
        if words in _COMPARED:
            return _COMPARED[words]
    return "change" if _CHANGE.search(clause[: match.start()]) else "reach"


def _name_of(clause: str, start: int, end: int) -> str:
    """Return what is counted: the words before the number, or after it if those are only a verb."""
    words = re.sub(r"^(?:力争)?(?:到|至)?20\d\d年(?:底|末)?(?:前)?，?", "", clause[:start])
    words = re.sub(r"(?:力争)?(?:达到|达|为|至|到|超过|突破|实现)$", "", words).strip()
    return words if len(words) > VERB_MOST else words + clause[end:].strip() or clause
