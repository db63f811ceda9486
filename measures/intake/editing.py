"""The acts of a person on a reading: each takes the work and returns it changed. Pure.

An act is a dictionary that JSON keeps: {"do": "title", "item": 3, "text": "…"}. One that cannot be
carried out raises EditRefused with a sentence; nothing is changed then. What depends on the
directory of agencies is found once, before an act is kept (`prepared`): a later change of the
directory does not change what a person has seen.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from lib.errors import DomainError
from measures.choices import GapKind
from measures.intake.deadlines import deadlines_in, main_deadline
from measures.intake.directory import AgencyDirectory
from measures.intake.doubts import about_name
from measures.intake.names import is_collective, split_names
from measures.intake.naming import proposed_agency
from measures.intake.passage import SourcePassage
from measures.intake.places import NOWHERE, HomePlace
from measures.intake.responsible import named_in
from measures.intake.settling import settled
from measures.intake.values import BodyRole, DoubtKind, RoleBasis
from measures.intake.work import (
    BY_PERSON,
    COLLECTIVE,
    NAME_KINDS,
    TITLE_MOST,
    PlanBody,
    PlanDoubt,
    PlanItem,
    Work,
    day_of,
    section_said,
)

Act = dict[str, Any]
NUMBER_MOST, NOTICE_TITLE_MOST, ISSUER_MOST, NAME_MOST = 40, 200, 80, 40
_LABEL = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十百\d]+[)）、.．]\s*)+")
_BODY_WORDS = re.compile(
    r"^[（(]?(?:(?:责任|牵头|配合)(?:单位|部门))[：:]|(?:按职责分工)?负责[)）]?。?$"
)


class EditRefused(DomainError):
    """An act that the reading does not allow."""


def prepared(act: Mapping[str, Any], work: Work, directory: AgencyDirectory) -> Act:
    """An act with what the directory and the day of the notice say about its words."""
    act = dict(act)
    here = place_of_work(work, directory)
    if act["do"] == "settle" and act.get("choice") == "new":
        act["named"] = _named_anew(act, work, directory, here)
    if act["do"] == "head":
        head = (str(act.get(name) or "") for name in ("number", "title", "issuer"))
        act["meant"] = _meant(work, directory, directory.place_of_notice(*head))
    if act["do"] == "body":
        text = str(act.get("text", "")).strip("（）() 、，。")
        roles = {one.name: one.role.value for one in named_in(text, directory)[::-1]}
        names = [*roles][::-1] or dict.fromkeys(
            one.name for one in split_names(_BODY_WORDS.sub("", text), directory).names
        )
        act["found"] = [
            _matched(name, directory, here) | {"role": roles.get(name, "")}
            for name in names
            if name
        ]
    if act["do"] == "deadline" and not act.get("on"):
        passage = SourcePassage.of(str(act.get("text", "")), 1)
        found = main_deadline(deadlines_in(passage, issued_on=day_of(work.issued_on)))
        act["on"] = found.on.isoformat() if found and found.on and found.is_clear else ""
        act["ongoing"] = bool(act.get("ongoing")) or bool(found and found.is_ongoing)
    return act


def place_of_work(work: Work, directory: AgencyDirectory) -> HomePlace:
    return directory.place_of_notice(work.number, work.title, work.issuer)


def _matched(name: str, directory: AgencyDirectory, here: HomePlace) -> dict[str, Any]:
    meant = directory.meant(name, here)
    is_one = len(meant) == 1
    kind, words = about_name(name, directory, here)
    return {
        "name": name[:NAME_MOST],
        "agency": meant[0] if is_one else "",
        "candidates": [] if is_one else list(directory.candidates(name, here)),
        "is_collective": is_collective(name),
        "kind": kind.value,
        "words": words,
    }


def _named_anew(
    act: Mapping[str, Any], work: Work, directory: AgencyDirectory, here: HomePlace
) -> dict[str, dict[str, str]]:
    """By name: the agency that is proposed for the doubt, and for the others settled alike.

    What might be an agency of the directory is no new one before a person has looked.
    """
    first = next((one for one in work.open_doubts if one.id == int(act.get("doubt") or 0)), None)
    if first is None:
        return {}
    names = [first.name]
    if act.get("all"):
        names += [
            one.name
            for one in work.open_doubts
            if one.kind == first.kind != COLLECTIVE
            and (not one.candidates or (one.kind == DoubtKind.OTHER_PLACE and here != NOWHERE))
        ]
    named = {name: asdict(proposed_agency(name, here, directory)) for name in names}
    short = str(act.get("short_name") or named[first.name]["name"]).strip()
    full = str(act.get("full_name") or named[first.name]["full_name"]).strip()
    if directory.has_name(short) or directory.has_name(full):
        raise EditRefused(
            f"名录中已有“{short if directory.has_name(short) else full}”，"
            "请选择它；若是外地的同名单位，请在简称和全称中写明地区。"
        )
    for name, one in list(named.items()):
        one["kind"] = one["kind"] or str(act.get("kind") or "")
        is_open = not one["kind"] or directory.has_name(one["full_name"])
        if name != first.name and is_open:
            del named[name]
    return named


def _meant(work: Work, directory: AgencyDirectory, here: HomePlace) -> dict[str, dict[str, Any]]:
    """By name: whom it means in a notice of this place, where a person has not said it."""
    settled_names = {one.name for one in work.doubts if one.answer}
    found = {}
    for body in (body for item in work.items for body in item.bodies):
        is_by_name = not body.agency or body.agency in directory.match(body.name)
        if is_by_name and body.name not in settled_names and not is_collective(body.name):
            found[body.name] = _matched(body.name, directory, here)
    return found


def carried_out(work: Work, acts: Iterable[Act]) -> Work:
    """The work with acts carried out in turn. Raises EditRefused."""
    for act in acts:
        work = apply(work, act)
    return work


def apply(work: Work, act: Act) -> Work:
    """The work after one act. Raises EditRefused."""
    verb = VERBS.get(str(act.get("do", "")))
    if verb is None:
        raise EditRefused("没有这样的操作，请刷新页面后再试。")
    return verb(work, act)


# Items --------------------------------------------------------------------------------------------


def _make(work: Work, act: Act) -> Work:
    """Selected words become an item of their own, behind the item that they stand in or after."""
    text = _words(act, "请先选中（或填写）作为事项的文字。")
    first, last = int(act.get("first") or 0), int(act.get("last") or act.get("first") or 0)
    title, rest = _title_and_text(text)
    before = [at for at, one in enumerate(work.items) if first and one.lines[0] <= first]
    place = (before[-1] if before else -1) + 1 if first else len(work.items)
    section = work.items[place - 1].section if place else ""
    section_number = work.items[place - 1].section_number if place else 0
    label = _LABEL.match(text)
    item = PlanItem(
        id=work.next_item,
        label=label[0].strip() if label else "",
        section=section,
        section_number=section_number,
        title=title,
        text=rest,
        lines=(first, max(first, last)),
    )
    items = (*work.items[:place], item, *work.items[place:])
    return replace(work, items=items, next_item=work.next_item + 1)


def _title_and_text(text: str) -> tuple[str, str]:
    words = _LABEL.sub("", text).strip()
    head, stop, rest = words.partition("。")
    if stop and len(head) <= 40:
        return head, rest.strip()
    return (words, "") if len(words) <= 40 else ("", words)


def _remove(work: Work, act: Act) -> Work:
    item = _item(work, act)
    return replace(work, items=tuple(one for one in work.items if one.id != item.id))


def _move(work: Work, act: Act) -> Work:
    item, step = _item(work, act), int(act.get("by") or 0)
    place = work.place(item.id)
    if step not in (-1, 1) or not 0 <= place + step < len(work.items):
        raise EditRefused("这一项已在最前或最后，不能再移动。")
    items = list(work.items)
    items[place], items[place + step] = items[place + step], items[place]
    # It belongs to the part whose items now stand around it.
    if items[place].section != item.section:
        around = items[place]
        items[place + step] = replace(
            item, section=around.section, section_number=around.section_number
        )
    return replace(work, items=tuple(items))


def _merge(work: Work, act: Act) -> Work:
    """An item takes up the one below it; its own title stays, the other's goes into the text."""
    item = _item(work, act)
    place = work.place(item.id)
    if place + 1 >= len(work.items):
        raise EditRefused("后面没有可以合并的事项；请在前一项上合并。")
    other = work.items[place + 1]
    names = _names(item)
    has_lead = any(body.role == BodyRole.LEAD for body in item.bodies)
    added = tuple(
        replace(body, role=BodyRole.RESPONSIBLE.value, basis=BY_PERSON)
        if has_lead and body.role == BodyRole.LEAD
        else body
        for body in other.bodies
        if body.name not in names and body.agency not in names
    )
    one = replace(
        item,
        text="\n".join(filter(None, (item.text, f"{other.label}{other.title}", other.text))),
        lines=(min(item.lines[0], other.lines[0]), max(item.lines[1], other.lines[1])),
        bodies=(*item.bodies, *added),
        deadline=item.deadline or other.deadline,
        due_on=item.due_on or other.due_on,
        promises=(*item.promises, *other.promises),
        gaps=tuple(dict.fromkeys((*item.gaps, *other.gaps))),
    )
    items = (*work.items[:place], one, *work.items[place + 2 :])
    doubts = tuple(
        replace(doubt, item=item.id) if doubt.item == other.id else doubt for doubt in work.doubts
    )
    return replace(work, items=items, doubts=doubts)


