"""What 总览 consists of, and the one way in which its rows are chosen."""

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
from reports.period.shown import PeriodBeside, SectionHead, Shown, Word

if TYPE_CHECKING:
    from reports.overview.figures import Figures

# What a list of filings can be asked for beside one status: all that have not left their agency,
# and those of them that are past their day.
UNREPORTED, PAST_DUE = "unreported", "past_due"
GROUPS = {UNREPORTED: UNFILED, PAST_DUE: UNFILED - {PublicStatus.AHEAD}}
OTHERS_MOST = 3  # agencies named behind those who can end a light
STUCK = (Light.RED, Light.YELLOW)
# A grey light waits for something that no agency owes.
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
    agency: str  # as it was called
    agency_order: int  # its place in the protocol; 0 where a snapshot does not tell
    role_label: str
    status: PublicStatus
    status_label: str  # as it was called
    due_on: date
    filed_on: date | None
    is_never_filed: bool  # past due, and its agency has not filed for the measure in any period

    @property
    def mark(self) -> str:
        """The measure's number: （三）."""
        return ordinal(self.ordinal)

    @property
    def status_word(self) -> Word:
        """Where it stands, as that was called."""
        return Word(self.status_label, self.status.tone)

    @property
    def is_filed(self) -> bool:
        """Whether it has left the agency at least once."""
        return self.status not in UNFILED and self.status != PublicStatus.WAIVED


class Instructed(NamedTuple):
    """An open instruction on a measure, as far as the reader may see it."""

    state: InstructionState
    late_days: int  # past its deadline
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
    """A milestone that is not done, and is past its day or was moved."""

    title: str
    due_on: date
    original_due_on: date
    agency: str  # who sees to it; empty: the lead


