"""单位进展情况报告 / 函: an agency's own words to 市商务委, from its accepted notes. Pure."""

from datetime import date

from lib.chinese import chinese_number, ordinal
from lib.official.document import Document, Form, Head, Part
from measures.choices import ResponsibilityRole
from reports.choices import FileFormat
from reports.datasets.schema import AgencyReportData, ContactData, MeasureData, measures_of
from reports.documents.annexes import ledger_annex
from reports.documents.parts.filings import none_told, own_filings
from reports.documents.parts.measures import light_name, silence_of
from reports.documents.parts.overall import stage_clauses
from reports.documents.parts.points import points_of, points_part
from reports.documents.tables import own_sub_line
from reports.documents.titles import demo_line, file_start, named, subject_of, work_lines
from reports.documents.wording import day_words, whole


def document_of(data: AgencyReportData, *, made_on: date, number: str = "") -> Document:
    """The whole report, or letter. Its number is the agency's own affair."""
    measures = measures_of(data)
    parts = (
        Part("总体进展情况", _overall(data, measures), key="overall"),
        Part(
            "分项进展情况",
            () if measures else ("本单位本期没有承担措施。",),
            tuple(_measure(n, m) for n, m in enumerate(measures, start=1)),
            key="measures",
        ),
        Part(
            "存在的问题",
            points_part(
                points_of(measures, "problems"),
                none_told(data, "反映问题", "本期没有需要反映的问题。"),
                "存在以下问题：",
                own=True,
            ),
            key="problems",
        ),
        Part(
            "需协调事项",
            points_part(
                points_of(measures, "help_needed"),
                none_told(data, "提出需协调事项", "本期没有需协调事项。"),
                "需协调以下事项：",
                own=True,
            ),
            key="help",
        ),
        Part(
            "下一步工作打算",
            points_part(
                points_of(measures, "next_steps"),
                none_told(data, "填写下一步工作打算", "本期未填写下一步工作打算。"),
                "重点做好以下工作：",
                own=True,
            ),
            key="next",
        ),
    )
    noun = "函" if data["is_letter"] else "报告"
    return Document(
        title_lines=work_lines(data, f"进展情况的{noun}"),
        addressee=data["addressee"],
        opening=_opening(data, noun),
        parts=tuple(
            part._replace(heading=f"{chinese_number(n)}、{part.heading}")
            for n, part in enumerate(parts, start=1)
        ),
        ending="特此函告。" if data["is_letter"] else "特此报告。",
        annexes=(ledger_annex(data, own_sub_line(data, made_on)),),
        signature=data["agency_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.LETTER if data["is_letter"] else Form.PLAIN,
        head=Head(data["agency_full"], "") if data["is_letter"] else None,
        contact=contact_words(data["contact"]),
    )


def file_title(data: AgencyReportData, file_format: FileFormat) -> str:
    """What a file is called: 2026年前三季度…工作进展情况报告（市科技局）."""
    start = file_start(data["period"], is_demo=data["is_demo"])
    noun = "函" if data["is_letter"] else "报告"
    return f"{start}{subject_of(data['notice'])}工作进展情况{noun}（{data['agency']}）"


def contact_words(contact: ContactData | None) -> str:
    """（联系人：×××，联系电话：×××）; empty where nobody is known."""
    if contact is None:
        return ""
    phone = f"，联系电话：{contact['phone']}" if contact["phone"] else ""
    return f"（联系人：{contact['name']}{phone}）"


def _opening(data: AgencyReportData, noun: str) -> str:
    start, end = day_words(data["period"]["cumulative_from"]), day_words(data["as_of"])
    verb = "函告" if noun == "函" else "报告"
    return (
        f"按照{named(data['notice'])}要求，现将我单位{data['period']['label']}（{start}至{end}）"
        f"{subject_of(data['notice'])}工作进展情况{verb}如下。"
    )


def _overall(data: AgencyReportData, measures: list[MeasureData]) -> tuple[str, ...]:
    if not measures:
        return ("我单位本期没有承担措施。",)
    lead = sum(m["parties"][0]["role"] == ResponsibilityRole.LEAD for m in measures)
    leading = f"，其中牵头{lead}项" if lead else ""
    return (
        f"我单位承担{len(measures)}项措施{leading}。"
        f"截至{day_words(data['judged_on'])}，{stage_clauses(data)}。",
        *own_filings(data),
    )


def _measure(number: int, measure: MeasureData) -> Part:
    """（一）扩大先进技术设备和关键零部件进口。…."""
    mark = f"（{measure['title_mark']}）" if measure["title_mark"] else ""
    party = measure["parties"][0]
    note = party["note"]
    told = whole(note["progress"]) if note else silence_of(party)
    state = (
        f"对应文件第{measure['mark']}项，我单位为{party['role_label']}；进度：{measure['stage_label']}"
        + (f"，完成{measure['percent']}%" if measure["percent"] is not None else "")
        + f"；预警：{light_name(measure)}。"
    )
    return Part(f"{ordinal(number)}{measure['title']}{mark}", (told, state))
