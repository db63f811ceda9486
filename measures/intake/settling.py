"""Settles doubts: the changes made by each answer. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lib.errors import DomainError
from measures.choices import GapKind
from measures.intake.acts import day_in
from measures.intake.answers import ABOUT_CLAUSES, ABOUT_LISTS, choices_of, items_about, lost_labels
from measures.intake.name_forms import is_collective
from measures.intake.values import BodyRole, DoubtKind, RoleBasis
from measures.intake.work import (
    BY_PERSON,
    FIRST_NAMED,
    FULL_MOST,
    NAME_KINDS,
    NEW,
    NO_LEAD,
    OPEN_LIST,
    SHORT_MOST,
    TITLE_MOST,
    NewAgency,
    PlanBody,
    PlanDoubt,
    PlanItem,
    Work,
)

_OF_LISTS = (
    *ABOUT_LISTS,
    NO_LEAD,
    DoubtKind.SPLIT_NAME,
    DoubtKind.ROLE_TWICE,
    DoubtKind.NO_LIST,
)
_GAPS = {
    DoubtKind.NO_TITLE: GapKind.TITLE,
    DoubtKind.LOST_TEXT: GapKind.TEXT,
    **dict.fromkeys((*NAME_KINDS, OPEN_LIST), GapKind.OTHERS),
    **dict.fromkeys(_OF_LISTS, GapKind.AGENCIES),
}


def settled(work: Work, act: Mapping[str, Any]) -> Work:
    """Return the work with one doubt settled. Raises DomainError for an impossible answer."""
    pk, key = int(act.get("doubt") or 0), str(act.get("choice") or "")
    doubt = next((one for one in work.doubts if one.id == pk), None)
    if doubt is None or doubt.answer or not work.concerns(doubt):
        raise DomainError("这处存疑已经处理，请看下一处。")
    known = {one.key: one for one in choices_of(work, doubt, _any_name(key))}
    if key not in known:
        raise DomainError("这处存疑没有这个选项，请重新选择。")
    work, answer = _carried(work, doubt, key, act, known[key].label)
    return work.answered(answer, lambda one: one.id == doubt.id)


def _any_name(key: str) -> dict[str, str]:
    """Return the chosen candidate by its key, without its name, which only pages need."""
    return {key.removeprefix("is:"): ""} if key.startswith("is:") else {}


def _carried(
    work: Work, doubt: PlanDoubt, key: str, act: Mapping[str, Any], label: str
) -> tuple[Work, str]:
    if key == "keep":
        return work, label
    if key == "gap":
        return _gapped(work, doubt), "留作待核对"
    if key == "day":
        on = day_in(str(act.get("on") or "")).isoformat()
        return _dated(work, doubt, on), f"完成时限{on}"
    if key.startswith("lead:"):
        return _led(work, doubt, key.removeprefix("lead:")), label
    if key in _PLAINLY:
        return _PLAINLY[key](work, doubt), label
    return _named(work, doubt, key, act)


def _named(work: Work, doubt: PlanDoubt, key: str, act: Mapping[str, Any]) -> tuple[Work, str]:
    """Set the agencies that a name means, in every item, or those of the doubt's item."""
    if key == "drop":
        return _replaced(work, doubt, ()), "不列为责任单位"
    if key == "new":
        made = _new_agency(doubt, act)
        agencies = [one for one in work.new_agencies if one.name != made.name]
        work = replace(work, new_agencies=(*agencies, made))
        return _replaced(work, doubt, ((NEW + made.name, made.name),)), f"新建“{made.name}”"
    if key.startswith("is:"):
        agency = key.removeprefix("is:")
        name = str(act.get("name") or doubt.name)
        return _replaced(work, doubt, ((agency, name),)), f"是{name}"
    chosen = [(str(one["agency"]), str(one["name"])) for one in act.get("agencies") or []]
    if not chosen:
        raise DomainError("请选择单位后再确定。")
    words = "、".join(name for _, name in chosen)
    if doubt.kind in NAME_KINDS or doubt.kind == DoubtKind.SPLIT_NAME:
        return _replaced(work, doubt, tuple(chosen)), f"指定{words}"
    return _added(work, doubt, tuple(chosen)), f"指定{words}"


