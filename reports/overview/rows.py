"""The rows of 总览, and the functions that select and sort them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from lib.chinese import listed, ordinal
from measures.choices import (
    Cause,
    Change,
    GapKind,
    InstructionState,
    Light,
    ResponsibilityRole,
)
from measures.indicators.readings import Reading
from measures.models.public_status import UNFILED, PublicStatus
from measures.rules.comparison import Moment
from measures.rules.facts import Finding
from reports.choices import Order
from reports.period.shown import LeftNumber, PeriodBeside, SectionHead, Shown, Word

if TYPE_CHECKING:
    from reports.overview.figures import Figures

# Filters for lists of filings besides a single status: all that have not left their agency, and the
# overdue ones of these.
UNREPORTED, PAST_DUE = "unreported", "past_due"
GROUPS = {UNREPORTED: UNFILED, PAST_DUE: UNFILED - {PublicStatus.AHEAD}}
OTHERS_MOST = 3  # agencies named after those who can end a light
STUCK = (Light.RED, Light.YELLOW)
# What a grey light waits for; no agency owes it.
WAITS = {
    Cause.UNCONFIRMED: "责任单位核对",
    Cause.NOT_BEGUN: "实施日期",
    Cause.NO_PERIOD: "首个填报期到期",
    Cause.NO_LEAD_FILING: "牵头单位的下一期进展",
    Cause.SUSPENDED: "恢复实施",
    Cause.ENDED: "后来的文件恢复实施",
}


class MeasureFiling(NamedTuple):
    """One filing."""

    filing_id: int
    measure_id: int
    ordinal: int
    title: str
    agency: str  # its name at the time
    agency_order: int  # protocol order; 0 if a snapshot does not have it
    role_label: str
    status: PublicStatus
    status_label: str  # the label at the time
    due_on: date
    filed_on: date | None
    is_never_filed: bool  # past due, and its agency has not filed for the measure in any period

    @property
    def mark(self) -> str:
        """The measure's number: （三）."""
        return ordinal(self.ordinal)

    @property
    def status_word(self) -> Word:
        """Its status with the label at the time."""
        return Word(self.status_label, self.status.tone)

    @property
    def is_filed(self) -> bool:
        """Whether it has left the agency at least once."""
        return self.status not in UNFILED and self.status != PublicStatus.WAIVED


class Instructed(NamedTuple):
    """An open instruction on a measure that the reader may see."""

    state: InstructionState
    late_days: int  # days past its deadline
    owing: int  # how many agencies have not answered yet

    @property
    def word(self) -> Word:
        """逾期1天未回复, 待2家回复, 已回复."""
        label = str(self.state.label)
        if self.state == InstructionState.OVERDUE:
            label = f"逾期{self.late_days}天未回复"
        elif self.owing:
            label = f"待{self.owing}家回复"
        return Word(label, self.state.tone)


class UndoneMilestone(NamedTuple):
    """A milestone that is not done and is overdue or was moved."""

    title: str
    due_on: date
    original_due_on: date
    agency: str  # the agency in charge of it; empty: the lead


