"""The shapes of the frozen datasets: plain JSON with every label resolved.

Days are ISO text, shares are percentages as text with one decimal. Any change of a shape needs a
new schema version of its kind, because frozen datasets are never changed; fields that an older one
lacks are filled in when it is shown (older.py).
"""

from typing import NotRequired, TypedDict

SCHEMA_VERSION = 5  # of a progress report, a ledger and a brief
CIRCULAR_SCHEMA = 5
AGENCY_SCHEMA = 5
LETTER_SCHEMA = 3

OTHERS_MARK = "其余责任单位待核对"  # the notice's list of a measure's agencies is incomplete


class NoteData(TypedDict):
    progress: str
    problems: str
    next_steps: str
    help_needed: str
    stage: str
    percent: int | None
    confidence: str
    confidence_reason: str


class PartyData(TypedDict):
    agency: str
    code: str  # the agency's own, the same under every name
    order: int
    role: str
    role_label: str
    role_mark: str
    filing: int | None  # its number, the key of a ledger row
    version: int  # of the accepted note; 0 where there is none
    filing_state: str  # its label; empty where it owes no filing
    part: str  # a value of FilingPart, by which it is counted; empty if it has none
    timeliness: str  # a value of Timeliness, or empty
    timeliness_label: str
    due_on: str | None
    submitted_on: str | None
    awaits_review: bool
    is_backfilled: bool  # it came after its period had closed
    is_written_off: bool  # it did not come, and 市商务委 no longer requires it
    returned: int  # how often the commission returned it
    workdays_late: int  # from the due day until it came or, if missing, until the day of the data
    note: NoteData | None
    chased_on: NotRequired[list[str]]  # the days of its reminders; older datasets lack it


class BeforeData(TypedDict):
    stage: str
    stage_label: str
    light: str
    light_label: str
    percent: int | None


class FindingData(TypedDict):
    light: str
    label: str  # what kind of condition
    sentence: str
    agencies: list[str]  # who can end it
    since: str | None


class FigureData(TypedDict):
    name: str
    unit: str
    value: str  # with its unit; 已实现 or 未实现
    day: str  # of the value
    previous: str  # the value before, else the baseline; empty where there is none
    previous_day: str | None
    change: str  # 比6月末增加7.2亿元; empty where there is nothing to compare
    target: str  # with its unit; empty where it is not known
    target_day: str | None
    share: str  # of the way to the target: 67.4%; empty if it cannot be computed
    direction: str  # a value of Direction
    is_reached: bool
    is_worse: bool  # it moved against its direction
    is_cumulative: bool  # counted from 1 January of each year
    is_import: bool  # one of the import figures that 总览 shows
    reporter: str  # the agency that files it, or empty


class ItemData(TypedDict):
    """A 需协调事项 that was unanswered on the day of the lights."""

    asked_by: str
    code: str  # of the agency that asked
    words: str
    stuck: str  # where, and for how long: 卡在市财政局，已等12个工作日
    due_on: str


class MeasureData(TypedDict):
    ordinal: int
    mark: str
    title: str
    title_mark: str  # 标题暂拟、待核对 / 标题待核对, or empty
    agencies_mark: str  # 责任单位待核对, OTHERS_MARK if some are named, or empty
    nature: str
    nature_label: str
    due_on: str | None
    stage: str
    stage_label: str
    percent: int | None
    expected: int | None  # of a dated measure: by its milestone plan, else 序时进度, in percent
    pace: str  # a value of Pace: of a dated measure whose light is judged; else empty
    light: str
    light_label: str
    light_shape: str
    sentence: str
    since: str | None  # the first day of the light's reason
    waits_for: list[str]  # who can end it
    others: list[str]  # the agencies of the other conditions
    findings: list[FindingData]  # every condition, the deciding one first
    figures: list[FigureData]
    parties: list[PartyData]
    before: BeforeData | None
    back_reason: str  # the commission's reason for a step back since then, or empty

    items: NotRequired[list[ItemData]]  # the oldest first; older datasets only have notes
    known: NotRequired[list[str]]  # sentences: parts of its text that became known in the period
    is_skipped: NotRequired[bool]  # 隔期填报: the period asked nothing about it


class PartData(TypedDict):
    ordinal: int
    title: str
    title_mark: str


class SectionData(PartData):
    measures: list[MeasureData]


