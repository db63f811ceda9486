"""提示函: an agency's late filings, and the day by which they are requested. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from lib.chinese import listed
from lib.official.document import Document, Form, Head, Part
from reports.choices import FileFormat
from reports.datasets.schema import LateData, LetterData, MeasureData, NamedData
from reports.documents.names import (
    cite_notice,
    demo_line,
    file_prefix,
    item_name,
    lead_mark,
    measure_note,
    subject_of,
)
from reports.documents.wording import Tone, contact_note, contact_words, day_words, tone_for, you_of


def document_of(data: LetterData, *, made_on: date, number: str = "") -> Document:
    """Return the whole letter; without a number it is a draft. Up to five items are one page."""
    coordinator = data["notice"]["coordinator_full"]
    tone, you = tone_for(data["agency_kind"]), you_of(data["agency"], data["agency_kind"])
    return Document(
        title_lines=(
            f"关于{tone.verb}{data['period']['label']}",
            f"{subject_of(data['notice'])}工作进展情况的{tone.noun}",
        ),
        addressee=data["agency_full"],
        opening=_opening(data, you),
        parts=(
            Part("", (*_items(data), *_earlier(data)), key="late"),
            Part("", (_asked(data, tone, you),), key="asked"),
        ),
        ending=tone.ending,
        annexes=(),
        signature=coordinator,
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.LETTER,
        head=Head(coordinator, number),
        contact=contact_words(data["contact"]),
        editor_notes=(*_title_note(data), *contact_note(data["contact"])),
    )


def file_title(data: LetterData, file_format: FileFormat) -> str:
    return f"{file_prefix(data)}工作进展报送提示函（{data['agency']}）"


def _opening(data: LetterData, you: str) -> str:
    return (
        f"按照{cite_notice(data['notice'])}要求，{data['period']['label']}工作进展情况应于"
        f"{day_words(_usual_due(data))}前报送。截至{day_words(data['told_on'])}，"
        f"{you}{_counts(data)}。"
    )


def _counts(data: LetterData) -> str:
    """Return the number of filings owed in the period, and how many are late, by how much."""
    mending = sum(one["is_mending"] for one in data["late"])
    unfiled = len(data["late"]) - mending
    owed = sum(count["count"] for count in data["filings"])  # 0 in an older dataset
    if unfiled == owed:
        return f"应报送的{owed}项尚未报送{_days(data)}"
    late = (
        f"{unfiled}项未报送{_days(data)}" if unfiled else "",
        f"{mending}项退回后未补正" if mending else "",
    )
    of_all = f"应报送{owed}项，" if owed else ""
    return f"{of_all}尚有{listed(filter(None, late))}"


def _days(data: LetterData) -> str:
    """Return the working days by which most items are late, to be written once for all."""
    alike = [one for one in data["late"] if _is_usual(one, data)]
    if len(data["late"]) == 1 or not alike:
        return ""
    is_all = len(alike) == sum(not one["is_mending"] for one in data["late"])
    return f"（{'' if is_all else '除注明的外'}逾期{alike[0]['workdays']}个工作日）"


def _usual_due(data: LetterData) -> str:
    """Return the due day of most missing filings: the period's, or a later one for all."""
    days = Counter(one["due_on"] for one in data["late"] if not one["is_mending"])
    return max(days, key=days.__getitem__, default=data["period"]["due_on"])


def _is_usual(one: LateData, data: LetterData) -> bool:
    """Whether it is missing and has the usual due day."""
    return one["due_on"] == _usual_due(data) and not one["is_mending"]


def _items(data: LetterData) -> list[str]:
    if len(data["late"]) == 1:
        one = data["late"][0]
        # Its due day is in the sentence before.
        words = f"逾期{one['workdays']}个工作日" if _is_usual(one, data) else _lateness(one)
        return [f"{_title(one)}，{words}。"]
    last = len(data["late"])
    return [
        f"{n}.{_title(one)}{'' if _is_usual(one, data) else f'，{_lateness(one)}'}"
        f"{'。' if n == last else '；'}"
        for n, one in enumerate(data["late"], start=1)
    ]


def _lateness(one: LateData) -> str:
    if one["is_mending"]:
        return f"退回后逾期{one['workdays']}个工作日未补正"
    return f"应于{day_words(one['due_on'])}前报送，逾期{one['workdays']}个工作日"


def _title(one: LateData) -> str:
    return f"{_name(one)}{lead_mark(one['role'])}"


def _earlier(data: LetterData) -> list[str]:
    """Return the debts of earlier periods; a debt does not end with its period."""
    named = {one["mark"] for one in data["late"]}
    told = []
    for debt in data["earlier"]:
        told.append(f"{debt['period']}{listed(_names(debt['measures'], named))}")
        named.update(one["mark"] for one in debt["measures"])
    return [f"另有{'，'.join(told)}未报送，请一并补报。"] if told else []


def _names(measures: Sequence[NamedData], named: Iterable[str]) -> list[str]:
    """Return names of measures; only the number if the letter has already named the title."""
    return [f"第{one['mark']}项" if one["mark"] in named else _name(one) for one in measures]


def _asked(data: LetterData, tone: Tone, you: str) -> str:
    by = day_words(data["file_by"])
    is_over = data["period"]["is_closed"] and not all(one["is_mending"] for one in data["late"])
    if is_over and not data["filings"]:  # an older dataset: filing ended with the closing then
        return (
            f"本期集中报送已结束，{tone.ask}{you}于{by}前书面说明未报原因；需要补报的，一并提出，"
            "由我委重新开放填报后办理。"
        )
    how = f"通过扩大进口工作跟踪平台{'补报' if is_over else '报送'}"
    return f"{tone.ask}{you}于{by}前{how}；确有困难的，请函告原因和预计报送时间。"


def _name(one: NamedData) -> str:
    return item_name(one["mark"], one["title"], one["title_mark"])


def _title_note(data: LetterData) -> tuple[str, ...]:
    """Return a note on lost titles; lost lists need none, as nothing is owed for such measures."""
    measures = [{**one, "agencies_mark": ""} for one in data["late"]]
    return measure_note(cast(list[MeasureData], measures))