class MeasureRow(NamedTuple):
    """One measure."""

    measure_id: int
    ordinal: int
    title: str
    section: SectionHead
    lost: frozenset[str]  # kinds of gaps in its text
    is_title_ours: bool  # a working title, because the notice's was lost
    is_ongoing: bool
    due_on: date | None
    stage: str
    stage_label: str
    percent: int | None
    light: str
    light_label: str
    sentence: str
    fact_url: str  # the address of the fact behind the sentence
    manual_until: date | None  # the last day of a light that a person set
    agencies: tuple[tuple[str, str], ...]  # (name, role), in the order of the text
    filed: int
    owed: int
    never_filed: tuple[str, ...]  # agencies past due that have not filed for it in any period
    changed_on: date | None
    knows_due: bool = True  # False: a snapshot from before due dates were kept
    changes: frozenset[Change] = frozenset()
    accepted: int | None = None  # accepted filings; None if the snapshot does not have it
    cause: str = ""
    since: date | None = None  # first day of the deciding fact; None if the snapshot lacks it
    days: int = 0  # how many days that is
    waits_for: tuple[str, ...] = ()  # who can end the light
    others: tuple[str, ...] = ()  # the agencies of its other causes
    findings: tuple[Finding, ...] = ()
    turned: str = ""  # 11-25由滞后转预警, if the light changed recently
    instructed: tuple[Instructed, ...] = ()
    undone: tuple[UndoneMilestone, ...] = ()
    first_due: date | None = None  # its original due date
    is_skipped: bool = False  # 隔期填报: the period shown asked nothing about it

    @property
    def mark(self) -> str:
        """Its number as the notice prints it: （三）."""
        return ordinal(self.ordinal)

    @property
    def lacks_title(self) -> bool:
        """Whether the notice's text lacks its title."""
        return GapKind.TITLE in self.lost

    @property
    def lacks_agencies(self) -> bool:
        """Whether the notice's text lacks its list of agencies."""
        return GapKind.AGENCIES in self.lost

    @property
    def lacks_others(self) -> bool:
        """Whether its list names some agencies only."""
        return GapKind.OTHERS in self.lost

    @property
    def lead(self) -> str:
        """The lead; empty if unknown."""
        return next((n for n, role in self.agencies if role == ResponsibilityRole.LEAD), "")

    @property
    def joint_leads(self) -> str:
        """Other agencies that the notice names as leads."""
        return listed(n for n, role in self.agencies if role == ResponsibilityRole.JOINT_LEAD)

    @property
    def light_word(self) -> Word:
        """The light with its label at the time."""
        light = Light(self.light)
        return Word(self.light_label, light.tone, light.shape)

    @property
    def is_stuck(self) -> bool:
        """Whether it needs action."""
        return self.light in STUCK

    @property
    def since_word(self) -> str:
        """What began on `since`: 欠报, 逾期; empty if it is the light itself."""
        return Cause(self.cause).since_word if self.cause else ""

    @property
    def waits_words(self) -> str:
        """What a grey light waits for; empty for other lights."""
        return WAITS.get(Cause(self.cause), "") if self.cause else ""

    @property
    def others_words(self) -> str:
        """The agencies of the other causes, the first three by name."""
        named = "、".join(self.others[:OTHERS_MOST])
        return f"{named}等{len(self.others)}家" if len(self.others) > OTHERS_MOST else named

    @property
    def told(self) -> list[Word]:
        """The most urgent of its open instructions, in words; empty if there is none."""
        order = list(InstructionState)
        return [
            one.word for one in sorted(self.instructed, key=lambda one: order.index(one.state))[:1]
        ]

    @property
    def moment(self) -> Moment:
        """The values for comparing it with another moment."""
        return Moment(
            stage=self.stage,
            light=self.light,
            percent=self.percent,
            due_on=self.due_on,
            knows_due=self.knows_due,
            never_filed=len(self.never_filed),
        )


FoundRows = tuple[Sequence[MeasureRow], Counter[SectionHead]]  # rows, and their number by section


class FilingCount(NamedTuple):
    """The key for counting filings: agency with its name at the time, its order, status."""

    agency: str
    agency_order: int
    status: PublicStatus


