"""The editable form of a reading, as plain values that can be stored as JSON. Pure.

A draft stores the original reading and the person's acts. The page shows the reading with all acts
applied in order (measures.intake.editing), so that each act can be undone.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from lib.chinese import label_form
from measures.intake.name_forms import is_collective
from measures.intake.numbering import marker_of
from measures.intake.ordinals import ordinals, printed_number
from measures.intake.values import BodyRole, DoubtKind, RoleBasis

TITLE_MOST = 100
SHORT_MOST, FULL_MOST = 40, 80  # letters of an agency's names
NEW = "new:"  # before the name of an agency that confirming creates
FIRST_NAMED, BY_RULE, BY_PERSON = RoleBasis.FIRST_NAMED.value, "rule", "person"
OPEN_LIST = "open_list"
NO_LEAD = "no_lead"
COLLECTIVE = "collective"


@dataclass(frozen=True)
class PlanBody:
    name: str
    role: str
    basis: str  # a RoleBasis, BY_RULE or BY_PERSON
    agency: str = ""  # its key in the directory, or NEW with its name; empty: not known yet
    lines: tuple[int, int] = (0, 0)

    def as_lead(self, basis: str) -> "PlanBody":
        return replace(self, role=BodyRole.LEAD.value, basis=basis)

    def beside_lead(self) -> "PlanBody":
        """Return the body beside another lead: joint lead if in the source, else responsible."""
        if self.role != BodyRole.LEAD:
            return self
        says = self.basis in (RoleBasis.TEXT, RoleBasis.TABLE)
        return replace(self, role=(BodyRole.JOINT_LEAD if says else BodyRole.RESPONSIBLE).value)


@dataclass(frozen=True)
class PlanPromise:
    """A proposed indicator or milestone; created only if it is chosen."""

    kind: str
    text: str
    name: str
    value: str
    unit: str
    comparison: str
    by: str  # a day, or empty
    is_chosen: bool = False

    @property
    def fits(self) -> bool:
        """Whether it can be created: a milestone needs a day."""
        return bool(self.name) and (self.kind == "indicator" or bool(self.by))


@dataclass(frozen=True)
class PlanItem:
    id: int
    label: str
    section: str
    title: str
    text: str
    lines: tuple[int, int]
    bodies: tuple[PlanBody, ...] = ()
    deadline: str = ""  # its words
    due_on: str = ""  # a date; empty: ongoing
    promises: tuple[PlanPromise, ...] = ()
    gaps: tuple[str, ...] = ()  # of GapKind: parts to be checked after confirming
    working_title: str = ""
    section_number: int = 0  # as it is printed; 0: none
    unnamed: tuple[str, ...] = ()  # bodies without a name in the text: 市级有关部门

    def each_body(self, change: Callable[[PlanBody], PlanBody]) -> "PlanItem":
        return replace(self, bodies=tuple(map(change, self.bodies)))

    @property
    def lacks_lead(self) -> bool:
        """Whether it has bodies and nobody leads; 各区县政府 alone cannot."""
        is_asked = any(not is_collective(body.name) or body.agency for body in self.bodies)
        return is_asked and all(body.role != BodyRole.LEAD for body in self.bodies)

    @property
    def is_by_clause(self) -> bool:
        """Whether all its bodies are named by a sentence about many items."""
        return bool(self.bodies) and all(body.basis == RoleBasis.CLAUSE for body in self.bodies)

    @property
    def shown(self) -> str:
        return self.title or self.working_title or "〔标题待补〕"


@dataclass(frozen=True)
class PlanDoubt:
    id: int
    kind: str
    lines: tuple[int, ...]
    sentence: str
    name: str = ""
    candidates: tuple[str, ...] = ()
    item: int = 0  # id of the item; 0: of none
    answer: str = ""  # how it was settled, in words; empty: open
    bodies: tuple[PlanBody, ...] = ()  # the different bodies in the table row
    deadline: str = ""
    due_on: str = ""


@dataclass(frozen=True)
class NewAgency:
    name: str
    full_name: str
    kind: str


@dataclass(frozen=True)
class Work:
    number: str
    title: str
    issuer: str
    issued_on: str
    addressees: tuple[str, ...]
    preamble: str
    closing: tuple[str, ...]
    items: tuple[PlanItem, ...]
    doubts: tuple[PlanDoubt, ...]
    new_agencies: tuple[NewAgency, ...] = ()
    lead_rule: int = 0
    next_item: int = 1

    @property
    def new_names(self) -> dict[str, str]:
        """The agencies that confirming creates for the items, by key."""
        used = {body.agency for item in self.items for body in item.bodies}
        return {NEW + one.name: one.name for one in self.new_agencies if NEW + one.name in used}

    def item(self, pk: int) -> PlanItem | None:
        return next((one for one in self.items if one.id == pk), None)

    def place(self, pk: int) -> int:
        return next(at for at, one in enumerate(self.items) if one.id == pk)

    @property
    def open_doubts(self) -> list[PlanDoubt]:
        return [one for one in self.doubts if not one.answer and self.concerns(one)]

    def concerns(self, doubt: PlanDoubt) -> bool:
        """Whether a doubt still applies: its item or name may have been removed."""
        if doubt.item:
            item = self.item(doubt.item)
            return item is not None and (doubt.kind != NO_LEAD or item.lacks_lead)
        if doubt.kind in NAME_KINDS:
            return any(body.name == doubt.name for item in self.items for body in item.bodies)
        if doubt.kind == NO_LEAD:
            return bool(self.under_clause(doubt))
        if doubt.kind == DoubtKind.NO_TITLE:
            return any(not item.title and not item.working_title for item in self.items)
        if doubt.kind == DoubtKind.NO_LIST:
            return any(not item.bodies for item in self.items)
        return doubt.kind != DoubtKind.NOTHING_FOUND or not self.items

    def under_clause(self, doubt: PlanDoubt) -> list[PlanItem]:
        """Return the items with the bodies of the clause that a doubt is about."""
        found = [item for item in self.items if item.is_by_clause and _is_at(item, doubt)]
        return [item for item in found if item.lacks_lead] if doubt.kind == NO_LEAD else found

    def doubts_of(self, item: PlanItem) -> list[PlanDoubt]:
        """Return the open doubts about an item or about its names."""
        names = {body.name for body in item.bodies if not body.agency}
        return [one for one in self.open_doubts if self._is_of(one, item, names)]

    @staticmethod
    def _is_of(doubt: PlanDoubt, item: PlanItem, names: set[str]) -> bool:
        if doubt.item:
            return doubt.item == item.id
        return doubt.kind in NAME_KINDS and doubt.name in names

    @property
    def links(self) -> int:
        return sum(len(item.bodies) for item in self.items)

    def with_items(self, *items: PlanItem) -> "Work":
        """Return the work with these items instead of those with the same ids."""
        changed = {item.id: item for item in items}
        return replace(self, items=tuple(changed.get(one.id, one) for one in self.items))

    def answered(self, answer: str, is_about: Callable[[PlanDoubt], bool]) -> "Work":
        """Return the work with these doubts marked as answered."""
        changed = (replace(one, answer=answer) if is_about(one) else one for one in self.doubts)
        return replace(self, doubts=tuple(changed))

    def without(self, pk: int) -> "Work":
        """Return the work without the item of this id."""
        return replace(self, items=tuple(one for one in self.items if one.id != pk))


def _is_at(item: PlanItem, doubt: PlanDoubt) -> bool:
    first, last = min(doubt.lines), max(doubt.lines)
    return any(first <= body.lines[0] <= last for body in item.bodies)


NAME_KINDS = {
    DoubtKind.UNMATCHED_NAME.value,
    DoubtKind.AMBIGUOUS_NAME.value,
    DoubtKind.OTHER_PLACE.value,
    COLLECTIVE,
}


def section_said(words: str) -> tuple[str, int]:
    """Return a heading without its number, and the number: 一、市场准入 in the cell of a table."""
    marker = marker_of(words)
    if marker is None or marker.kind not in ("chapter", "section", "cn"):
        return words, 0
    return words[marker.end :].strip(), marker.ordinal


def section_ordinals(work: Work) -> dict[str, int]:
    """Return the number of each section, by its title."""
    printed: dict[str, int | None] = {}
    for item in work.items:
        printed.setdefault(item.section, item.section_number or None)
    return dict(zip(printed, ordinals(list(printed.values())), strict=True))


def numbered(work: Work) -> tuple[list[int | None], list[int], int]:
    """Return the arguments of ordinals(): the items' printed numbers, sections, the form."""
    sections = section_ordinals(work)
    return (
        [printed_number(item.label) for item in work.items],
        [sections[item.section] for item in work.items],
        label_form(item.label for item in work.items),
    )


