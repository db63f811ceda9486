"""The content of a draft's page: the marked text, the items by section, item and doubt chosen."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from agencies.choices import AgencyKind
from measures.intake.answers import NumberedAnswer, choices_of
from measures.intake.directory import AgencyDirectory
from measures.intake.editing import place_of_work
from measures.intake.marks import MarkedLine, marked_lines
from measures.intake.naming import proposed_agency
from measures.intake.values import BodyRole, RoleBasis
from measures.intake.work import BY_RULE, NAME_KINDS, NewAgency, PlanBody, PlanDoubt, PlanItem, Work
from measures.intake_page.confirming import differences_to, missing_of, same_notice
from measures.models import IntakeDraft

ROLES = (
    (BodyRole.LEAD.value, "●", "牵头"),
    (BodyRole.JOINT_LEAD.value, "◎", "并列牵头"),
    (BodyRole.RESPONSIBLE.value, "○", "责任"),
    (BodyRole.SUPPORT.value, "△", "配合"),
    (BodyRole.GUIDE.value, "◇", "指导"),
    (BodyRole.JOIN.value, "□", "参与"),
)
MOVES = (
    ("move", -1, "上移"),
    ("move", 1, "下移"),
    ("merge", 0, "与下项合并"),
    ("remove", 0, "删去此项"),
)
SIGNS = {role: sign for role, sign, _ in ROLES}
BASES = {
    RoleBasis.TEXT.value: "原文写明",
    RoleBasis.FIRST_NAMED.value: "原文未明确，按排名首位暂列",
    BY_RULE: "原文规定列第一位者牵头",
    RoleBasis.CLAUSE.value: "统一条款",
    RoleBasis.TABLE.value: "任务分解表",
    "person": "人工指定",
}


class BodyView(NamedTuple):
    at: int
    name: str
    role: str
    sign: str
    basis: str
    is_doubtful: bool
    known_as: str  # its name in the directory, if that differs


class ItemView(NamedTuple):
    place: int
    item: PlanItem
    bodies: list[BodyView]
    doubts: list[PlanDoubt]
    is_current: bool


class SectionView(NamedTuple):
    title: str
    items: list[ItemView]
    doubts: int


class DoubtView(NamedTuple):
    doubt: PlanDoubt
    place: int  # its place among the open ones
    choices: list[NumberedAnswer]
    same: int  # how many others can get the same answer
    proposed: NewAgency  # if the name is that of a new agency


def context_of(
    draft: IntakeDraft, work: Work, directory: AgencyDirectory, *, item: int = 0, doubt: int = 0
) -> dict[str, Any]:
    open_doubts = work.open_doubts
    chosen = _chosen_doubt(work, open_doubts, item, doubt)
    current = work.item(item) or _item_of(work, chosen)
    if current is None and chosen is None and work.items:
        current = work.items[0]
    if chosen is None and current is not None:
        chosen = next(iter(work.doubts_of(current)), None)
    same = same_notice(work)
    names = directory.name_of
    lines = marked_lines(work, draft.text.split("\n"))
    return {
        "draft": draft,
        "work": work,
        "lines": lines,
        "numbers": _numbers(lines, current),
        "sections": _sections(work, names, current),
        "current": _view(work, current, names, current) if current else None,
        "chosen": _doubt_view(work, open_doubts, chosen, directory),
        "general": [one for one in open_doubts if not one.item and one.kind not in NAME_KINDS],
        "left": len(open_doubts),
        "next_doubt": _next(open_doubts, chosen),
        "neighbours": _neighbours(work, current),
        "missing": missing_of(work),
        "same": same,
        "differences": differences_to(work, same) if same else [],
        "roles": ROLES,
        "moves": MOVES,
        "kinds": AgencyKind.choices,
        "directory": [
            *((key, f"{name}（确认时新建）") for key, name in work.new_names.items()),
            *names.items(),
        ],
        "last_act": draft.acts[-1]["do"] if draft.acts else "",
    }


def _chosen_doubt(
    work: Work, open_doubts: list[PlanDoubt], item: int, doubt: int
) -> PlanDoubt | None:
    found = next((one for one in open_doubts if one.id == doubt), None)
    if found is not None or item:
        return found
    return open_doubts[0] if open_doubts and not doubt else None


def _item_of(work: Work, doubt: PlanDoubt | None) -> PlanItem | None:
    """Return the item where a doubt is shown: its own, or the first with the name."""
    if doubt is None:
        return None
    if doubt.item:
        return work.item(doubt.item)
    if doubt.kind not in NAME_KINDS:
        return None
    return next(
        (item for item in work.items if any(body.name == doubt.name for body in item.bodies)), None
    )


def _next(open_doubts: list[PlanDoubt], chosen: PlanDoubt | None) -> PlanDoubt | None:
    """Return the next open doubt after the chosen one; after the last, the first."""
    if not open_doubts:
        return None
    at = next((n for n, one in enumerate(open_doubts) if chosen and one.id == chosen.id), -1)
    return open_doubts[(at + 1) % len(open_doubts)]


def _neighbours(work: Work, current: PlanItem | None) -> tuple[int, int]:
    if current is None:
        return (0, work.items[0].id if work.items else 0)
    place = work.place(current.id)
    before = work.items[place - 1].id if place else 0
    after = work.items[place + 1].id if place + 1 < len(work.items) else 0
    return before, after


def _sections(work: Work, names: dict[str, str], current: PlanItem | None) -> list[SectionView]:
    views = [_view(work, item, names, current) for item in work.items]
    found = []
    for title, group in groupby(views, key=lambda view: view.item.section):
        items = list(group)
        doubts = {doubt.id for view in items for doubt in view.doubts}
        found.append(SectionView(title, items, len(doubts)))
    return found


def _view(work: Work, item: PlanItem, names: dict[str, str], current: PlanItem | None) -> ItemView:
    return ItemView(
        work.place(item.id) + 1,
        item,
        [_body(at, body, names) for at, body in enumerate(item.bodies)],
        work.doubts_of(item),
        current is not None and item.id == current.id,
    )


def _body(at: int, body: PlanBody, names: dict[str, str]) -> BodyView:
    known = names.get(body.agency, "")
    return BodyView(
        at,
        body.name,
        body.role,
        SIGNS[body.role],
        BASES.get(body.basis, ""),
        not body.agency,
        known if known != body.name else "",
    )


def _doubt_view(
    work: Work, open_doubts: list[PlanDoubt], doubt: PlanDoubt | None, directory: AgencyDirectory
) -> DoubtView | None:
    if doubt is None:
        return None
    same = sum(one.kind == doubt.kind for one in open_doubts) - 1
    place = next(n for n, one in enumerate(open_doubts, 1) if one.id == doubt.id)
    proposed = proposed_agency(doubt.name, place_of_work(work, directory), directory)
    return DoubtView(doubt, place, choices_of(work, doubt, directory.name_of), same, proposed)


def _numbers(lines: Iterable[MarkedLine], current: PlanItem | None) -> list[MarkedLine]:
    """Return the lines of the chosen item, in which a person selects text by keyboard."""
    if current is None:
        return []
    first, last = current.lines
    return [line for line in lines if first <= line.number <= last]
