"""单位进展情况报告 or 函: an agency's own words to 市商务委, from its accepted notes. Pure."""

from datetime import date

from lib.chinese import ordinal
from lib.official.document import Document, Form, Head, Part
from measures.choices import ResponsibilityRole
from reports.choices import FileFormat
from reports.datasets.schema import AgencyReportData, MeasureData, measures_of
from reports.documents.annexes import ledger_annex
from reports.documents.parts.filings import own_filing_paragraphs
from reports.documents.parts.measures import light_name, reason_for_silence
from reports.documents.parts.overall import stage_clauses
from reports.documents.parts.points import list_own_points
from reports.documents.tables import sub_line
from reports.documents.titles import cite_notice, demo_line, file_prefix, subject_of, work_title
from reports.documents.wording import as_sentence, contact_words, day_words, with_numbers


def document_of(data: AgencyReportData, *, made_on: date, number: str = "") -> Document:
    """Return the whole report or letter. The agency numbers it itself."""
    measures = measures_of(data)
    noun = "函" if data["is_letter"] else "报告"
    return Document(
        title_lines=work_title(data, f"进展情况的{noun}"),
        addressee=data["addressee"],
        opening=_opening(data, noun),
        parts=with_numbers(
            (
                Part("总体进展情况", _overall(data, measures), key="overall"),
                Part(
                    "分项进展情况",
                    () if measures else ("本单位本期没有承担措施。",),
                    tuple(_measure(n, m) for n, m in enumerate(measures, start=1)),
                    key="measures",
                ),
                Part("存在的问题", list_own_points(data, "problems"), key="problems"),
                Part("需协调事项", list_own_points(data, "help_needed"), key="help"),
                Part("下一步工作打算", list_own_points(data, "next_steps"), key="next"),
            )
        ),
        ending="特此函告。" if data["is_letter"] else "特此报告。",
        annexes=(ledger_annex(data, sub_line(data, made_on, maker=data["agency_full"])),),
        signature=data["agency_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.LETTER if data["is_letter"] else Form.PLAIN,
        head=Head(data["agency_full"], "") if data["is_letter"] else None,
        contact=contact_words(data["contact"]),
    )


def file_title(data: AgencyReportData, file_format: FileFormat) -> str:
    noun = "函" if data["is_letter"] else "报告"
    return f"{file_prefix(data)}工作进展情况{noun}（{data['agency']}）"


def _opening(data: AgencyReportData, noun: str) -> str:
    start, end = day_words(data["period"]["cumulative_from"]), day_words(data["as_of"])
    verb = "函告" if noun == "函" else "报告"
    return (
        f"按照{cite_notice(data['notice'])}要求，现将我单位{data['period']['label']}（{start}至{end}）"
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
        *own_filing_paragraphs(data),
    )


def _measure(number: int, measure: MeasureData) -> Part:
    mark = f"（{measure['title_mark']}）" if measure["title_mark"] else ""
    party = measure["parties"][0]
    note = party["note"]
    told = as_sentence(note["progress"]) if note else reason_for_silence(party)
    state = (
        f"对应文件第{measure['mark']}项，我单位为{party['role_label']}；进度：{measure['stage_label']}"
        + (f"，完成{measure['percent']}%" if measure["percent"] is not None else "")
        + f"；预警：{light_name(measure)}。"
    )
    return Part(f"{ordinal(number)}{measure['title']}{mark}", (told, state))