def day_of(stored: str) -> date | None:
    return date.fromisoformat(stored) if stored else None


def work_json(work: Work) -> dict[str, Any]:
    return asdict(work)


def work_from(stored: dict[str, Any]) -> Work:
    """Return the work from its JSON. Raises TypeError or KeyError for other data."""
    items = tuple(
        _built(
            PlanItem,
            one,
            lines=tuple(one["lines"]),
            gaps=tuple(one["gaps"]),
            unnamed=tuple(one.get("unnamed", ())),
            bodies=_bodies_from(one["bodies"]),
            promises=tuple(PlanPromise(**promise) for promise in one["promises"]),
        )
        for one in stored["items"]
    )
    doubts = tuple(
        _built(
            PlanDoubt,
            one,
            lines=tuple(one["lines"]),
            candidates=tuple(one["candidates"]),
            bodies=_bodies_from(one.get("bodies", ())),
        )
        for one in stored["doubts"]
    )
    return _built(
        Work,
        stored,
        items=items,
        doubts=doubts,
        addressees=tuple(stored["addressees"]),
        closing=tuple(stored["closing"]),
        new_agencies=tuple(NewAgency(**one) for one in stored["new_agencies"]),
    )


def _bodies_from(stored: Iterable[dict[str, Any]]) -> tuple[PlanBody, ...]:
    return tuple(_built(PlanBody, one, lines=tuple(one["lines"])) for one in stored)


def _built(kind: type, stored: dict[str, Any], **own: Any) -> Any:
    plain = {one.name: stored[one.name] for one in fields(kind) if one.name in stored}
    return kind(**plain | own)
