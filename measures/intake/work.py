"""A reading in a person's hands: what they may change, as plain values that JSON can keep. Pure.

A draft keeps the reading as it was and the acts of the person; what is shown is the one with the
others carried out in turn (measures.intake.editing), so that each act can be undone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from lib.chinese import label_form, listed
from measures.intake.names import ETC, is_collective
from measures.intake.numbering import marker_of
from measures.intake.ordinals import ordinals, printed_number
from measures.intake.values import (
    BodyRole,
    Commitment,
    Deadline,
    DoubtKind,
    NamedBody,
    NoticeItem,
    NoticeReading,
    RoleBasis,
)

TITLE_MOST = 100
SHORT_MOST, FULL_MOST = 40, 80  # letters of an agency's names
NEW = "new:"  # before the name of an agency that is made on confirming
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

    def beside_lead(self) -> "PlanBody":
        """The same where another one leads: beside it, if the source itself says that it leads."""
        if self.role != BodyRole.LEAD:
            return self
        says = self.basis in (RoleBasis.TEXT, RoleBasis.TABLE)
        return replace(self, role=(BodyRole.JOINT_LEAD if says else BodyRole.RESPONSIBLE).value)


@dataclass(frozen=True)
class PlanPromise:
    """A proposed indicator or milestone; made only where it is chosen."""

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
        """Whether it can be made: a milestone has its day."""
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
    due_on: str = ""  # a day; empty: goes on
    promises: tuple[PlanPromise, ...] = ()
    gaps: tuple[str, ...] = ()  # of GapKind: what is left to be checked after confirming
    working_title: str = ""
    section_number: int = 0  # as it is printed; 0: none
    unnamed: tuple[str, ...] = ()  # bodies of which the text says no name: 市级有关部门

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
    bodies: tuple[PlanBody, ...] = ()  # what the row of a table says otherwise
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
        """By key: the agencies that confirming makes for the items."""
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
        """Whether a doubt still has what it is about: an item or a name may have been removed."""
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
        """The items with the bodies of the sentence about many items that a doubt is about."""
        found = [item for item in self.items if item.is_by_clause and _is_at(item, doubt)]
        return [item for item in found if item.lacks_lead] if doubt.kind == NO_LEAD else found

    def doubts_of(self, item: PlanItem) -> list[PlanDoubt]:
        """The open doubts of an item, and those about the names that it has."""
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


def _is_at(item: PlanItem, doubt: PlanDoubt) -> bool:
    first, last = min(doubt.lines), max(doubt.lines)
    return any(first <= body.lines[0] <= last for body in item.bodies)


NAME_KINDS = {
    DoubtKind.UNMATCHED_NAME.value,
    DoubtKind.AMBIGUOUS_NAME.value,
    DoubtKind.OTHER_PLACE.value,
    COLLECTIVE,
}


def work_of(reading: NoticeReading) -> Work:
    """A reading as it is first shown, with a doubt for each list that does not name everybody."""
    items = tuple(_item(number, item) for number, item in enumerate(reading.items, 1))
    doubts = [
        PlanDoubt(
            id=0,
            kind=one.kind.value,
            lines=tuple(one.lines),
            sentence=one.sentence,
            name=one.name,
            candidates=tuple(one.candidates),
            item=0 if one.item is None else one.item + 1,
            bodies=tuple(_bodies(one.bodies)),
            deadline=one.deadline.text if one.deadline else "",
            due_on=_due_on(one.deadline),
        )
        for one in reading.doubts
    ]
    doubts += _of_open_lists(reading)
    doubts += _of_collectives(reading)
    doubts += _of_long_titles(reading)
    doubts += _of_leads(items)
    doubts.sort(key=lambda one: one.lines[:1] or (0,))
    return Work(
        number=reading.number,
        title=reading.title,
        issuer=reading.issuer,
        issued_on=reading.issued_on.isoformat() if reading.issued_on else "",
        addressees=reading.addressees,
        preamble=reading.preamble,
        closing=reading.closing,
        items=items,
        doubts=tuple(replace(one, id=number) for number, one in enumerate(doubts, 1)),
        lead_rule=reading.lead_rule or 0,
        next_item=len(items) + 1,
    )


def _item(number: int, item: NoticeItem) -> PlanItem:
    is_long = len(item.title) > TITLE_MOST
    section, section_number = section_said(item.section)
    return PlanItem(
        id=number,
        label=item.label,
        section=section,
        section_number=item.section_number or section_number,
        title="" if is_long else item.title,
        text=f"{item.title}\n{item.text}" if is_long else item.text,
        lines=(item.lines.first, item.lines.last),
        bodies=tuple(_bodies(item.bodies)),
        deadline=item.deadline.text if item.deadline else "",
        due_on=_due_on(item.deadline),
        promises=tuple(_promise(one) for one in item.commitments),
        unnamed=_unnamed(item),
    )


def _due_on(deadline: Deadline | None) -> str:
    return deadline.on.isoformat() if deadline and deadline.on and deadline.is_clear else ""


def section_said(words: str) -> tuple[str, int]:
    """A heading without its number, and the number: 一、市场准入 in the cell of a table."""
    marker = marker_of(words)
    if marker is None or marker.kind not in ("chapter", "section", "cn"):
        return words, 0
    return words[marker.end :].strip(), marker.ordinal


def _bodies(bodies: tuple[NamedBody, ...]) -> Iterator[PlanBody]:
    """Each name once; where it stands as lead and as another, the doubt about it decides."""
    seen = set()
    for body in sorted(bodies, key=lambda one: one.role is not BodyRole.LEAD):
        if body.name in seen or (body.agency and body.agency in seen):
            continue
        seen |= {body.name, body.agency or body.name}
        lines = (body.lines.first, body.lines.last)
        basis = BY_RULE if body.by_rule and body.role is BodyRole.LEAD else body.basis.value
        yield PlanBody(body.name, body.role.value, basis, body.agency or "", lines)


def _promise(one: Commitment) -> PlanPromise:
    value = "" if one.value is None else str(one.value)
    return PlanPromise(
        one.kind, one.text, one.name, value, one.unit, one.comparison, _due_on(one.by)
    )


def _of_open_lists(reading: NoticeReading) -> Iterator[PlanDoubt]:
    for number, item in enumerate(reading.items, 1):
        open_ones = [body for body in item.bodies if body.open_by]
        if open_ones:
            with_etc = [body for body in open_ones if ETC in body.open_by]
            single = [body for body in with_etc if not body.is_collective] or with_etc
            named = listed(dict.fromkeys(body.name for body in single[-2:]))
            classes = "、".join(f"“{one}”" for one in _unnamed(item))
            after = f"“{named}”之后有“等”" if named else ""
            are = f"{classes}没有写明是哪些单位" if classes else ""
            said = "，".join(filter(None, (after, are)))
            sentence = f"{said}：原文没有点名其余单位，不能自动分派。"
            lines = (open_ones[-1].lines.last,)
            yield PlanDoubt(0, OPEN_LIST, lines, sentence, item=number)


def _unnamed(item: NoticeItem) -> tuple[str, ...]:
    words = (one for body in item.bodies for one in body.open_by if one != ETC)
    return tuple(dict.fromkeys(words))


def _of_collectives(reading: NoticeReading) -> Iterator[PlanDoubt]:
    found: dict[str, list[int]] = {}
    for item in reading.items:
        for body in item.bodies:
            if body.is_collective and not body.agency:
                found.setdefault(body.name, []).append(body.lines.first)
    for name, lines in found.items():
        where = f"（共{len(lines)}处）" if len(lines) > 1 else ""
        sentence = f"“{name}”{where}是一类单位，原文没有逐个点名，请指定单位或留作待核对。"
        yield PlanDoubt(0, COLLECTIVE, tuple(sorted(set(lines))), sentence, name)


def _of_long_titles(reading: NoticeReading) -> Iterator[PlanDoubt]:
    for number, item in enumerate(reading.items, 1):
        if len(item.title) > TITLE_MOST:
            sentence = f"{item.label}的标题超过{TITLE_MOST}字，已归入正文，请拟定简短的标题。"
            yield PlanDoubt(0, DoubtKind.NO_TITLE.value, (item.lines.first,), sentence, item=number)


def _of_leads(items: tuple[PlanItem, ...]) -> Iterator[PlanDoubt]:
    """A measure has a lead: where no list and no rule names one, a person does.

    One sentence about many items is asked about once.
    """
    asked: set[int] = set()  # lines of such sentences
    for item in items:
        line = item.bodies[0].lines[0] if item.is_by_clause else 0
        if not item.lacks_lead or line in asked:
            continue
        asked |= {line} if line else set()
        words = f"{item.label}{f'“{item.title}”' if item.title else ''}"
        where = "对各条统一规定的责任单位" if line else words
        sentence = f"{where}没有写明牵头单位，请指定牵头单位，或暂按排名首位。"
        pk = 0 if line else item.id
        yield PlanDoubt(0, NO_LEAD, item.bodies[0].lines[:1], sentence, item=pk)


# JSON ---------------------------------------------------------------------------------------------


def work_json(work: Work) -> dict[str, Any]:
    return asdict(work)


def work_from(stored: dict[str, Any]) -> Work:
    """Raises TypeError or KeyError for what work_json did not write."""
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


def section_ordinals(work: Work) -> dict[str, int]:
    """The number of each section, by its title."""
    printed: dict[str, int | None] = {}
    for item in work.items:
        printed.setdefault(item.section, item.section_number or None)
    return dict(zip(printed, ordinals(list(printed.values())), strict=True))


def numbered(work: Work) -> tuple[list[int | None], list[int], int]:
    """What ordinals() asks of the items: their printed numbers, their sections', the form."""
    sections = section_ordinals(work)
    return (
        [printed_number(item.label) for item in work.items],
        [sections[item.section] for item in work.items],
        label_form(item.label for item in work.items),
    )


def day_of(stored: str) -> date | None:
    return date.fromisoformat(stored) if stored else None
