"""The editable form of a new reading, with the doubts that only the page asks about. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from lib.chinese import listed
from measures.intake.names import ETC
from measures.intake.values import (
    BodyRole,
    Commitment,
    Deadline,
    Doubt,
    DoubtKind,
    NamedBody,
    NoticeItem,
    NoticeReading,
)
from measures.intake.work import (
    BY_RULE,
    COLLECTIVE,
    NO_LEAD,
    OPEN_LIST,
    TITLE_MOST,
    PlanBody,
    PlanDoubt,
    PlanItem,
    PlanPromise,
    Work,
    section_said,
)


def work_of(reading: NoticeReading) -> Work:
    """Return a new reading as work, with a doubt for each list that does not name all bodies."""
    items = tuple(_item(number, item) for number, item in enumerate(reading.items, 1))
    doubts = [_doubt(one) for one in reading.doubts]
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


def _doubt(one: Doubt) -> PlanDoubt:
    item, kind = 0 if one.item is None else one.item + 1, one.kind.value
    day = (one.deadline.text if one.deadline else "", _due_on(one.deadline))
    of = (one.name, one.candidates, item, "", tuple(_bodies(one.bodies)), *day)
    return PlanDoubt(0, kind, one.lines, one.sentence, *of)


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


def _bodies(bodies: tuple[NamedBody, ...]) -> Iterator[PlanBody]:
    """Yield each name once; if it is lead and something else, a doubt is about that."""
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
    """Yield a doubt about the lead of each item for which no list or rule names one.

    A clause gets one doubt.
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
