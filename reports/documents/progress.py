"""The sentences of a progress report, built from its dataset. Pure: nothing is invented.

Number rules of official texts: 占 for a share, 个百分点 for a difference, clauses with 0项 left
out, lists joined with 、. A part that has nothing to say says so.
"""

from datetime import date

from lib.chinese import chinese_number
from lib.official.document import Document, Part
from reports.choices import FileFormat
from reports.datasets.schema import ProgressData
from reports.documents.annexes import agencies_annex, behind_annex, ledger_annex
from reports.documents.parts.filings import filings_part, none_told, untimely
from reports.documents.parts.measures import section_part
from reports.documents.parts.overall import overall_part
from reports.documents.parts.points import points_by_section
from reports.documents.tables import sub_line
from reports.documents.titles import demo_line, file_start, named, part_of, subject_of, work_lines
from reports.documents.wording import day_words

ADDRESSEE = "市人民政府"


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """The whole report in words; `made_on` is its 成文日期. It bears no number."""
    told = data["sections"]
    sections = tuple(section_part(section) for section in told)
    help_needed = points_by_section(
        told,
        "help_needed",
        none_told(data, "提出需协调事项", "本期未收到需协调事项。"),
        "需协调以下事项：",
    )
    next_steps = points_by_section(
        told,
        "next_steps",
        none_told(data, "填写下一步工作打算", "本期未收到下一步工作打算。"),
        "重点做好以下工作：",
    )
    line = sub_line(data, made_on)
    parts = (
        Part("总体进展情况", overall_part(data), key="overall"),
        Part("分项进展情况", (), sections, key="sections"),
        Part("存在的问题", _problems(data), key="problems"),
        Part("需协调事项", help_needed, key="help"),
        Part("报送情况", filings_part(data), key="filings"),
        Part("下一步工作打算", next_steps, key="next"),
    )
    return Document(
        title_lines=work_lines(data, "进展情况的报告"),
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
        demo_line=demo_line(data["is_demo"]),
    )


def _problems(data: ProgressData) -> tuple[str, ...]:
    """What the agencies named, and whether they named it in time."""
    nothing = none_told(data, "反映问题", "本期未收到问题。")
    said = points_by_section(data["sections"], "problems", nothing, "存在以下问题：")
    late = untimely(data)
    return (*said, f"此外，{late}，详见报送情况。") if late else said


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    """What a file is called: 2026年前三季度…工作进展情况报告, …台账."""
    start = file_start(data["period"], is_demo=data["is_demo"])
    noun = "台账" if file_format == FileFormat.XLSX else "报告"
    return f"{start}{subject_of(data['notice'])}{part_of(data['only'])}工作进展情况{noun}"


def _opening(data: ProgressData) -> str:
    notice, period = data["notice"], data["period"]
    start, end = day_words(period["cumulative_from"]), day_words(data["as_of"])
    return (
        f"按照{named(notice)}要求，"
        f"{notice['coordinator']}会同各责任单位推进政策措施落实，"
        f"现将{period['label']}（{start}至{end}）{part_of(data['only'])}工作进展情况报告如下。"
    )
