"""Whose voice a text has: what an agency says of itself, put into the third person. Pure.

An agency writes 我局 or 本关 of itself. In another's paper those words would mean the paper's
author, so they become the agency's short name, then 该局. What no rule is sure of stays as it is
and is named in `doubts`, for a person to settle.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

# What agencies are called for short, by how their names begin or end; the first that fits.
_BY_START = (
    ("人行", "行"),
    ("中国人民银行", "行"),
    ("中国信保", "公司"),
    ("中国出口信用保险", "公司"),
)
_BY_END = (
    *(("委员会", "委"), ("管委会", "委"), ("委", "委"), ("局", "局"), ("海关", "关"), ("厅", "厅")),
    *(("办公室", "办"), ("办", "办"), ("银行", "行"), ("集团", "集团"), ("公司", "公司")),
    *(("部", "部"), ("院", "院"), ("县", "县"), ("区", "区")),
)
ANY = "单位"
# Each word after 我 or 本 with what may not follow it: 本办法 and 我行业 mean no agency.
_OWN_WORDS: Mapping[str, Mapping[str, str]] = {
    "我": {
        "委员会": "", "管委会": "", "委": "托|派|任|以", "局": "", "关": "注|税|切|心|爱|怀|区|键",
        "厅": "", "办公室": "", "办": "理|事|公|法", "行": "业(?!务)|政|动|使|程|我",
        "营业管理部": "", "营管部": "", "部": "分|门|署", "院": "校", "县": "域",
        "区": "域|别|间|分", "单位": "", "分公司": "", "公司": "", "集团": "", "司": "",
    },
    "本": {
        "委员会": "", "管委会": "", "委": "员", "局": "", "关": "税|键", "厅": "",
        "办公室": "", "办": "理|法|公", "行": "业(?!务)|政|为|动|程|径|文", "营业管理部": "",
        "营管部": "", "部": "分|门|署|级", "院": "校", "县": "域", "区": "域|间|块|段", "单位": "",
        "分公司": "", "公司": "", "集团": "",
    },
}  # fmt: skip
_BEFORE = {"我": "自忘", "本": "根基日样成资版文原底脚课"}  # 自我, 日本
_SHORT = {
    **{"委员会": "委", "管委会": "委", "办公室": "办", "分公司": "公司", "司": "公司"},
    **{"营业管理部": "部", "营管部": "部"},
}
_OWN = "|".join(
    f"(?<![{_BEFORE[pronoun]}]){pronoun}(?P<{name}>"
    + "|".join(f"{word}(?!{bars})" if bars else word for word, bars in words.items())
    + ")"
    for (pronoun, words), name in zip(_OWN_WORDS.items(), ("we", "own"), strict=True)
)
# 我们国家, 我市 and 我省 are common to all who write here.
_WE = "我们(?!国|党|市|省|军)"
_SELF = re.compile(f"{_OWN}|{_WE}")
_COMMON = re.compile("我们?(?:国|市|省|党|军)|[自忘]我|我行我素")
_FIRST_PERSON = re.compile("我|咱们|贵(?:委|局|关|厅|办|行|部|院|区|县|单位|公司|集团)")
_QUOTED = re.compile("“[^”]*”|《[^》]*》")
_CLAUSE = re.compile(r"[^，。；！？：\n]+")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]*")
# 请 and 望 that ask nobody.
_NO_REQUEST = re.compile("申请|邀请|聘请|商请|报请|请示|请假|恳谈|期盼")
_REQUEST = re.compile("请|恳|希望|盼|望予|^(?:拟|并|特|故)?建议")


class Voiced(NamedTuple):
    """A text in the third person, and the clauses in which a person must decide who speaks."""

    text: str
    doubts: tuple[str, ...] = ()


def kind_word(name: str) -> str:
    """Return what an agency is for short: 委, 局, 关, 行, 公司 …; 单位 where no rule fits."""
    for start, word in _BY_START:
        if name.startswith(start):
            return word
    return next((word for end, word in _BY_END if name.endswith(end)), ANY)


def third_person(text: str, *, agency: str) -> Voiced:
    """Return what `agency` (its short name) wrote of itself as another would write it.

    我局 and 本局 are sure where the agency is a 局; 我单位 and 我们 are sure of every agency. 我市,
    我国 are common to all. A quotation is somebody else's, so nothing in it changes.
    """
    own = {kind_word(agency), next((w for end, w in _BY_END if agency.endswith(end)), ANY), ANY}
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    again = _said_again(text, agency)
    named = agency in text

    def said(found: re.Match[str]) -> str:
        nonlocal named
        word = found["we"] or found["own"]
        if _is_inside(found.start(), quoted) or (word and _SHORT.get(word, word) not in own):
            return found[0]
        words, named = (again if named else agency), True
        return words

    changed = _SELF.sub(said, text)
    return Voiced(changed, tuple(_doubts(changed)))


def in_authors_voice(text: str, *, names: Mapping[str, str]) -> str:
    """Return a text with the author's names as the author says them: 我委 for 市商务委.

    `names` has each spelling with its word; titles of papers and quotations keep what they say.
    """
    if not any(name in text for name in names):
        return text
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    spelled = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return spelled.sub(
        lambda found: found[0] if _is_inside(found.start(), quoted) else names[found[0]], text
    )


def without_requests(text: str) -> tuple[str, str]:
    """Return what tells and what asks in a text, sentence by sentence.

    A 报告 must not ask for anything (党政机关公文处理工作条例, article 15).
    """
    sentences = _SENTENCE.findall(text)
    tells = "".join(one for one in sentences if not is_request(one))
    asks = "".join(one for one in sentences if is_request(one))
    return tells.strip(), asks.strip()


def is_request(sentence: str) -> bool:
    """Whether a sentence asks: 请 or 希望 in it, or 建议 at the head of a clause; 申请 does not."""
    clauses = (_NO_REQUEST.sub("", clause).strip() for clause in _CLAUSE.findall(sentence))
    return any(_REQUEST.search(clause) for clause in clauses)


def _said_again(text: str, agency: str) -> str:
    """What an agency is called the second time: 该局, its name where another 局 is spoken of."""
    kind = kind_word(agency)
    rest = _SELF.sub("", text.replace(agency, ""))
    return agency if kind == ANY or kind in rest else f"该{kind}"


def _is_inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _doubts(text: str) -> Iterator[str]:
    """Each clause that still speaks in somebody's own voice."""
    for clause in _CLAUSE.findall(text):
        rest = _COMMON.sub("", clause)
        if _FIRST_PERSON.search(rest) or _SELF.search(rest):
            yield clause.strip()
