"""进展情况报告: 市商务委 to 市人民政府, about the whole notice or one section. Pure.

A 报告 must not ask for anything. Requests of agencies are listed for the editor, who writes a
separate 请示 or 函, and are in the brief (docs/adr/0074-a-report-asks-for-nothing.md).
"""

from collections.abc import Sequence
from datetime import date

from lib.chinese import chinese_number, listed
from lib.official.document import Document, Part
from reports.choices import FileFormat
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.annexes import agencies_annex, burden_annex, points_annex, standing_annex
from reports.documents.lengths import Length, is_short, lengths_for
from reports.documents.names import (
    cite_notice,
    demo_line,
    file_prefix,
    measure_note,
    period_words,
    section_name,
    work_title,
)
from reports.documents.parts.filings import report_filings, untimely_clause
from reports.documents.parts.measures import section_part
from reports.documents.parts.overall import overall_paragraphs
from reports.documents.parts.problems import (
    SectionList,
    SectionPoint,
    next_step_lists,
    paragraphs_of,
    problem_lists,
    red_steps,
    yellow_elsewhere,
)
from reports.documents.told import Told, as_told, in_voice_of, shortened
from reports.documents.wording import day_words, with_numbers

ADDRESSEE = "市人民政府"


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """Return the whole report, shortened to 12 to 15 pages. It has no number."""
    *longer, shortest = lengths_for(len(measures_of(data)))
    told = as_told(data)
    documents = (_document_of(told, made_on, length) for length in longer)
    short = next((one for one in documents if is_short(one)), None)
    return short or _document_of(told, made_on, shortest)


def _document_of(whole: Told, made_on: date, length: Length) -> Document:
    told = shortened(whole, length)
    said = told.data
    problems, steps = problem_lists(said, length.problems), next_step_lists(said, length.steps)
    parts = (
        Part("总体进展情况", overall_paragraphs(said), key="overall"),
        Part("分项进展情况", (), _sections(said), key="sections"),
        Part("存在的问题", _problems(told, problems), key="problems"),
        Part("报送情况", report_filings(said), key="filings"),
        Part("下一步工作打算", _next_steps(said, steps), key="next"),
    )
    # The opening says their day. The last one is portrait, so that 版记 fits on it.
    annexes = (
        standing_annex(said, ""),
        *points_annex(_left(problems), _left(steps), ""),
        *burden_annex(said),
        agencies_annex(said, "单位：件")._replace(is_on_side=False),
    )
    document = Document(
        title_lines=work_title(said, "进展情况的报告"),
        addressee=ADDRESSEE,
        opening=_opening(said),
        parts=with_numbers(parts),
        ending="特此报告。",
        annexes=annexes,
        signature=said["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line=demo_line(said["is_demo"]),
        editor_notes=_editor_notes(told),
    )
    return _in_own_voice(document, said)


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    """Return 2026年前三季度…工作进展情况报告, or …台账 for the workbook."""
    noun = "台账" if file_format == FileFormat.XLSX else "报告"
    return f"{file_prefix(data)}{section_name(data['only'])}工作进展情况{noun}"


def _sections(data: ProgressData) -> tuple[Part, ...]:
    return tuple(section_part(data, section) for section in data["sections"])


def _opening(data: ProgressData) -> str:
    """Return the opening; only here the report names the day of all its data."""
    notice, period = data["notice"], data["period"]
    return (
        f"按照{cite_notice(notice)}要求，{notice['coordinator']}会同各责任单位推进政策措施落实。"
        f"现将{period_words(period['label'])}{section_name(data['only'])}"
        f"工作进展情况（截至{day_words(data['judged_on'])}）报告如下。"
    )


def _problems(told: Told, lists: Sequence[SectionList]) -> tuple[str, ...]:
    late = untimely_clause(told.data)
    asked = len(told.requests)
    said = [
        *(paragraphs_of(lists) or ("本期没有反映的问题。",)),
        _left_words(lists),
        f"需跨部门协调的事项{asked}件，涉及{listed(told.asking)}，我委另行协调办理。"
        if asked
        else "",
        (f"此外，{late}，见“报送情况”部分。" if late else "") + yellow_elsewhere(told.data),
    ]
    return tuple(filter(None, said))


def _next_steps(data: ProgressData, lists: Sequence[SectionList]) -> tuple[str, ...]:
    """Return the actions for red lights, then the agencies' plans."""
    red = red_steps(data)
    told = tuple(filter(None, (red, *paragraphs_of(lists))))
    *said, last = told or ("本期没有报送的下一步工作打算。",)
    return (*said, f"{last}{_left_words(lists)}")


def _left(lists: Sequence[SectionList]) -> list[SectionPoint]:
    return [point for one in lists for point in one.left]


def _left_words(lists: Sequence[SectionList]) -> str:
    left = _left(lists)
    return f"其余{len(left)}条见附件2。" if left else ""


def _editor_notes(told: Told) -> tuple[str, ...]:
    """Return notes on what only a person can settle: gaps, requests, unclear speakers, cuts."""
    data = told.data
    lost = [
        f"第{chinese_number(section['ordinal'])}部分"
        for section in data["sections"]
        if section["title_mark"]
    ]
    notes = [
        *measure_note(measures_of(data)),
        f"{listed(lost)}的标题在采集的通知文本中缺失，文中以所含措施代称，请核对。" if lost else "",
        f"报告中不写请求事项。以下{len(told.requests)}件须另行请示或函商："
        f"{'；'.join(one.rstrip('。') for one in told.requests)}。"
        if told.requests
        else "",
        f"以下称谓不能确定所指，请改为第三人称：{'；'.join(told.doubts)}。" if told.doubts else "",
        f"第{listed(told.shortened)}项所报进展较长，文中只写了各单位的主要内容，全文见工作台账。"
        if told.shortened
        else "",
    ]
    return tuple(filter(None, notes))


def _in_own_voice(document: Document, data: ProgressData) -> Document:
    """Replace 市商务委 by 我委 in the prose; tables, signature and notes keep the name."""
    return document._replace(
        opening=in_voice_of(data["notice"], document.opening),
        parts=tuple(_part_in_voice(part, data) for part in document.parts),
    )


def _part_in_voice(part: Part, data: ProgressData) -> Part:
    return part._replace(
        paragraphs=tuple(in_voice_of(data["notice"], text) for text in part.paragraphs),
        parts=tuple(_part_in_voice(below, data) for below in part.parts),
    )
