"""The columns of a table of tasks, recognised by their headings. Pure."""

import re

from measures.intake.name_forms import is_one_body, is_sure_body
from measures.intake.paragraphs import Paragraph

_COLUMNS = (
    ("other", r"^原|(?<![及和与、/（])(?:领导|责任人|负责人|联系人|联系方式)$"),
    ("lead", r"牵头|主办|主责|第一责任"),
    ("support", r"配合|协办|协同|协助|(?:协作|支持|服务)(?:部门|单位)"),
    ("guide", r"(?:指导|督导|督办|监督)(?:部门|单位)"),
    ("join", r"参与|参加"),
    (
        "responsible",
        r"责任(?!人)|负责(?:单位|部门)|落实单位|实施单位|(?:部门|任务|职责)分工|(?:包|帮扶|挂)\S{0,2}(?:单位|部门)|承[办接]|(?:实施|监管|主管|执法)(?:机关|主体|部门)|完成单位|推进单位",
    ),
    ("deadline", r"时限|时间|期限|进度|时序|节点|完成日期"),
    ("ordinal", r"^(?:序号|编号|序)$"),
    ("unit", r"^(?:单位|部门)(?:名称)?$"),
    ("section", r"领域|类别|维度|分组|类型|方面|板块|大类|重点方向"),
    (
        "title",
        r"(?:改革|政策)?(?:举措|措施)$|任务名称|项目名称|名称|问题|隐患内容|事项|工作要点|重点任务$|主要任务$|任务$"
        r"|(?:重点|主要|具体)?工作$|项目$",
    ),
    ("text", r"内容|具体|任务|要求|目标|说明|举措|措施|指标"),
)
# A remark in the head of a column, but not the role itself: 责任部门（牵头）.
_IN_BRACKETS = re.compile(r"（(?!(?:牵头|主办|配合|协办|协同)[^（）]{0,3}）)[^（）]*）")
ROLES_OF_COLUMNS = {
    "lead": "牵头单位：",
    "support": "配合单位：",
    "guide": "指导单位：",
    "join": "参与单位：",
    "responsible": "责任单位：",
}
ROLE_COLUMNS = set(ROLES_OF_COLUMNS)
_NO_HEAD = re.compile(r"[，。；]|^(?:20\d\d年)?(?:\d{1,2}月)?[底末]?前?$")
_MONTH = re.compile(r"^\d{1,2}月$")


def header_of(paragraph: Paragraph, above: list[str]) -> list[str]:
    """Return the purpose of each column, or its body; empty if the row is not a header.

    `above`: the header of the row above, if any: 责任部门 over 牵头 and 配合.
    """
    words = [re.sub(r"\s", "", "" if one is None else one.text) for one in paragraph.cells]
    is_calendar = "序号" in words  # 1月, 2月 beside the columns that are read
    plain = [one for one in words if not (is_calendar and _MONTH.match(one))]
    if any(map(_is_no_head, plain)) or sum(map(bool, plain)) < 2:
        return []
    found = [column_of(_IN_BRACKETS.sub("", one)) for one in words]
    named = zip(found, words, strict=True)
    found = [own if kind == "other" and is_sure_body(own) else kind for kind, own in named]
    has_task = "ordinal" in found and bool({"text", "title"} & set(found))
    is_header = bool(set(found) & ROLE_COLUMNS) or has_task
    if not is_header or sum(map(bool, found)) < 2:
        return []
    if any(word and word.isdecimal() for word in words):
        return []
    if "ordinal" in found[:-1] and not {"text", "title"} & set(found):
        found[found.index("ordinal") + 1] = "title"  # 民生实事
    found = _one_title(found)
    if not above:
        return found
    pairs = zip(above, found, paragraph.cells, strict=False)
    lower = [own if cell is not None and cell.text else upper for upper, own, cell in pairs]
    return [*lower, *above[len(lower) :]]


def _is_no_head(words: str) -> bool:
    """Whether a cell is too long for a column heading, or a sentence: 甲局牵头，乙局配合."""
    plain = _IN_BRACKETS.sub("", words)
    if not plain:
        return False
    return len(plain) > 16 or _NO_HEAD.search(plain) is not None


def with_units(header: list[str], after: Paragraph | None) -> list[str]:
    """Return the header; 单位 is a column of bodies only if the row below has one: not 亿元."""
    words = [cell.text if cell else "" for cell in after.cells] if after else []
    of_unit = {at: "responsible" if is_one_body(one) else "other" for at, one in enumerate(words)}
    return [of_unit.get(at, "other") if one == "unit" else one for at, one in enumerate(header)]


def column_of(words: str) -> str:
    for name, pattern in _COLUMNS:
        if words and re.search(pattern, words):
            return name
    return "other" if words else ""


def _one_title(columns: list[str]) -> list[str]:
    """Return the header: a single content column is the text, of two the first is the title."""
    if "text" in columns or "title" not in columns:
        return columns
    kept = columns.index("title") if columns.count("title") > 1 else -1
    return ["text" if one == "title" and at != kept else one for at, one in enumerate(columns)]