def _split(work: Work, act: Act) -> Work:
    """What begins with the selected words becomes an item below, with the same agencies."""
    item = _item(work, act)
    words = _words(act, "请先选中（或填写）拆分后第二项开头的文字。")
    plain, start = re.sub(r"\s", "", words), -1
    for at in range(len(item.text)):
        if re.sub(r"\s", "", item.text[at : at + 2 * len(words) + 20]).startswith(plain):
            start = at
            break
    if start <= 0 and not (start == 0 and item.title):
        raise EditRefused("这一项的正文中没有找到这些文字，请选中正文里第二项开头的几个字。")
    head, tail = item.text[:start].rstrip(), item.text[start:].strip()
    title, rest = _title_and_text(tail)
    below = replace(
        item, id=work.next_item, label="", title=title, text=rest, promises=(), working_title=""
    )
    place = work.place(item.id)
    items = (*work.items[:place], replace(item, text=head), below, *work.items[place + 1 :])
    return replace(work, items=items, next_item=work.next_item + 1)


def _title(work: Work, act: Act) -> Work:
    item = _item(work, act)
    words = _LABEL.sub("", _words(act, "请先选中（或填写）标题。")).rstrip("。").strip()
    if not words or len(words) > TITLE_MOST:
        raise EditRefused(f"标题须在1至{TITLE_MOST}字之间，现为{len(words)}字，请只选标题部分。")
    gaps = tuple(gap for gap in item.gaps if gap != GapKind.TITLE)
    changed = _with(work, replace(item, title=words, working_title="", gaps=gaps))
    return _answered(changed, item, {DoubtKind.NO_TITLE}, f"标题定为“{words}”")