class MeasureRow(NamedTuple):
    """One measure."""

    measure_id: int
    ordinal: int
    title: str
    section: SectionHead
    lost: frozenset[str]  # kinds of what its text lost
    is_title_ours: bool  # a working title stands where the notice's was lost
    is_ongoing: bool
    due_on: date | None
    stage: str
    stage_label: str
    percent: int | None
    light: str
    light_label: str
    sentence: str
    fact_url: str  # where the fact behind the sentence is
    manual_until: date | None  # a person set the light, to hold until that day
    agencies: tuple[tuple[str, str], ...]  # (name, role), in the order of the text
    filed: int
    owed: int
    never_filed: tuple[str, ...]  # agencies past due that have not filed for it in any period
    changed_on: date | None
    knows_due: bool = True  # False: a snapshot from before due dates were kept
    changes: frozenset[Change] = frozenset()
    accepted: int | None = None  # filings that were accepted; None where that was not kept
    cause: str = ""
    since: date | None = None  # from when the deciding fact holds; None where that was not kept
    days: int = 0  # how long that is
    waits_for: tuple[str, ...] = ()  # who can end the light
    others: tuple[str, ...] = ()  # the agencies behind its other causes
    findings: tuple[Finding, ...] = ()
    turned: str = ""  # 11-25由滞后转预警, where the light changed lately
    instructed: tuple[Instructed, ...] = ()
    undone: tuple[UndoneMilestone, ...] = ()
    first_due: date | None = None  # the first date that it ever had
    is_skipped: bool = False  # 隔期填报: the period shown asked nothing about it

    @property
    def mark(self) -> str:
        """Its number as the notice prints it: （三）."""
        return ordinal(self.ordinal)

    @property
    def lacks_title(self) -> bool:
        """Whether its title was lost."""
        return GapKind.TITLE in self.lost

    @property
    def lacks_agencies(self) -> bool:
        """Whether its list of agencies was lost."""
        return GapKind.AGENCIES in self.lost

    @property
    def lacks_others(self) -> bool:
        """Whether its list names some agencies only."""
        return GapKind.OTHERS in self.lost

    @property
    def lead(self) -> str:
        """Who leads; empty where that is not known."""
        return next((n for n, role in self.agencies if role == ResponsibilityRole.LEAD), "")

    @property
    def joint_leads(self) -> str:
        """Whom the notice names as lead beside the one that leads."""
        return listed(n for n, role in self.agencies if role == ResponsibilityRole.JOINT_LEAD)

    @property
    def light_word(self) -> Word:
        """The light as it was called."""
        light = Light(self.light)
        return Word(self.light_label, light.tone, light.shape)

    @property
    def is_stuck(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.light in STUCK

    @property
    def since_word(self) -> str:
        """What began on `since`: 欠报, 逾期; empty where that is the light."""
        return Cause(self.cause).since_word if self.cause else ""

    @property
    def waits_words(self) -> str:
        """What a grey light waits for; empty where it is judged."""
        return WAITS.get(Cause(self.cause), "") if self.cause else ""

    @property
    def others_words(self) -> str:
        """Who else is behind, the first three by name."""
        named = "、".join(self.others[:OTHERS_MOST])
        return f"{named}等{len(self.others)}家" if len(self.others) > OTHERS_MOST else named

    @property
    def told(self) -> list[Word]:
        """The most urgent of its open instructions, in words; empty where there is none."""
        order = list(InstructionState)
        return [
            one.word for one in sorted(self.instructed, key=lambda one: order.index(one.state))[:1]
        ]

    @property
    def moment(self) -> Moment:
        """What comparing it with another moment needs."""
        return Moment(
            stage=self.stage,
            light=self.light,
            percent=self.percent,
            due_on=self.due_on,
            knows_due=self.knows_due,
            never_filed=len(self.never_filed),
        )


FoundRows = tuple[Sequence[MeasureRow], Counter[SectionHead]]  # and how many a section has


class FilingCount(NamedTuple):
    """What filings are counted by: the agency as it was called, its place, and their status."""

    agency: str
    agency_order: int
    status: PublicStatus


class Overview(NamedTuple):
    """The whole page."""

    shown: Shown
    as_of: date  # today, or the day the period closed
    rows: Sequence[MeasureRow]
    lines: Sequence[MeasureFiling]  # the period's filings
    counts: Counter[FilingCount]  # of the same
    has_previous: bool
    agencies: Collection[str]  # who is responsible for any of them
    # Of a large notice the rows hold what is counted; these are the same with all there is to show.
    whole: Callable[[list[MeasureRow]], list[MeasureRow]] = list
    # Of a large notice whose rows are gathered by page: what is said of all of them, those that
    # the notes may tell of, and what meets the filters, with how many each section has of it.
    figures: "Figures | None" = None
    told: Sequence[MeasureRow] | None = None
    narrowed: Callable[[Mapping[str, str]], FoundRows] | None = None
    readings: tuple[Reading, ...] = ()  # the indicators in use; of a closed period none
    gaps: int = 0  # passages of the notice still to be confirmed
    number: str = ""  # of the notice
    notices: tuple[tuple[int, str], ...] = ()  # this one and its neighbours: (key, number)
    notice_total: int = 1
    is_first: bool = True  # whether it is the one that is shown where none was chosen
    beside: tuple[PeriodBeside, ...] = ()  # other periods that wait for something; of today only

    def meeting(self, filters: Mapping[str, str]) -> FoundRows:
        """The rows that meet the filters."""
        if self.narrowed:
            return self.narrowed(filters)
        rows = select(self.rows, filters)
        return rows, Counter(row.section for row in rows)

    @property
    def noted(self) -> Sequence[MeasureRow]:
        """The rows that the notes may tell of."""
        return self.rows if self.told is None else self.told

    @property
    def also_open(self) -> list[PeriodBeside]:
        """Other periods that take filings now."""
        return [one for one in self.beside if one.period.is_open]

    @property
    def left_open(self) -> list[PeriodBeside]:
        """Closed periods that left something to be done."""
        return [one for one in self.beside if one.period.is_closed]

    @property
    def late(self) -> int:
        """How many filings of an open period are past due and have not come."""
        return self.number_of(PublicStatus.LATE)

    @property
    def is_past_due(self) -> bool:
        """Whether the period shown takes filings past its day."""
        period = self.shown.period
        return period is not None and period.is_open and period.due_on < self.as_of

    @property
    def owed(self) -> int:
        """Filings owed, without those that were waived."""
        return self.counts.total() - self.number_of(PublicStatus.WAIVED)

    def number_of(self, status: str, agency: str = "") -> int:
        """How many filings stand so, as select_lines() lists them."""
        wanted = statuses_of(status)
        return sum(
            number
            for one, number in self.counts.items()
            if one.status in wanted and agency in ("", one.agency)
        )


def sort_rows(rows: Iterable[MeasureRow], order: str) -> list[MeasureRow]:
    """By Order: the rest of each in the order of the notice."""
    found = list(rows)
    if order == Order.LIGHT:
        return sorted(found, key=lambda row: list(Light).index(Light(row.light)))
    if order == Order.CHANGED:
        return sorted(found, key=lambda row: row.changed_on or date.min, reverse=True)
    return found


def stuck_first(rows: Iterable[MeasureRow]) -> list[MeasureRow]:
    """What needs a hand: the red before the yellow, what has lasted longest first."""
    stuck = sort_rows((row for row in rows if row.is_stuck), Order.LIGHT)
    return sorted(stuck, key=lambda row: (row.light != Light.RED, row.since or date.max))


def select(rows: Iterable[MeasureRow], wanted: Mapping[str, str]) -> list[MeasureRow]:
    """The rows that meet every filter of `wanted` (light, stage, change, section, agency).

    Figures and lists both ask here, so that a figure is the length of the list it opens.
    """
    found = list(rows)
    for key, value in wanted.items():
        values = VALUES[key]
        found = [row for row in found if value in values(row)]
    return found


def grouped(rows: Iterable[MeasureRow], key: str) -> defaultdict[str, list[MeasureRow]]:
    """What select() finds for each value of one filter."""
    found: defaultdict[str, list[MeasureRow]] = defaultdict(list)
    values = VALUES[key]
    for row in rows:
        for value in values(row):
            found[value].append(row)
    return found


def select_lines(
    lines: Iterable[MeasureFiling], status: str, agency: str = ""
) -> list[MeasureFiling]:
    """The filings that stand so, of one agency or all; asked by figures and lists alike."""
    statuses = statuses_of(status)
    return [line for line in lines if line.status in statuses and agency in ("", line.agency)]


def statuses_of(status: str) -> Collection[str]:
    """The statuses that one word stands for."""
    return GROUPS.get(status, {status})


VALUES: dict[str, Callable[[MeasureRow], Collection[str]]] = {
    "light": lambda row: (row.light,),
    "stage": lambda row: (row.stage,),
    "change": lambda row: row.changes,
    "section": lambda row: (str(row.section.ordinal),),
    "agency": lambda row: [name for name, _ in row.agencies],
}
