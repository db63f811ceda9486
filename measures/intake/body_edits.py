"""Corrections of the bodies responsible for an item. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from measures.intake.acts import (
    Act,
    Edit,
    EditRefused,
    answered,
    item_of,
    names_in,
    place_in,
    role_of,
)
from measures.intake.values import BodyRole, DoubtKind, RoleBasis
from measures.intake.work import BY_PERSON, COLLECTIVE, PlanBody, PlanDoubt, PlanItem, Work


def _body(work: Work, act: Act) -> Work:
    item = item_of(work, act)
    found = act.get("found") or []
    if not found:
        raise EditRefused("选中的文字里没有读出单位名称，请只选单位名称。")
    have = names_in(item)
    bodies, doubts = list(item.bodies), list(work.doubts)
    for one in found:
        if one["name"] in have or (one["agency"] and one["agency"] in have):
            continue
        role, basis = _role_said(one, bodies) or _first_role(bodies)
        bodies.append(PlanBody(one["name"], role, basis, one["agency"], item.lines))
        if not one["agency"]:
            doubts.append(about_unknown(len(doubts) + 1, one, item))
    if len(bodies) == len(item.bodies):
        raise EditRefused("这些单位已在这一项中，没有新增。")
    changed = replace(work, doubts=tuple(doubts)).with_items(replace(item, bodies=tuple(bodies)))
    return answered(changed, item, {DoubtKind.NO_LIST}, "已指定责任单位")


def _role_said(one: Mapping[str, Any], bodies: list[PlanBody]) -> tuple[str, str] | None:
    """Return the role of a body by the selected words, if allowed: only the first body can lead."""
    role = one.get("role") or BodyRole.RESPONSIBLE
    fits = role != BodyRole.RESPONSIBLE and bool(bodies) != (role == BodyRole.LEAD)
    return (role, RoleBasis.TEXT.value) if fits else None


def _first_role(bodies: list[PlanBody]) -> tuple[str, str]:
    """Return role and basis of a further body: the first one leads by custom, as in any list."""
    if bodies:
        return BodyRole.RESPONSIBLE.value, BY_PERSON
    return BodyRole.LEAD.value, RoleBasis.FIRST_NAMED.value


def about_unknown(pk: int, one: Mapping[str, Any], item: PlanItem) -> PlanDoubt:
    kind = one.get("kind") or DoubtKind.UNMATCHED_NAME.value
    words = one.get("words") or "不在单位名录中，请选择名录中的单位或新建单位。"
    sentence = f"“{one['name']}”{words}"
    if one["is_collective"]:
        kind = COLLECTIVE
        sentence = f"“{one['name']}”是一类单位，请指定单位或留作待核对。"
    candidates = tuple(one["candidates"])
    return PlanDoubt(pk, kind, item.lines[:1], sentence, one["name"], candidates)


def _assign(work: Work, act: Act) -> Work:
    """Add an agency of the directory that a person has chosen."""
    agency, name = str(act.get("agency") or ""), str(act.get("name") or "")
    item = item_of(work, act)
    if not agency or not name:
        raise EditRefused("请选择单位。")
    if any(body.agency == agency for body in item.bodies):
        raise EditRefused(f"{name}已在这一项中，请直接改它的责任。")
    role, basis = _first_role(list(item.bodies))
    if act.get("role"):
        role, basis = role_of(act), BY_PERSON
    body = PlanBody(name, role, basis, agency, item.lines)
    changed = work.with_items(
        _one_lead(replace(item, bodies=(*item.bodies, body)), len(item.bodies))
    )
    return answered(changed, item, {DoubtKind.NO_LIST}, "已指定责任单位")


def _role(work: Work, act: Act) -> Work:
    item, at = item_of(work, act), place_in(work, act, "bodies")
    body = replace(item.bodies[at], role=role_of(act), basis=BY_PERSON)
    bodies = (*item.bodies[:at], body, *item.bodies[at + 1 :])
    changed = work.with_items(_one_lead(replace(item, bodies=bodies), at))
    if body.role != BodyRole.LEAD:
        return changed
    return answered(changed, item, {DoubtKind.ROLE_TWICE}, f"由{body.name}牵头")


def _one_lead(item: PlanItem, at: int) -> PlanItem:
    """Keep only the newest lead; the other leads become joint leads."""
    if item.bodies[at].role != BodyRole.LEAD:
        return item
    lead = item.bodies[at]
    return item.each_body(lambda body: body if body is lead else body.beside_lead())


def _drop_body(work: Work, act: Act) -> Work:
    item, at = item_of(work, act), place_in(work, act, "bodies")
    bodies = (*item.bodies[:at], *item.bodies[at + 1 :])
    return work.with_items(replace(item, bodies=bodies))


EDITS: dict[str, Edit] = {
    "body": ("定责任单位", _body),
    "assign": ("指定单位", _assign),
    "role": ("改责任", _role),
    "drop_body": ("移出单位", _drop_body),
}
