"""The tables of a report as typed rows, for the annexes and for the workbook. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from lib.chinese import listed
from measures.choices import NOTE_LABELS, Light
from reports.datasets.schema import MeasureData, PartyData, ProgressData, measures_of
from reports.documents.wording import AHEAD_WORD, day_words, is_all_ahead


class LedgerRow(NamedTuple):
    """One agency's part in one measure; the fields have the order of LEDGER_HEADINGS."""

    ordinal: int
    section: str
    measure: str
    nature: str
    due_on: date | None
    stage: str
    percent: int | None
    light: str
    sentence: str
    since: date | None
    waits_for: str
    agency: str
    role: str
    filing: str
    timeliness: str
    submitted_on: date | None
    chased: int | None
    progress: str
    problems: str
    help_needed: str
    next_steps: str
    claimed_stage: str
    claimed_percent: int | None
    confidence: str
    confidence_reason: str
    key: int | None
    version: int | None


_NOTE_FIELDS = ("progress", "problems", "help_needed", "next_steps", "claimed_stage")
LEDGER_HEADINGS = (
    *("序号", "部分", "措施", "性质", "完成时限", "进度", "完成比例（%）", "预警灯", "预警原因"),
    *("预警起始日期", "待办单位", "单位", "责任", "填报情况", "时效", "报送日期", "催报次数"),
    *(NOTE_LABELS[field] for field in _NOTE_FIELDS),
    *("自评比例（%）", NOTE_LABELS["confidence"], "预期原因", "行标识", "行版本"),
)
# Counts of each agency, by field. The first five are 应报 and its four parts.
AGENCY_COUNTS = {
    "owed": "应报",
    "accepted": "已通过",
    "waiting": "待审核",
    "mending": "退回",
    "unfiled": "未报",
    "waived": "免报",
    "in_time": "按时",
    "late": "迟报",
}
# For older datasets, in which filings are not counted in parts.
AGENCY_COUNTS_BEFORE = {
    "owed": "应报",
    "in_time": "按时报送",
    "late": "迟报",
    "missing": "未报",
    "awaited": "未到期",
    "waived": "免报",
}


def ledger_rows(data: ProgressData) -> Iterator[LedgerRow]:
    for section in data["sections"]:
        for measure in section["measures"]:
            if not measure["parties"]:
                yield _row(section["title"], measure, None)
            for party in measure["parties"]:
                yield _row(section["title"], measure, party)


def ledger_row_count(data: ProgressData) -> int:
    return sum(len(measure["parties"]) or 1 for measure in measures_of(data))


def _agency_counts(data: ProgressData) -> dict[str, str]:
    return AGENCY_COUNTS if data["filings"] else AGENCY_COUNTS_BEFORE


def agency_headings(data: ProgressData) -> tuple[str, ...]:
    counts = _agency_counts(data)
    if is_all_ahead(data):
        counts = {**counts, "unfiled": AHEAD_WORD}
    return ("序号", "单位", *counts.values())


def agency_rows(data: ProgressData) -> list[tuple[int | str, ...]]:
    return [
        (n, a["agency"], *(a[field] for field in _agency_counts(data)))  # type: ignore[literal-required]
        for n, a in enumerate(data["agencies"], start=1)
    ]


def agency_totals(data: ProgressData) -> tuple[int | str, ...]:
    """Return the last row of the table of agencies: 合计."""
    counts = _agency_counts(data)
    return ("", "合计", *(sum(a[field] for a in data["agencies"]) for field in counts))  # type: ignore[literal-required]


def lagging_measures(data: ProgressData) -> list[MeasureData]:
    """Return the measures with a red or yellow light, red first, then by number."""
    order = {Light.RED.value: 0, Light.YELLOW.value: 1}
    found = [measure for measure in measures_of(data) if measure["light"] in order]
    return sorted(found, key=lambda measure: order[measure["light"]])


def marked_title(measure: MeasureData) -> str:
    """Return a measure's title with its mark, if any: …（标题待核对）."""
    mark = measure["title_mark"]
    return f"{measure['title']}（{mark}）" if mark else measure["title"]


def waiting_agencies(measure: MeasureData) -> str:
    """Return the agencies that can end the light, then those of its other conditions."""
    return listed([*measure["waits_for"], *measure["others"]])


def sub_line(data: ProgressData, made_on: date) -> str:
    """Return the line above a table: 填报单位：…　截至：…　填报时间：….

    The day is the text's day, that of lights and filings.
    """
    return (
        f"填报单位：{data['notice']['coordinator_full']}　"
        f"截至：{day_words(data['judged_on'])}　填报时间：{day_words(made_on.isoformat())}"
    )


def _row(section: str, measure: MeasureData, party: PartyData | None) -> LedgerRow:
    note = party["note"] if party else None
    return LedgerRow(
        ordinal=measure["ordinal"],
        section=section,
        measure=marked_title(measure),
        nature=measure["nature_label"],
        due_on=_day(measure["due_on"]),
        stage=measure["stage_label"],
        percent=measure["percent"],
        light=f"{measure['light_shape']}{measure['light_label']}",
        sentence=measure["sentence"],
        since=_day(measure["since"]),
        waits_for=waiting_agencies(measure),
        agency=party["agency"] if party else measure["agencies_mark"],
        role=party["role_label"] if party else "",
        filing=party["filing_state"] if party else "",
        timeliness=party["timeliness_label"] if party else "",
        submitted_on=_day(party["submitted_on"]) if party else None,
        chased=len(party["chased_on"]) if party and "chased_on" in party else None,
        progress=note["progress"] if note else "",
        problems=note["problems"] if note else "",
        help_needed=note["help_needed"] if note else "",
        next_steps=note["next_steps"] if note else "",
        claimed_stage=note["stage"] if note else "",
        claimed_percent=note["percent"] if note else None,
        confidence=note["confidence"] if note else "",
        confidence_reason=note["confidence_reason"] if note else "",
        key=party["filing"] if party else None,
        version=party["version"] if party and party["filing"] else None,
    )


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