def _inserted(work: Work, doubt: PlanDoubt) -> Work:
    """Return the work with an item for each missing number, to be checked completely."""
    item = work.item(doubt.item)
    assert item is not None  # the choice was offered for it
    place = work.place(item.id)
    above = work.items[place - 1] if place else item
    gaps = (GapKind.TITLE.value, GapKind.TEXT.value, GapKind.AGENCIES.value)
    blank = PlanItem(0, "", above.section, "", "", (0, 0), gaps=gaps)
    blank = replace(blank, section_number=above.section_number)
    labels = enumerate(lost_labels(work, doubt), work.next_item)
    lost = tuple(replace(blank, id=pk, label=label) for pk, label in labels)
    items = (*work.items[:place], *lost, *work.items[place:])
    return replace(work, items=items, next_item=work.next_item + len(lost))


def _new_agency(doubt: PlanDoubt, act: Mapping[str, Any]) -> NewAgency:
    proposed = (act.get("named") or {}).get(doubt.name) or {}
    short = str(act.get("short_name") or proposed.get("name") or doubt.name).strip()
    full = str(act.get("full_name") or proposed.get("full_name") or short).strip()
    kind = str(act.get("kind") or proposed.get("kind") or "")
    if not kind:
        raise DomainError(f"新建“{short[:20]}”须选择单位类别。")
    if not short or len(short) > SHORT_MOST or len(full) > FULL_MOST:
        raise DomainError(f"单位简称不超过{SHORT_MOST}字，全称不超过{FULL_MOST}字。")
    return NewAgency(short, full, kind)


def _replaced(work: Work, doubt: PlanDoubt, agencies: tuple[tuple[str, str], ...]) -> Work:
    """Return the work with these agencies for the doubt's name, each once in an item."""
    about = (item for item in work.items if doubt.item in (0, item.id))
    return work.with_items(*(_in_item(item, doubt, agencies) for item in about))


def _in_item(item: PlanItem, doubt: PlanDoubt, agencies: tuple[tuple[str, str], ...]) -> PlanItem:
    bodies: list[PlanBody] = []
    own = {body.agency for body in item.bodies if body.name != doubt.name and body.agency}
    for body in item.bodies:
        if body.name != doubt.name:
            bodies.append(body)
            continue
        for at, (agency, name) in enumerate(agencies):
            if agency in own:
                continue
            own.add(agency)
            # Of several agencies that replace a name, at most one leads.
            role = BodyRole.RESPONSIBLE.value if at and body.role == BodyRole.LEAD else body.role
            shown = body.name if len(agencies) == 1 else name
            bodies.append(replace(body, agency=agency, role=role, name=shown))
    return replace(item, bodies=tuple(bodies))


def _added(work: Work, doubt: PlanDoubt, agencies: tuple[tuple[str, str], ...]) -> Work:
    item = work.item(doubt.item)
    if item is None:
        raise DomainError("请先选定一项，再指定单位。")
    have = {body.agency for body in item.bodies}
    bodies = list(item.bodies)
    for agency, name in agencies:
        if agency not in have:
            bodies.append(PlanBody(name, BodyRole.RESPONSIBLE.value, BY_PERSON, agency, item.lines))
    if not item.bodies and bodies:
        bodies[0] = replace(bodies[0], role=BodyRole.LEAD.value)
    return work.with_items(replace(item, bodies=tuple(bodies)))


def _led(work: Work, doubt: PlanDoubt, name: str) -> Work:
    def led(body: PlanBody) -> PlanBody:
        return body.as_lead(BY_PERSON) if body.name == name else body.beside_lead()

    return work.with_items(*(item.each_body(led) for item in items_about(work, doubt)))


def _led_by_first(work: Work, doubt: PlanDoubt) -> Work:
    """Return the work in which the first body leads for now, if possible one without doubts."""
    return work.with_items(*map(_with_first_lead, items_about(work, doubt)))


def _with_first_lead(item: PlanItem) -> PlanItem:
    order = [*BodyRole]
    single = [one for one in item.bodies if one.agency or not is_collective(one.name)]
    first = min(single, key=lambda one: order.index(BodyRole(one.role)))
    return item.each_body(lambda one: one.as_lead(FIRST_NAMED) if one is first else one)


