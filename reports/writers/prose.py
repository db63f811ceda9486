"""The sentences of a progress report, built from its dataset. Pure: nothing is invented.

Number rules of official texts: 占 for a share, 个百分点 for a difference, clauses with 0项 left
out, lists joined with 、. A part that has nothing to say says so.
"""

import re
from datetime import date

from policy_tracker.lib.chinese import chinese_number
from reports.data.shapes import ProgressData, measures_of
from reports.writers.annexes import agencies_annex, behind_annex, ledger_annex
from reports.writers.document import Document, Part
from reports.writers.prose_filings import filings_part
from reports.writers.prose_measures import section_part
from reports.writers.prose_overall import overall_part
from reports.writers.prose_points import points_of, points_part
from reports.writers.tables import sub_line
from reports.writers.wording import day_words

_SUBJECT = re.compile(r"^关于(.+?)的(?:实施)?(?:意见|通知|方案|措施)$")
ADDRESSEE = "市人民政府"


def document_of(data: ProgressData, *, made_on: date) -> Document:
    """The whole report in words; `made_on` is its 成文日期."""
    measures = measures_of(data)
    sections = tuple(section_part(section) for section in data["sections"])
    problems = points_of(measures, "problems")
    help_needed = points_of(measures, "help_needed")
    next_steps = points_part(
        points_of(measures, "next_steps"), "下一步工作打算", "重点做好以下工作："
    )
    line = sub_line(data, made_on)
    parts = (
        Part("总体进展情况", overall_part(data), key="overall"),
        Part("分项进展情况", (), sections, key="sections"),
        Part("存在的问题", points_part(problems, "问题", "存在以下问题："), key="problems"),
        Part("需协调事项", points_part(help_needed, "需协调事项", "需协调以下事项："), key="help"),
        Part("报送情况", filings_part(data), key="filings"),
        Part("下一步工作打算", next_steps, key="next"),
    )
    return Document(
        title_lines=title_lines(data),
        addressee=ADDRESSEE,
        opening=_opening(data),
        parts=tuple(
            part._replace(heading=f"{chinese_number(n)}、{part.heading}")
            for n, part in enumerate(parts, start=1)
        ),
        ending="特此报告。",
        annexes=(
            ledger_annex(data, line),
            behind_annex(data, line),
            agencies_annex(data, line),
        ),
        signature=data["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line="演示数据：措施、单位为通知原文，进展情况为虚构示例" if data["is_demo"] else "",
    )


def file_title(data: ProgressData) -> str:
    """What a file is called, before the word for its kind."""
    demo = "（演示数据）" if data["is_demo"] else ""
    return f"{demo}{data['period']['label']}{_subject(data)}工作进展情况"


def title_lines(data: ProgressData) -> tuple[str, ...]:
    """The title, a line an entry."""
    # 多行标题词意完整、排列成梯形 (GB/T 9704-2012, 7.3.1)
    return (f"关于{data['period']['label']}", f"{_subject(data)}工作进展情况的报告")


def _subject(data: ProgressData) -> str:
    found = _SUBJECT.match(data["notice"]["title"])
    return found[1] if found else data["notice"]["title"]


def _opening(data: ProgressData) -> str:
    notice, period = data["notice"], data["period"]
    start, end = day_words(period["cumulative_from"]), day_words(data["as_of"])
    return (
        f"按照《{notice['issuer']}{notice['title']}》（{notice['number']}）要求，"
        f"{notice['coordinator']}会同各责任单位推进政策措施落实，"
        f"现将{period['label']}（{start}至{end}）工作进展情况报告如下。"
    )