def _section(work: Work, act: Act) -> Work:
    """The item and those below it of the same part come under another heading."""
    item = _item(work, act)
    words = _words(act, "请填写部分的标题。")
    if len(words) > TITLE_MOST:
        raise EditRefused(f"部分的标题不得超过{TITLE_MOST}字，现为{len(words)}字。")
    place = work.place(item.id)
    words, number = section_said(words)
    if place == 0 or work.items[place - 1].section != item.section:
        number = number or item.section_number  # the whole part has another title
    items = list(work.items)
    for at in range(place, len(items)):
        if items[at].section != item.section:
            break
        items[at] = replace(items[at], section=words, section_number=number)
    return replace(work, items=tuple(items))


# Who is responsible -------------------------------------------------------------------------------


def _body(work: Work, act: Act) -> Work:
    item = _item(work, act)
    found = act.get("found") or []
    if not found:
        raise EditRefused("选中的文字里没有读出单位名称，请只选单位名称。")
    have = _names(item)
    bodies, doubts = list(item.bodies), list(work.doubts)
    for one in found:
        if one["name"] in have or (one["agency"] and one["agency"] in have):
            continue
        role, basis = _role_said(one, bodies) or _first_role(bodies)
        bodies.append(PlanBody(one["name"], role, basis, one["agency"], item.lines))
        if not one["agency"]:
            doubts.append(_about_name(len(doubts) + 1, one, item))
    if len(bodies) == len(item.bodies):
        raise EditRefused("这些单位已在这一项中，没有新增。")
    changed = _with(replace(work, doubts=tuple(doubts)), replace(item, bodies=tuple(bodies)))
    return _answered(changed, item, {DoubtKind.NO_LIST}, "已指定责任单位")


def _names(item: PlanItem) -> set[str]:
    """What an item's bodies are known by: the names of the text, and the agencies they are."""
    return {body.name for body in item.bodies} | {one.agency for one in item.bodies if one.agency}


def _role_said(one: Mapping[str, Any], bodies: list[PlanBody]) -> tuple[str, str] | None:
    """The role that the selected words give a body, where it can have it: one leads, and first."""
    role = one.get("role") or BodyRole.RESPONSIBLE
    fits = role != BodyRole.RESPONSIBLE and bool(bodies) != (role == BodyRole.LEAD)
    return (role, RoleBasis.TEXT.value) if fits else None


def _first_role(bodies: list[PlanBody]) -> tuple[str, str]:
    """Who is named first leads by custom, as in every list without a lead."""
    if bodies:
        return BodyRole.RESPONSIBLE.value, BY_PERSON
    return BodyRole.LEAD.value, RoleBasis.FIRST_NAMED.value