def _by_table(work: Work, doubt: PlanDoubt) -> Work:
    """Use the bodies of the table row, except where a person has chosen an agency."""
    item = work.item(doubt.item)
    assert item is not None  # the choice was offered for it
    if doubt.bodies:
        known = {body.name: body.agency for body in item.bodies if body.agency}
        rows = tuple(replace(one, agency=known.get(one.name, one.agency)) for one in doubt.bodies)
        names = {one.name for one in rows}
        clauses = [one for one in item.bodies if one.basis == RoleBasis.CLAUSE]
        item = replace(item, bodies=(*rows, *(one for one in clauses if one.name not in names)))
    if doubt.deadline:
        item = replace(item, deadline=doubt.deadline, due_on=doubt.due_on)
    return work.with_items(item)


def _drafted(work: Work, doubt: PlanDoubt) -> Work:
    about = (one for one in work.items if not one.title and doubt.item in (0, one.id))
    named = (replace(one, working_title=_beginning(one.text)) for one in about)
    return work.with_items(*(replace(one, gaps=_more(one, GapKind.TITLE)) for one in named))


def _beginning(text: str) -> str:
    words = text.replace("\n", "").split("。")[0].split("，")[0].strip()
    return words if len(words) <= TITLE_MOST else words[: TITLE_MOST - 1] + "…"


def _gapped(work: Work, doubt: PlanDoubt) -> Work:
    """Return the work with the doubt as a gap of the  Raises DomainError if impossible."""
    kind = _GAPS.get(doubt.kind)
    if kind is None:
        raise DomainError("这处存疑须核对原文后处理，不能留作待核对。")
    about = {item.id for item in work.items if _is_about(item, doubt)}
    if doubt.kind in ABOUT_CLAUSES:
        about |= {item.id for item in items_about(work, doubt)}
    left = (_left(item, doubt, kind) for item in work.items if item.id in about)
    return work.with_items(*left)


def _is_about(item: PlanItem, doubt: PlanDoubt) -> bool:
    if doubt.item:
        return item.id == doubt.item
    if doubt.kind in NAME_KINDS:
        return any(body.name == doubt.name for body in item.bodies)
    if doubt.kind == DoubtKind.NO_TITLE:
        return not item.title
    return doubt.kind == DoubtKind.NO_LIST and not item.bodies


def _left(item: PlanItem, doubt: PlanDoubt, kind: GapKind) -> PlanItem:
    item = replace(item, gaps=_more(item, kind))
    if doubt.kind != DoubtKind.ROLE_TWICE:
        return item
    # Nobody leads until the lead is known.
    lead, plain = BodyRole.LEAD, BodyRole.RESPONSIBLE.value
    return item.each_body(lambda one: replace(one, role=plain) if one.role == lead else one)


def _more(item: PlanItem, kind: GapKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*item.gaps, kind.value)))


def _dated(work: Work, doubt: PlanDoubt, on: str) -> Work:
    item = work.item(doubt.item)
    assert item is not None  # a deadline belongs to an item
    return work.with_items(replace(item, due_on=on))


def _without_list(work: Work, doubt: PlanDoubt) -> Work:
    """Remove the bodies on the lines of the doubt: they are not a list."""
    first, last = min(doubt.lines), max(doubt.lines)

    def is_kept(body: PlanBody) -> bool:
        by_clause = bool(doubt.item) and body.basis == RoleBasis.CLAUSE
        return by_clause or not first <= body.lines[0] <= last

    kept = ((one, tuple(filter(is_kept, one.bodies))) for one in items_about(work, doubt))
    return work.with_items(*(replace(one, bodies=bodies) for one, bodies in kept))


# Answers without further input.
_PLAINLY: dict[str, Callable[[Work, PlanDoubt], Work]] = {
    "draft": _drafted,
    "first": _led_by_first,
    "insert": _inserted,
    "none": _without_list,
    "ongoing": lambda work, doubt: _dated(work, doubt, ""),
    "remove": lambda work, doubt: work.without(doubt.item),
    "table": _by_table,
}
