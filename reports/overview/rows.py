"""What 总览 consists of, and the one way in which its rows are chosen."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from lib.chinese import ordinal
from measures.choices import (
    Change,
    GapKind,
    InstructionState,
    Light,
    ResponsibilityRole,
    Stage,
)
from measures.models.public_status import UNFILED, PublicStatus
from measures.rules.comparison import Moment
from reports.choices import Order
from reports.period.shown import SectionHead, Shown, Word

SEVERITY = (Light.RED, Light.YELLOW, Light.GREY, Light.GREEN)


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
    is_late: bool  # some of what is owed is past due
    never_filed: tuple[str, ...]  # agencies past due that have not filed for it in any period
    changed_on: date | None
    knows_due: bool = True  # False: a snapshot from before due dates were kept
    changes: frozenset[Change] = frozenset()
    since: date | None = None  # from when the deciding fact holds; None where that was not kept
    instructed: tuple[str, ...] = ()  # where its open instructions stand, as the reader sees them

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
    def lead(self) -> str:
        """Who leads; empty where that is not known."""
        return next((n for n, role in self.agencies if role == ResponsibilityRole.LEAD), "")

    @property
    def stage_word(self) -> Word:
        """The stage as it was called."""
        return Word(self.stage_label, Stage(self.stage).tone)

    @property
    def light_word(self) -> Word:
        """The light as it was called."""
        light = Light(self.light)
        return Word(self.light_label, light.tone, light.shape)

    @property
    def filed_share(self) -> int:
        """Whole percent of the agencies that have filed; 100 only where all have."""
        return self.filed * 100 // self.owed if self.owed else 0

    @property
    def filed_tone(self) -> str:
        """Green where all have filed, yellow where somebody is late, else blue."""
        if self.filed >= self.owed:
            return "green"
        return "yellow" if self.is_late else "blue"

    @property
    def instruction_word(self) -> Word | None:
        """The most urgent of its open instructions, in words."""
        worst = next((one for one in InstructionState if one in self.instructed), None)
        return Word(f"批示{worst.label}", worst.tone) if worst else None

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


class Overview(NamedTuple):
    """The whole page."""

    shown: Shown
    as_of: date  # today, or the day the period closed
    rows: list[MeasureRow]
    lines: list[MeasureFiling]  # the period's filings
    has_previous: bool
    gaps: int = 0  # passages of the notice still to be confirmed
    late_milestones: int = 0  # past their day and not done; their measures may be green
    number: str = ""  # of the notice
    notices: tuple[tuple[int, str], ...] = ()  # this one and its neighbours: (key, number)
    notice_total: int = 1
    is_first: bool = True  # whether it is the one that all other pages are about

    @property
    def owed(self) -> int:
        """Filings owed, without those that were waived."""
        return sum(line.status != PublicStatus.WAIVED for line in self.lines)

    @property
    def filed(self) -> int:
        """Filings that have left their agency at least once."""
        return sum(line.is_filed for line in self.lines)

    @property
    def instructions(self) -> Counter[str]:
        """How many open instructions stand how."""
        return Counter(state for row in self.rows for state in row.instructed)


def sort_rows(rows: Iterable[MeasureRow], order: str) -> list[MeasureRow]:
    """By Order: the rest of each in the order of the notice."""
    found = list(rows)
    if order == Order.LIGHT:
        return sorted(found, key=lambda row: SEVERITY.index(Light(row.light)))
    if order == Order.CHANGED:
        return sorted(found, key=lambda row: row.changed_on or date.min, reverse=True)
    return found


def select(rows: Iterable[MeasureRow], wanted: Mapping[str, str]) -> list[MeasureRow]:
    """The rows that meet every filter of `wanted` (light, stage, change, section, agency).

    Figures and lists both ask here, so that a figure is the length of the list it opens.
    """
    return [row for row in rows if all(_meets(row, key, wanted[key]) for key in wanted)]


def select_lines(
    lines: Iterable[MeasureFiling], status: str, agency: str = ""
) -> list[MeasureFiling]:
    """The filings that stand so, of one agency or all; asked by figures and lists alike."""
    return [line for line in lines if line.status == status and agency in ("", line.agency)]


def _meets(row: MeasureRow, key: str, value: str) -> bool:
    return {
        "light": row.light == value,
        "stage": row.stage == value,
        "change": value in row.changes,
        "section": str(row.section.ordinal) == value,
        "agency": any(name == value for name, _ in row.agencies),
    }[key]
