"""Turns what an agency writes about itself into the third person. Pure.

An agency calls itself 我局 or 本关. In another's document these words would mean that document's
author, so they become the agency's short name, then 该局. Cases that no rule can decide are not
changed but listed in `doubts` for a person.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

# Short words for agencies, by the beginning or end of their names; the first match counts.
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
# Words after 我 or 本, with characters that must not follow: 本办法 and 我行业 mean no agency.
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
# 我们国家, 我市 and 我省 mean the same for all agencies.
_WE = "我们(?!国|党|市|省|军)"
_SELF = re.compile(f"{_OWN}|{_WE}")
_COMMON = re.compile("我们?(?:国|市|省|党|军)|[自忘]我|我行我素")
_FIRST_PERSON = re.compile("我|咱们|贵(?:委|局|关|厅|办|行|部|院|区|县|单位|公司|集团)")
_QUOTED = re.compile("“[^”]*”|《[^》]*》")
_CLAUSE = re.compile(r"[^，。；！？：\n]+")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]*")
# Words with 请 or 望 that are no request.
_NO_REQUEST = re.compile("申请|邀请|聘请|商请|报请|请示|请假|恳谈|期盼")
_REQUEST = re.compile("请|恳|希望|盼|望予|^(?:拟|并|特|故)?建议")


class Voiced(NamedTuple):
    """A text in the third person, and the clauses in which a person must decide who is meant."""

    text: str
    doubts: tuple[str, ...] = ()


def kind_word(name: str) -> str:
    """Return an agency's short word: 委, 局, 关, 行, 公司 …; 单位 if no rule matches."""
    for start, word in _BY_START:
        if name.startswith(start):
            return word
    return next((word for end, word in _BY_END if name.endswith(end)), ANY)


def third_person(text: str, *, agency: str) -> Voiced:
    """Return what `agency` (its short name) wrote about itself in the third person.

    我局 and 本局 are certain if the agency is a 局; 我单位 and 我们 are certain for every agency.
    我市 and 我国 mean the same for all. Quotations are somebody else's and not changed.
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
    """Return a text with the author's names in the first person: 我委 for 市商务委.

    `names` maps each spelling to its word; titles of documents and quotations are not changed.
    """
    if not any(name in text for name in names):
        return text
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    spelled = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return spelled.sub(
        lambda found: found[0] if _is_inside(found.start(), quoted) else names[found[0]], text
    )


def without_requests(text: str) -> tuple[str, str]:
    """Split a text's sentences into statements and requests; return both texts.

    A 报告 must not contain requests (党政机关公文处理工作条例, article 15).
    """
    sentences = _SENTENCE.findall(text)
    tells = "".join(one for one in sentences if not is_request(one))
    asks = "".join(one for one in sentences if is_request(one))
    return tells.strip(), asks.strip()


def is_request(sentence: str) -> bool:
    """Return whether a sentence is a request: 请, 希望, or 建议 at the beginning of a clause."""
    clauses = (_NO_REQUEST.sub("", clause).strip() for clause in _CLAUSE.findall(sentence))
    return any(_REQUEST.search(clause) for clause in clauses)


def _said_again(text: str, agency: str) -> str:
    """Return an agency's name at its second mention: 该局, or its name if there is another 局."""
    kind = kind_word(agency)
    rest = _SELF.sub("", text.replace(agency, ""))
    return agency if kind == ANY or kind in rest else f"该{kind}"


def _is_inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _doubts(text: str) -> Iterator[str]:
    """Yield each clause that is still in the first person."""
    for clause in _CLAUSE.findall(text):
        rest = _COMMON.sub("", clause)
        if _FIRST_PERSON.search(rest) or _SELF.search(rest):
            yield clause.strip()
