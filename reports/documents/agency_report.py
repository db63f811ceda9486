"""单位进展情况报告 or 函: an agency's own report, from the notes that it last submitted. Pure.

A 函 to an equal or unrelated body may ask for help. A 报告 must not ask for anything
(党政机关公文处理工作条例, article 15), so requests are left out and listed for the editor.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from lib.chinese import listed
from lib.official.document import Document, Form, Head, Part
from measures.choices import CLAIMABLE_STAGES, ResponsibilityRole
from reports.choices import FileFormat, FilingPart
from reports.datasets.schema import AgencyReportData, MeasureData, NoteData, measures_of
from reports.datasets.totals import STAGE_WORDS
from reports.documents.names import (
    author_names,
    cite_notice,
    demo_line,
    file_prefix,
    measure_name,
    measure_note,
    subject_of,
    work_title,
)
from reports.documents.wording import (
    as_sentence,
    contact_note,
    contact_words,
    day_words,
    numbered,
    we_of,
    with_numbers,
    you_of,
)
from reports.rules.voice import in_authors_voice, without_requests

Field = Literal["progress", "problems", "next_steps", "help_needed"]
SINGLY = 9  # up to so many points are numbered 一是 to 九是
ELSEWHERE = "有关需协调的事项已另行报送。"


class _Told(NamedTuple):
    """The agency's note about a measure, with the agency as 我局 and the like."""

    measure: MeasureData
    note: NoteData
    fields: Mapping[Field, str]
    asks: str  # requests that were left out of a 报告


class _Point(NamedTuple):
    names: list[str]  # of the measures
    text: str


