"""进展情况报告: 市商务委 to 市人民政府, about the whole notice or one section. Pure."""

from datetime import date

from lib.official.document import Document, Part
from reports.choices import FileFormat
from reports.datasets.schema import ProgressData
from reports.documents.annexes import agencies_annex, lagging_annex, ledger_annex
from reports.documents.parts.filings import filing_paragraphs, untimely_clause
from reports.documents.parts.measures import section_part
from reports.documents.parts.overall import overall_paragraphs
from reports.documents.parts.points import list_points
from reports.documents.tables import sub_line
from reports.documents.titles import (
    cite_notice,
    demo_line,
    file_prefix,
    section_name,
    work_title,
)
from reports.documents.wording import day_words, with_numbers

ADDRESSEE = "市人民政府"


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """Return the whole report. It bears no number."""
    sections = tuple(section_part(section) for section in data["sections"])
    line = sub_line(data, made_on)
    return Document(
        title_lines=work_title(data, "进展情况的报告"),
        addressee=ADDRESSEE,
        opening=_opening(data),
        parts=with_numbers(
            (
                Part("总体进展情况", overall_paragraphs(data), key="overall"),
                Part("分项进展情况", (), sections, key="sections"),
                Part("存在的问题", _problems(data), key="problems"),
                Part("需协调事项", list_points(data, "help_needed"), key="help"),
                Part("报送情况", filing_paragraphs(data), key="filings"),
                Part("下一步工作打算", list_points(data, "next_steps"), key="next"),
            )
        ),
        ending="特此报告。",
        annexes=(
            ledger_annex(data, line),
            lagging_annex(data, line),
            agencies_annex(data, line),
        ),
        signature=data["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
    )


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    """Return 2026年前三季度…工作进展情况报告, or …台账 for the workbook."""
    noun = "台账" if file_format == FileFormat.XLSX else "报告"
    return f"{file_prefix(data)}{section_name(data['only'])}工作进展情况{noun}"


def _problems(data: ProgressData) -> tuple[str, ...]:
    late = untimely_clause(data)
    return (*list_points(data, "problems"), *([f"此外，{late}，详见报送情况。"] if late else []))


def _opening(data: ProgressData) -> str:
    notice, period = data["notice"], data["period"]
    start, end = day_words(period["cumulative_from"]), day_words(data["as_of"])
    return (
        f"按照{cite_notice(notice)}要求，"
        f"{notice['coordinator']}会同各责任单位推进政策措施落实，"
        f"现将{period['label']}（{start}至{end}）{section_name(data['only'])}工作进展情况报告如下。"
    )