class Overview(NamedTuple):
    """The whole page."""

    shown: Shown
    as_of: date  # today, or the day the period closed
    rows: Sequence[MeasureRow]
    lines: Sequence[MeasureFiling]  # the period's filings
    counts: Counter[FilingCount]  # of the lines
    has_previous: bool
    agencies: Collection[str]  # those responsible for at least one measure
    # The rows of a large notice hold only what is counted; this completes them for display.
    whole: Callable[[list[MeasureRow]], list[MeasureRow]] = list
    # Only for a large notice whose rows are read by page: the figures of all rows, the rows that
    # the notes may name, and a function that returns the rows for filters.
    figures: "Figures | None" = None
    told: Sequence[MeasureRow] | None = None
    narrowed: Callable[[Mapping[str, str]], FoundRows] | None = None
    readings: tuple[Reading, ...] = ()  # the indicators in use; none for a closed period
    gaps: int = 0  # unconfirmed passages of the notice
    number: str = ""  # of the notice
    notices: tuple[tuple[int, str], ...] = ()  # this one and its neighbours: (key, number)
    notice_total: int = 1
    is_first: bool = True  # whether it is the notice shown if none was chosen
    beside: tuple[PeriodBeside, ...] = ()  # periods with work left; only when shown live

    def meeting(self, filters: Mapping[str, str]) -> FoundRows:
        """Return the rows that match the filters."""
        if self.narrowed:
            return self.narrowed(filters)
        rows = select(self.rows, filters)
        return rows, Counter(row.section for row in rows)

    @property
    def noted(self) -> Sequence[MeasureRow]:
        """The rows that the notes may name."""
        return self.rows if self.told is None else self.told

    @property
    def others(self) -> list[PeriodBeside]:
        """Periods with work left, without the one shown."""
        return [one for one in self.beside if one.period != self.shown.period]

    @property
    def also_open(self) -> list[PeriodBeside]:
        """Other open periods."""
        return [one for one in self.others if one.period.is_open]

    @property
    def left_open(self) -> list[PeriodBeside]:
        """Closed periods with work left."""
        return [one for one in self.others if one.period.is_closed]

    @property
    def contested(self) -> LeftNumber | None:
        """The returned filings of the period shown whose agencies' objections wait."""
        left = (one.left for one in self.beside if one.period == self.shown.period)
        return next((number for numbers in left for number in numbers), None)

    @property
    def late(self) -> int:
        """How many filings of an open period are overdue and not submitted."""
        return self.number_of(PublicStatus.LATE)

    @property
    def is_past_due(self) -> bool:
        """Whether the period shown is open although its due day has passed."""
        period = self.shown.period
        return period is not None and period.is_open and period.due_on < self.as_of

    @property
    def owed(self) -> int:
        """The number of filings owed, without waived ones."""
        return self.counts.total() - self.number_of(PublicStatus.WAIVED)

    def number_of(self, status: str, agency: str = "") -> int:
        """Return the number of filings that select_lines() would list."""
        wanted = statuses_of(status)
        return sum(
            number
            for one, number in self.counts.items()
            if one.status in wanted and agency in ("", one.agency)
        )


def sort_rows(rows: Iterable[MeasureRow], order: str) -> list[MeasureRow]:
    """Return the rows sorted by a value of Order; equal ones stay in the order of the notice."""
    found = list(rows)
    if order == Order.LIGHT:
        return sorted(found, key=lambda row: list(Light).index(Light(row.light)))
    if order == Order.CHANGED:
        return sorted(found, key=lambda row: row.changed_on or date.min, reverse=True)
    return found


def stuck_first(rows: Iterable[MeasureRow]) -> list[MeasureRow]:
    """Return the rows that need action: red before yellow, the longest first."""
    stuck = sort_rows((row for row in rows if row.is_stuck), Order.LIGHT)
    return sorted(stuck, key=lambda row: (row.light != Light.RED, row.since or date.max))


def select(rows: Iterable[MeasureRow], wanted: Mapping[str, str]) -> list[MeasureRow]:
    """Return the rows that match every filter in `wanted` (light, stage, change, section, agency).

    Figures and lists both use it, so that a figure equals the length of the list it opens.
    """
    found = list(rows)
    for key, value in wanted.items():
        values = VALUES[key]
        found = [row for row in found if value in values(row)]
    return found


def grouped(rows: Iterable[MeasureRow], key: str) -> defaultdict[str, list[MeasureRow]]:
    """Return the rows that select() would find, for each value of one filter."""
    found: defaultdict[str, list[MeasureRow]] = defaultdict(list)
    values = VALUES[key]
    for row in rows:
        for value in values(row):
            found[value].append(row)
    return found


def select_lines(
    lines: Iterable[MeasureFiling], status: str, agency: str = ""
) -> list[MeasureFiling]:
    """Return the filings with a status, of one agency or all; used by figures and lists alike."""
    statuses = statuses_of(status)
    return [line for line in lines if line.status in statuses and agency in ("", line.agency)]


def statuses_of(status: str) -> Collection[str]:
    """Return the statuses that a filter value includes."""
    return GROUPS.get(status, {status})


VALUES: dict[str, Callable[[MeasureRow], Collection[str]]] = {
    "light": lambda row: (row.light,),
    "stage": lambda row: (row.stage,),
    "change": lambda row: row.changes,
    "section": lambda row: (str(row.section.ordinal),),
    "agency": lambda row: [name for name, _ in row.agencies],
}
