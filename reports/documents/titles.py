"""Titles of documents and names of files, from the notice and the period. Pure."""

import re

from lib.chinese import chinese_number
from reports.datasets.schema import LetterData, NoticeData, PartData, ProgressData

_SUBJECT = re.compile(r"^关于(.+?)的(?:实施)?(?:意见|通知|方案|措施)$")


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
