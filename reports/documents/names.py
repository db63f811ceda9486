"""Names in documents, of works, files, measures and agencies, with notes on what to check. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from lib.chinese import chinese_number, listed
from measures.choices import ResponsibilityRole
from reports.datasets.schema import (
    OTHERS_MARK,
    LetterData,
    MeasureData,
    NoticeData,
    PartData,
    ProgressData,
)
from reports.rules.voice import kind_word

INNER_QUOTES = str.maketrans("“”", "‘’")  # for quotes inside a quoted title
LOST = "〔"  # a title that begins with it is a remark that the title was lost
LONG = 24  # characters: a longer title is named by its first clause
_CLAUSE_ENDS = "，；：。"
_SUBJECT = re.compile(r"^关于(.+?)的(?:实施)?(?:意见|通知|方案|措施)$")


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


def subject_of(notice: NoticeData) -> str:
    """Return the notice's subject: X for 关于X的实施意见, else its whole title."""
    found = _SUBJECT.match(notice["title"])
    return found[1] if found else notice["title"]


def cite_notice(notice: NoticeData) -> str:
    """Return 《重庆市人民政府办公厅关于…》（渝府办发〔2018〕175号）."""
    return f"《{notice['issuer']}{notice['title']}》（{notice['number']}）"


def period_words(label: str) -> str:
    """Return a period's name for titles; an older dataset has 2026年全年 for 2026年度."""
    return label.replace("年全年", "年度")


def section_name(only: PartData | None) -> str:
    """Return “优化进口结构”, or 第四部分 if the title was lost; empty for the whole notice."""
    if only is None:
        return ""
    return f"“{only['title']}”" if only["title"] else f"第{chinese_number(only['ordinal'])}部分"


def work_title(data: ProgressData, ending: str) -> tuple[str, ...]:
    """Return the lines of 关于2026年前三季度 / 扩大进口…工作进展情况的报告; `ending` follows 工作.

    多行标题词意完整、排列成梯形或菱形 (GB/T 9704-2012, 7.3.1).
    """
    start = f"关于{period_words(data['period']['label'])}"
    subject, section = subject_of(data["notice"]), section_name(data["only"])
    if section:
        return (start, f"{subject}{section}", f"工作{ending}")
    return (start, f"{subject}工作{ending}")


def ledger_title(data: ProgressData) -> str:
    """Return 2026年前三季度扩大进口促进外贸发展工作台账, with its section or agency, if any."""
    about = section_name(data["only"]) or data["agency"]
    words = f"{period_words(data['period']['label'])}{subject_of(data['notice'])}工作台账"
    return f"{words}（{about}）" if about else words


def demo_line(is_demo: bool) -> str:
    """Return the line below the title that says the data are made up; empty for real data."""
    return "演示数据：措施、单位为通知原文，进展情况为虚构示例" if is_demo else ""


def file_prefix(data: ProgressData | LetterData) -> str:
    """Return the beginning of file names: 2026年前三季度扩大进口促进外贸发展."""
    demo = "（演示数据）" if data["is_demo"] else ""
    return f"{demo}{period_words(data['period']['label'])}{subject_of(data['notice'])}"