def _about_name(pk: int, one: Mapping[str, Any], item: PlanItem) -> PlanDoubt:
    kind = one.get("kind") or DoubtKind.UNMATCHED_NAME.value
    words = one.get("words") or "不在单位名录中，请选择名录中的单位或新建单位。"
    sentence = f"“{one['name']}”{words}"
    if one["is_collective"]:
        kind = COLLECTIVE
        sentence = f"“{one['name']}”是一类单位，请指定单位或留作待核对。"
    candidates = tuple(one["candidates"])
    return PlanDoubt(pk, kind, item.lines[:1], sentence, one["name"], candidates)


def _assign(work: Work, act: Act) -> Work:
    """An agency of the directory, chosen by a person."""
    item, agency, name = _item(work, act), str(act.get("agency") or ""), str(act.get("name") or "")
    if not agency or not name:
        raise EditRefused("请选择单位。")
    if any(body.agency == agency for body in item.bodies):
        raise EditRefused(f"{name}已在这一项中，请直接改它的责任。")
    role, basis = _first_role(list(item.bodies))
    if act.get("role"):
        role, basis = _role_of(act), BY_PERSON
    body = PlanBody(name, role, basis, agency, item.lines)
    changed = _with(work, _one_lead(replace(item, bodies=(*item.bodies, body)), len(item.bodies)))
    return _answered(changed, item, {DoubtKind.NO_LIST}, "已指定责任单位")


def _role(work: Work, act: Act) -> Work:
    item, at = _item(work, act), _at(work, act, "bodies")
    body = replace(item.bodies[at], role=_role_of(act), basis=BY_PERSON)
    bodies = (*item.bodies[:at], body, *item.bodies[at + 1 :])
    changed = _with(work, _one_lead(replace(item, bodies=bodies), at))
    if body.role != BodyRole.LEAD:
        return changed
    return _answered(changed, item, {DoubtKind.ROLE_TWICE}, f"由{body.name}牵头")


def _one_lead(item: PlanItem, at: int) -> PlanItem:
    """The lead that was named last leads alone: the others stay beside it."""
    if item.bodies[at].role != BodyRole.LEAD:
        return item
    bodies = tuple(
        body.beside_lead() if place != at else body for place, body in enumerate(item.bodies)
    )
    return replace(item, bodies=bodies)


def _drop_body(work: Work, act: Act) -> Work:
    item, at = _item(work, act), _at(work, act, "bodies")
    bodies = (*item.bodies[:at], *item.bodies[at + 1 :])
    return _with(work, replace(item, bodies=bodies))


# Days, promises, the head -------------------------------------------------------------------------


def _deadline(work: Work, act: Act) -> Work:
    item, on = _item(work, act), str(act.get("on") or "")
    words = str(act.get("text") or "").strip()
    if not on and not act.get("ongoing"):
        raise EditRefused("选中的文字里没有读出确定的日期，请填写完成时限，或选长期坚持。")
    on = _day(on).isoformat() if on else ""
    said = f"完成时限{on}" if on else "长期坚持"
    changed = _with(work, replace(item, deadline=words or item.deadline, due_on=on))
    return _answered(changed, item, {DoubtKind.UNCLEAR_DEADLINE}, said)


def _day(words: str) -> date:
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise EditRefused(f"“{words[:20]}”不是日期，请按2026-12-31的写法填写。") from error
    if not 1949 <= day.year <= 2099:
        raise EditRefused("日期须在1949年至2099年之间。")
    return day


def _promise(work: Work, act: Act) -> Work:
    item, at = _item(work, act), _at(work, act, "promises")
    one = item.promises[at]
    if not one.fits:
        raise EditRefused("这一处没有确定的日期，不能设为节点；请在确认后到措施页设定。")
    one = replace(one, is_chosen=not one.is_chosen)
    return _with(work, replace(item, promises=(*item.promises[:at], one, *item.promises[at + 1 :])))


def _head(work: Work, act: Act) -> Work:
    said = {name: str(act.get(name) or "").strip() for name in ("number", "title", "issuer")}
    most = {"number": NUMBER_MOST, "title": NOTICE_TITLE_MOST, "issuer": ISSUER_MOST}
    labels = {"number": "发文字号", "title": "标题", "issuer": "发文机关"}
    for name, words in said.items():
        if not words or len(words) > most[name]:
            raise EditRefused(f"{labels[name]}须填写，且不超过{most[name]}字。")
    day = str(act.get("issued_on") or "")
    if not day:
        raise EditRefused("成文日期须填写。")
    work = replace(
        work,
        number=said["number"],
        title=said["title"],
        issuer=said["issuer"],
        issued_on=_day(day).isoformat(),
    )
    for one in (act.get("meant") or {}).values():
        work = _meaning(work, one)
    return work