class CountData(TypedDict):
    key: str
    label: str
    words: str  # its name inside a sentence
    count: int
    share: str


class AgencyData(TypedDict):
    agency: str
    order: int
    owed: int  # the four parts together
    accepted: int
    waiting: int
    mending: int
    unfiled: int
    in_time: int
    late: int
    missing: int
    debts: int  # missing filings that are not written off
    awaited: int
    waived: int
    returned: int  # how many of its filings were returned
    workdays_late: int  # of its latest filing
    chased: NotRequired[int]  # number of days with reminders


class CorrectionData(TypedDict):
    mark: str
    agency: str
    code: str
    period: str
    reason: str


class NoticeData(TypedDict):
    number: str
    title: str
    issuer: str
    coordinator: str  # its short name in the period
    coordinator_full: str


class PeriodData(TypedDict):
    label: str
    cumulative_from: str
    covers_to: str
    due_on: str
    is_closed: bool
    state_label: str


class AskedData(TypedDict):
    agency: str
    counts: list[str]  # each with its unit; — for 0
    time: str


class BurdenData(TypedDict):
    year: int
    kinds: list[str]  # what is counted
    basis: NotRequired[str]  # what is counted and how; older data lack it and count all notices
    rows: list[AskedData]  # in protocol order, the sum last


class ProgressData(TypedDict):
    schema: int
    kind: str
    is_demo: bool
    as_of: str  # 截至: the last day the period covers, or today if that is earlier
    judged_on: str  # the day of the stages and lights
    notice: NoticeData
    period: PeriodData
    only: PartData | None  # None: the whole notice
    agency: str  # the only agency of the dataset, with its name in the period, or empty
    previous: str  # the label of the period compared with, or empty
    sections: list[SectionData]
    stages: list[CountData]
    lights: list[CountData]
    accepted_word: str  # the word for an accepted note: 通过, in older datasets 采用
    filings: list[CountData]  # counts by FilingPart; empty in older datasets
    timeliness: list[CountData]  # counts by Timeliness, which are separate
    agencies: list[AgencyData]
    corrections: list[CorrectionData]  # of earlier periods, since the last of them closed
    burden: NotRequired[BurdenData]  # of the whole notice's report on the period that ends a year


class ContactData(TypedDict):
    name: str
    phone: str


class StandingData(TypedDict):
    """Facts that matter for praising an agency, besides its filings of the period."""

    code: str
    elsewhere: int  # how many filings of other periods it still owes
    ended_late: int  # duties waived after their due day without a filing


class ChoicesData(TypedDict):
    """The decisions of a circular's drafter; agencies are given by code."""

    version: int  # 0: nobody has decided yet
    praised: list[str]
    named: list[str]
    with_consent: bool  # 经市政府同意


class CircularData(ProgressData):
    """The data of a circular: those of a progress report without notes.

    `choices` are not frozen with it; they are stored separately.
    """

    told_on: str  # the day of all its data
    file_by: str  # the day by which the agencies are asked to file
    standings: list[StandingData]
    choices: NotRequired[ChoicesData]


class AgencyReportData(ProgressData):
    """The data of an agency's report: each note is the last version submitted and not withdrawn."""

    agency_full: str
    addressee: str
    is_letter: bool  # 函: it is not subordinate to the city
    contact: ContactData | None


class NamedData(TypedDict):
    mark: str
    title: str
    title_mark: str  # not empty if the title was lost


class LateData(NamedData):
    ordinal: int
    code: str  # of the agency
    role: str  # empty in older datasets
    role_label: str
    due_on: str
    workdays: int
    is_mending: bool  # it was filed and returned


class DebtData(TypedDict):
    """Filings that an agency still owes for an earlier period."""

    period: str
    measures: list[NamedData]


class LetterData(TypedDict):
    schema: int
    kind: str
    is_demo: bool
    told_on: str
    file_by: str
    notice: NoticeData
    period: PeriodData
    agency: str
    agency_full: str
    agency_kind: str  # a value of AgencyKind, its relation to 市商务委; empty in older datasets
    late: list[LateData]
    filings: list[CountData]  # its filings of the period by FilingPart; empty in older datasets
    earlier: list[DebtData]  # debts of earlier periods
    contact: ContactData | None


def measures_of(data: ProgressData) -> list[MeasureData]:
    return [measure for section in data["sections"] for measure in section["measures"]]
