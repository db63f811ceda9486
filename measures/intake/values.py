"""The values of a reading; pages and commands show them. Pure."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from measures.intake.passage import LineSpan


class BodyRole(StrEnum):
    LEAD = "lead"
    JOINT_LEAD = "joint_lead"  # named as lead, but a person has chosen another one
    RESPONSIBLE = "responsible"
    SUPPORT = "support"
    GUIDE = "guide"
    JOIN = "join"


class RoleBasis(StrEnum):
    """The basis of a role."""

    TEXT = "text"
    FIRST_NAMED = "first_named"  # by the rule of the text or by custom, see NoticeReading.lead_rule
    CLAUSE = "clause"  # one sentence that names bodies for all later items
    TABLE = "table"


class DoubtKind(StrEnum):
    MISSING_ORDINAL = "missing_ordinal"
    REPEATED_ORDINAL = "repeated_ordinal"
    REPEATED_SENTENCE = "repeated_sentence"
    NO_LIST = "no_list"
    NO_TITLE = "no_title"
    NO_SECTION_TITLE = "no_section_title"
    LOST_TEXT = "lost_text"
    UNPLACED_TEXT = "unplaced_text"
    COPIES = "copies"
    UNMATCHED_NAME = "unmatched_name"
    AMBIGUOUS_NAME = "ambiguous_name"
    OTHER_PLACE = "other_place"
    SPLIT_NAME = "split_name"
    BODY_TWICE = "body_twice"
    ROLE_TWICE = "role_twice"
    UNCLEAR_LIST = "unclear_list"
    UNCLOSED_BRACKET = "unclosed_bracket"
    SECTION_LIST = "section_list"
    UNNUMBERED = "unnumbered"
    CONTINUED_CELL = "continued_cell"
    TABLE_DISAGREES = "table_disagrees"
    COUNT_DIFFERS = "count_differs"
    UNCLEAR_DEADLINE = "unclear_deadline"
    NOTHING_FOUND = "nothing_found"
    SECOND_COPY = "second_copy"


@dataclass(frozen=True)
class NamedBody:
    """A body that one list names for an item."""

    name: str  # as the text has it
    role: BodyRole
    basis: RoleBasis
    certain: bool
    lines: LineSpan
    agency: str | None = None  # key in the directory; only for an exact and only match
    candidates: tuple[str, ...] = ()
    is_collective: bool = False  # 各区县政府, 各有关单位
    list_number: int | None = None  # number of the item's list, from 1; None: by a clause
    part: str = ""  # 一是, 二是 …: the part of the item that the list ends
    open_by: tuple[str, ...] = ()  # 等, 市级有关部门: the list does not name all bodies
    by_rule: bool = False  # leads by the text's own rule: 列第一位者为牵头单位


@dataclass(frozen=True)
class Deadline:
    text: str
    on: date | None  # None: no date, or one that a person decides
    is_ongoing: bool
    is_clear: bool
    lines: LineSpan


@dataclass(frozen=True)
class Doubt:
    """A question for a person; `candidates` are shown, but never chosen automatically."""

    kind: DoubtKind
    lines: tuple[int, ...]
    sentence: str
    name: str = ""  # of the body that the doubt is about
    candidates: tuple[str, ...] = ()  # keys of the directory
    item: int | None = None  # index in NoticeReading.items
    bodies: tuple[NamedBody, ...] = ()  # the different bodies in the table row
    deadline: Deadline | None = None


@dataclass(frozen=True)
class Commitment:
    """A measurable target, proposed as an indicator or a milestone."""

    kind: str  # "indicator" | "milestone"
    text: str
    name: str
    value: Decimal | None
    unit: str
    comparison: str  # at_least | at_most | more_than | less_than | about | reach | change | ""
    by: Deadline | None
    lines: LineSpan


@dataclass(frozen=True)
class NoticeItem:
    """An item that can become a measure. Its number does not identify it: numbers may restart."""

    ordinal: int
    label: str  # the number as it is printed: （一）, 1.
    section: str
    path: tuple[str, ...]  # titles of the headings above it, outermost first
    title: str
    text: str
    lines: LineSpan
    bodies: tuple[NamedBody, ...] = ()
    deadline: Deadline | None = None
    deadlines: tuple[Deadline, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    text_lost: bool = False
    lists: int = 0  # how many lists of bodies it has
    section_number: int | None = None  # that of the heading right above


@dataclass(frozen=True)
class NoticeReading:
    """The result of reading a notice."""

    number: str
    title: str
    issuer: str
    issued_on: date | None
    addressees: tuple[str, ...]
    annexes: tuple[str, ...]
    preamble: str
    closing: tuple[str, ...]
    items: tuple[NoticeItem, ...]
    doubts: tuple[Doubt, ...]
    source_lines: tuple[str, ...] = field(repr=False)
    lead_rule: int | None = None  # the line where “列第一位者为牵头单位” begins

    @property
    def lists(self) -> int:
        return sum(item.lists for item in self.items)

    @property
    def links(self) -> int:
        return sum(len(item.bodies) for item in self.items)