def document_of(data: AgencyReportData, *, made_on: date, number: str = "") -> Document:
    """Return the whole report or letter. Its number belongs to the agency's own series."""
    noun = "函" if data["is_letter"] else "报告"
    told = _told(data)
    return Document(
        title_lines=work_title(data, f"进展情况的{noun}"),
        addressee=data["addressee"],
        opening=_opening(data, noun),
        parts=with_numbers(_parts(data, told, noun)),
        ending=_ending(data, told),
        annexes=(),
        signature=data["agency_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.LETTER if data["is_letter"] else Form.PLAIN,
        head=Head(data["agency_full"], number) if data["is_letter"] else None,
        contact=contact_words(data["contact"]),
        editor_notes=_editor_notes(data, told),
    )


def file_title(data: AgencyReportData, file_format: FileFormat) -> str:
    noun = "函" if data["is_letter"] else "报告"
    return f"{file_prefix(data)}工作进展情况{noun}（{data['agency']}）"


def _opening(data: AgencyReportData, noun: str) -> str:
    start, end = day_words(data["period"]["cumulative_from"]), day_words(data["as_of"])
    end = end.removeprefix(
        start.partition("年")[0] + "年"
    )  # of the same year, as it counts from 1月
    verb = "函告" if noun == "函" else "报告"
    return (
        f"按照{cite_notice(data['notice'])}要求，现将{we_of(data['agency'])}"
        f"{data['period']['label']}（{start}至{end}）{subject_of(data['notice'])}工作进展情况"
        f"{verb}如下。"
    )


def _parts(data: AgencyReportData, told: Sequence[_Told], noun: str) -> list[Part]:
    """Return the parts with text; empty ones are left out and listed for the editor."""
    parts = (
        *_progress_parts(_overall(data, told, noun), _progress(told)),
        Part("存在的问题", _list(told, "problems"), key="problems"),
        Part("下一步工作打算", _list(told, "next_steps"), key="next"),
        Part("需协调支持的事项", _list(told, "help_needed"), key="help"),
    )
    *before, last = [part for part in parts if part.paragraphs]
    if any(one.asks for one in told):
        last = last._replace(paragraphs=(*last.paragraphs, ELSEWHERE))
    return [*before, last]


def _told(data: AgencyReportData) -> list[_Told]:
    """Return the measures with a note of the agency, in the order of the notice."""
    own, label = _own_voice(data), data["period"]["label"]
    return [
        _told_of(measure, note, own, label=label, may_ask=data["is_letter"])
        for measure in measures_of(data)
        if (note := measure["parties"][0]["note"])
    ]


def _told_of(
    measure: MeasureData, note: NoteData, own: Callable[[str], str], *, label: str, may_ask: bool
) -> _Told:
    fields: dict[Field, str] = {
        # The opening already names the period.
        "progress": own(note["progress"]).removeprefix(f"{label}，"),
        "problems": own(note["problems"]),
        "next_steps": own(note["next_steps"]),
    }
    if may_ask:
        return _Told(measure, note, {**fields, "help_needed": own(note["help_needed"])}, "")
    split = {name: without_requests(text) for name, text in fields.items()}
    asks = [*(asked for _, asked in split.values()), own(note["help_needed"])]
    tells = {name: told for name, (told, _) in split.items()}
    return _Told(
        measure,
        note,
        {**tells, "help_needed": ""},
        "".join(as_sentence(one) for one in asks if one),
    )


def _own_voice(data: AgencyReportData) -> Callable[[str], str]:
    """Return a function that writes 我局 for the agency, and 贵委 for 市商务委 as addressee."""
    we, notice = we_of(data["agency"]), data["notice"]
    names = dict.fromkeys((data["agency_full"], data["agency"], "我单位", "本单位"), we)
    if data["agency"] == notice["coordinator"]:
        names |= author_names(notice)
    else:
        names |= dict.fromkeys(author_names(notice), you_of(notice["coordinator"]))
    return lambda text: in_authors_voice(text, names=names)


def _overall(data: AgencyReportData, told: Sequence[_Told], noun: str) -> tuple[str, ...]:
    """Return the number and the stated progress of its measures; empty for a single one."""
    measures = measures_of(data)
    if len(measures) == 1:
        return ()
    lead = sum(m["parties"][0]["role"] == ResponsibilityRole.LEAD for m in measures)
    leading = f"，其中牵头{lead}项" if lead else ""
    counts = Counter(one.note["stage"] for one in told)
    stages = [
        f"{STAGE_WORDS[stage].format(label=stage.label)}{counts[stage.label]}项"
        for stage in reversed(CLAIMABLE_STAGES)
        if counts[stage.label]
    ]
    part = f"本{noun}反映其中{len(told)}项的进展情况" if len(told) < len(measures) else ""
    far = f"目前{listed(stages)}" if len(told) > 1 else ""
    said = "，".join(filter(None, (part, far)))
    return (f"{we_of(data['agency'])}承担{len(measures)}项措施{leading}。{said}。",)


def _progress_parts(overall: tuple[str, ...], progress: tuple[str, ...]) -> tuple[Part, ...]:
    """Return the summary, then each measure; for a single measure both under one heading."""
    if len(progress) == 1:
        return (Part("工作进展情况", (*overall, *progress), key="measures"),)
    return (
        Part("总体情况", overall, key="overall"),
        Part("分项进展情况", progress, key="measures"),
    )


def _progress(told: Sequence[_Told]) -> tuple[str, ...]:
    """Return one paragraph for each measure: 1.第（三）项“扩大优质农产品进口”。…"""
    paragraphs = [f"{measure_name(one.measure)}。{_progress_of(one)}" for one in told]
    if len(paragraphs) == 1:
        return tuple(paragraphs)
    return tuple(f"{n}.{text}" for n, text in enumerate(paragraphs, start=1))


def _progress_of(one: _Told) -> str:
    said, percent = as_sentence(one.fields["progress"]), one.note["percent"]
    is_new = percent is not None and f"{percent}%" not in said
    return f"{said}目前完成{percent}%。" if is_new else said


def _list(told: Sequence[_Told], field: Field) -> tuple[str, ...]:
    """Return 一是…；二是…, each with its measures; a single measure is not named."""
    points = _points(told, field)
    if not points:
        return ()
    if len(told) == 1:
        return tuple(as_sentence(point.text) for point in points)
    sentences = [f"{listed(p.names)}方面，{as_sentence(p.text, end='')}" for p in points]
    if len(sentences) > SINGLY:
        return tuple(f"{n}.{as_sentence(one)}" for n, one in enumerate(sentences, start=1))
    return numbered(sentences)


def _points(told: Sequence[_Told], field: Field) -> list[_Point]:
    """Return one field of all notes; equal texts about several measures become one point."""
    found: dict[str, list[str]] = {}
    for one in told:
        if text := one.fields[field]:
            found.setdefault(text, []).append(measure_name(one.measure))
    return [_Point(names, text) for text, names in found.items()]


def _ending(data: AgencyReportData, told: Sequence[_Told]) -> str:
    if not data["is_letter"]:
        return "特此报告。"
    asks = any(one.fields["help_needed"] for one in told)
    return "特此函达，请予支持为盼。" if asks else "特此函告。"


def _editor_notes(data: AgencyReportData, told: Sequence[_Told]) -> tuple[str, ...]:
    measures = measures_of(data)
    unfiled = [m for m in measures if not m["parties"][0]["note"]]
    returned = [
        one.measure for one in told if one.measure["parties"][0]["part"] == FilingPart.MENDING
    ]
    asking = [one for one in told if one.asks]
    empty = [
        words
        for field, words in (("problems", "存在的问题"), ("next_steps", "下一步工作打算"))
        if not any(one.fields[field] for one in told)  # type: ignore[index]
    ]
    notes = (
        f"{_numbers(unfiled)}本期没有报送进展，文中没有写。" if unfiled else "",
        f"{_numbers(returned)}的进展已被退回，文中用的是退回前的文字，请改后再发。"
        if returned
        else "",
        *(
            f"第{one.measure['mark']}项中请示、请求的内容没有写入报告，请另行行文：{one.asks}"
            for one in asking
        ),
        f"报送的进展没有写{listed(empty)}，文中没有这一部分，需要的请补上。" if empty else "",
    )
    return (
        *measure_note([one.measure for one in told]),
        *filter(None, notes),
        *contact_note(data["contact"]),
    )


def _numbers(measures: Sequence[MeasureData]) -> str:
    return f"第{listed(m['mark'] for m in measures)}项"
