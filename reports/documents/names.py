"""Names of measures and agencies in documents, and notes on what to check in them. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from lib.chinese import listed
from measures.choices import ResponsibilityRole
from reports.datasets.schema import OTHERS_MARK, MeasureData, NoticeData
from reports.rules.voice import kind_word

INNER_QUOTES = str.maketrans("“”", "‘’")  # for quotes inside a quoted title
LOST = "〔"  # a title that begins with it is a remark that the title was lost
LONG = 24  # characters: a longer title is named by its first clause
_CLAUSE_ENDS = "，；：。"


def measure_name(measure: MeasureData) -> str:
    """Return 第（三）项“扩大优质农产品和重要资源性产品进口”; 第（十）项 if the title was lost.

    A working title, made from the remaining text, is not a quotation, so it is in brackets:
    第（十二）项（落实进口税收优惠政策）.
    """
    return item_name(measure["mark"], measure["title"], measure["title_mark"])


def item_name(mark: str, title: str, title_mark: str = "") -> str:
    """Return the same as measure_name() from a measure's number, title and mark of the title."""
    item = f"第{mark}项"
    short = short_title(title)
    if not short:
        return item
    quoted = short.translate(INNER_QUOTES)
    return f"{item}（{short}）" if title_mark else f"{item}“{quoted}”"


def short_title(title: str) -> str:
    """Return a title, cut at its first comma if longer than 24 characters; empty if lost."""
    if title.startswith(LOST):
        return ""
    if len(title) <= LONG:
        return title
    ends = [place for sign in _CLAUSE_ENDS if (place := title.find(sign)) > 0]
    return title[: min(ends)] if ends else title


def row_title(measure: MeasureData) -> str:
    """Return a measure's name for headings, and for rows that begin with its number."""
    return short_title(measure["title"]) or f"第{measure['mark']}项措施"


def has_nobody(measure: MeasureData) -> bool:
    """Whether none of its agencies is known."""
    return measure["agencies_mark"] not in ("", OTHERS_MARK)


def measure_note(measures: Iterable[MeasureData]) -> tuple[str, ...]:
    """Return one note on what the captured text lacks of these measures; empty if nothing."""
    rows = list(measures)
    lost = [m for m in rows if m["title_mark"] and not short_title(m["title"])]
    ours = [m for m in rows if m["title_mark"] and short_title(m["title"])]
    nobody = [m for m in rows if has_nobody(m)]
    others = [m for m in rows if m["agencies_mark"] == OTHERS_MARK]
    said = [
        f"{_numbers(found)}{words}"
        for found, words in (
            (lost, "的标题在采集的通知文本中缺失，文中只写序号"),
            (ours, "的标题按留存文字暂拟，不是通知原文"),
            (nobody, "的责任单位名单缺失，没有布置填报"),
            (others, "只列已列明的责任单位，其余待核对"),
        )
        if found
    ]
    return (f"{'；'.join(said)}。请与公布的通知文本核对后定稿。",) if said else ()


def names_note(measures: Iterable[MeasureData]) -> tuple[str, ...]:
    """Return a note on what quotes and brackets mean, if a document has both."""
    kinds = {bool(m["title_mark"]) for m in measures if short_title(m["title"])}
    words = "文中措施加引号的为通知所列标题，加括号的为内容简称。"
    return (words,) if len(kinds) > 1 else ()


def agency_word(name: str, *, author: str) -> str:
    """Return 我委 if the agency is the document's author, else its name."""
    return f"我{kind_word(name)}" if name == author else name


def author_names(notice: NoticeData) -> Mapping[str, str]:
    """Return a mapping from each spelling of the author's name to 我委."""
    short, full = notice["coordinator"], notice["coordinator_full"]
    city = full[: max(full.find(short[:1]), 0)]  # 重庆 of 重庆市商务委员会
    word = f"我{kind_word(short)}"
    return dict.fromkeys((full, full.removeprefix(city), f"{city}{short}", short), word)


def _numbers(measures: Sequence[MeasureData]) -> str:
    """Return 第（八）、（九）项."""
    return f"第{listed(measure['mark'] for measure in measures)}项"


def lead_mark(role: str) -> str:
    """Return （牵头） or （并列牵头） after an agency's name; empty for another role."""
    leads = role in (ResponsibilityRole.LEAD, ResponsibilityRole.JOINT_LEAD)
    return f"（{ResponsibilityRole(role).short}）" if leads else ""