def _meaning(work: Work, one: Mapping[str, Any]) -> Work:
    """A name means what it means in a notice of the place that the head now says."""
    bearers = [
        (item, body) for item in work.items for body in item.bodies if body.name == one["name"]
    ]
    if not bearers or all(body.agency == one["agency"] for _, body in bearers):
        return work
    items = tuple(
        replace(
            item,
            bodies=tuple(
                replace(body, agency=one["agency"]) if body.name == one["name"] else body
                for body in item.bodies
            ),
        )
        for item in work.items
    )
    doubts = [
        replace(doubt, answer="按文件信息确定")
        if one["agency"] and doubt.kind in NAME_KINDS and doubt.name == one["name"]
        else doubt
        for doubt in work.doubts
    ]
    is_asked = any(d.name == one["name"] and d.kind in NAME_KINDS and not d.answer for d in doubts)
    if not one["agency"] and not is_asked:
        doubts.append(_about_name(len(doubts) + 1, one, bearers[0][0]))
    return replace(work, items=items, doubts=tuple(doubts))


def _settle(work: Work, act: Act) -> Work:
    """One doubt; with `all`, the others of its kind that have the same answer too."""
    first = next((one for one in work.doubts if one.id == int(act.get("doubt") or 0)), None)
    work = settled(work, act)
    choice = act.get("choice")
    if first is None or not act.get("all") or choice not in ("keep", "gap", "new", "first"):
        return work
    named = act.get("named") or {}
    for doubt in work.open_doubts:
        if doubt.kind != first.kind or (choice == "new" and doubt.name not in named):
            continue
        work = settled(work, {"doubt": doubt.id, "choice": choice, "named": named})
    return work


def _gap_rest(work: Work, act: Act) -> Work:
    """Every open doubt that can be left for later becomes a gap; the others stay open."""
    before = len(work.open_doubts)
    for doubt in work.open_doubts:
        try:
            work = settled(work, {"doubt": doubt.id, "choice": "gap"})
        except DomainError:
            continue
    if len(work.open_doubts) == before:
        raise EditRefused("剩下的存疑须逐处核对，不能留作待核对。")
    return work


# Helpers ------------------------------------------------------------------------------------------


def _item(work: Work, act: Act) -> PlanItem:
    found = work.item(int(act.get("item") or 0))
    if found is None:
        raise EditRefused("请先选定一项。")
    return found


def _at(work: Work, act: Act, of: str) -> int:
    at = int(act.get("at") or 0)
    if not 0 <= at < len(getattr(_item(work, act), of)):
        raise EditRefused("这一处已不存在，请刷新页面后再试。")
    return at


def _role_of(act: Act) -> str:
    try:
        return BodyRole(str(act.get("role"))).value
    except ValueError as error:
        raise EditRefused("没有这种责任，请重新选择。") from error


def _words(act: Act, refusal: str) -> str:
    words = str(act.get("text") or "").strip()
    if not words:
        raise EditRefused(refusal)
    return words


def _with(work: Work, item: PlanItem) -> Work:
    return replace(work, items=tuple(item if one.id == item.id else one for one in work.items))


def _answered(work: Work, item: PlanItem, kinds: set[DoubtKind], answer: str) -> Work:
    """What an act has decided is no doubt any more."""
    doubts = tuple(
        replace(one, answer=answer)
        if one.item == item.id and one.kind in kinds and not one.answer
        else one
        for one in work.doubts
    )
    return replace(work, doubts=doubts)


VERBS: dict[str, Callable[[Work, Act], Work]] = {
    "make": _make,
    "remove": _remove,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "title": _title,
    "section": _section,
    "body": _body,
    "assign": _assign,
    "role": _role,
    "drop_body": _drop_body,
    "deadline": _deadline,
    "promise": _promise,
    "head": _head,
    "settle": _settle,
    "gap_rest": _gap_rest,
}
# What each act is called, in the audit trail and beside 撤销.
NAMES = {
    "make": "增加事项",
    "remove": "删去事项",
    "move": "移动",
    "merge": "合并",
    "split": "拆分",
    "title": "定标题",
    "section": "定部分",
    "body": "定责任单位",
    "assign": "指定单位",
    "role": "改责任",
    "drop_body": "移出单位",
    "deadline": "定时限",
    "promise": "选指标或节点",
    "head": "改文件信息",
    "settle": "处理存疑",
    "gap_rest": "其余留作待核对",
}
