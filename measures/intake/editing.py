"""A person's corrections of a reading: each function returns the changed work. Pure.

An act is a dictionary stored as JSON: {"do": "title", "item": 3, "text": "…"}. An act that is not
possible raises EditRefused with a sentence and changes nothing. Lookups in the directory of
agencies happen once, before an act is stored (`prepared`), so that a later change of the directory
does not change what a person has seen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from lib.errors import DomainError
from measures.intake import body_edits, item_edits
from measures.intake.acts import Act, Edit, EditRefused, answered, day_in, item_of, place_in
from measures.intake.body_edits import about_unknown
from measures.intake.deadlines import deadlines_in, main_deadline
from measures.intake.directory import AgencyDirectory
from measures.intake.doubts import about_name
from measures.intake.lines import in_usual_widths
from measures.intake.name_forms import is_collective
from measures.intake.names import split_names
from measures.intake.naming import proposed_agency
from measures.intake.passage import SourcePassage
from measures.intake.places import NOWHERE, HomePlace
from measures.intake.responsible import named_in
from measures.intake.settling import settled
from measures.intake.values import DoubtKind
from measures.intake.work import COLLECTIVE, NAME_KINDS, PlanBody, PlanDoubt, Work, day_of

NUMBER_MOST, NOTICE_TITLE_MOST, ISSUER_MOST, NAME_MOST = 40, 200, 80, 40
_BODY_WORDS = re.compile(r"^（?(?:(?:责任|牵头|配合)(?:单位|部门))：|(?:按职责分工)?负责）?。?$")


def prepared(act: Mapping[str, Any], work: Work, directory: AgencyDirectory) -> Act:
    """Return an act completed with data of the directory and the day of the notice."""
    act = dict(act)
    if "text" in act:  # selected in the source, whose widths may differ from those of the items
        act["text"] = in_usual_widths(str(act["text"] or ""))
    here = place_of_work(work, directory)
    if act["do"] == "settle" and act.get("choice") == "new":
        act["named"] = _named_anew(act, work, directory, here)
    if act["do"] == "head":
        head = (str(act.get(name) or "") for name in ("number", "title", "issuer"))
        act["meant"] = _meant(work, directory, directory.place_of_notice(*head))
    if act["do"] == "body":
        text = str(act.get("text", "")).strip("（） 、，。")
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
    """Return the agencies proposed for a doubt and for others settled with it, by name.

    A name with candidates in the directory becomes a new agency only if a person has seen it.
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
    """Return the agency that each name means here, unless a person has chosen one."""
    settled_names = {one.name for one in work.doubts if one.answer}
    found = {}
    for body in (body for item in work.items for body in item.bodies):
        is_by_name = not body.agency or body.agency in directory.match(body.name)
        if is_by_name and body.name not in settled_names and not is_collective(body.name):
            found[body.name] = _matched(body.name, directory, here)
    return found


def carried_out(work: Work, acts: Iterable[Act]) -> Work:
    """Return the work after all acts in order. Raises EditRefused."""
    for act in acts:
        work = apply(work, act)
    return work


def apply(work: Work, act: Act) -> Work:
    """Return the work after one act. Raises EditRefused."""
    edit = EDITS.get(str(act.get("do", "")))
    if edit is None:
        raise EditRefused("没有这样的操作，请刷新页面后再试。")
    return edit[1](work, act)


def _deadline(work: Work, act: Act) -> Work:
    item, on = item_of(work, act), str(act.get("on") or "")
    words = str(act.get("text") or "").strip()
    if not on and not act.get("ongoing"):
        raise EditRefused("选中的文字里没有读出确定的日期，请填写完成时限，或选长期坚持。")
    on = day_in(on).isoformat() if on else ""
    said = f"完成时限{on}" if on else "长期坚持"
    changed = work.with_items(replace(item, deadline=words or item.deadline, due_on=on))
    return answered(changed, item, {DoubtKind.UNCLEAR_DEADLINE}, said)


def _promise(work: Work, act: Act) -> Work:
    item, at = item_of(work, act), place_in(work, act, "promises")
    one = item.promises[at]
    if not one.fits:
        raise EditRefused("这一处没有确定的日期，不能设为节点；请在确认后到措施页设定。")
    one = replace(one, is_chosen=not one.is_chosen)
    return work.with_items(
        replace(item, promises=(*item.promises[:at], one, *item.promises[at + 1 :]))
    )


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
        issued_on=day_in(day).isoformat(),
    )
    for one in (act.get("meant") or {}).values():
        work = _meaning(work, one)
    return work


def _meaning(work: Work, one: Mapping[str, Any]) -> Work:
    """Match a name again after a change of the notice's place."""
    bearers = [
        (item, body) for item in work.items for body in item.bodies if body.name == one["name"]
    ]
    if not bearers or all(body.agency == one["agency"] for _, body in bearers):
        return work

    def named(body: PlanBody) -> PlanBody:
        return replace(body, agency=one["agency"]) if body.name == one["name"] else body

    def is_about(doubt: PlanDoubt) -> bool:
        return doubt.kind in NAME_KINDS and doubt.name == one["name"]

    work = work.with_items(*(item.each_body(named) for item in work.items))
    if one["agency"]:
        return work.answered("按文件信息确定", is_about)
    if any(is_about(doubt) and not doubt.answer for doubt in work.doubts):
        return work
    more = about_unknown(len(work.doubts) + 1, one, bearers[0][0])
    return replace(work, doubts=(*work.doubts, more))


def _settle(work: Work, act: Act) -> Work:
    """Settle one doubt; with `all`, also the others of its kind that have the same answer."""
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
    """Turn every open doubt that can be left for later into a gap; the others stay open."""
    before = len(work.open_doubts)
    for doubt in work.open_doubts:
        try:
            work = settled(work, {"doubt": doubt.id, "choice": "gap"})
        except DomainError:
            continue
    if len(work.open_doubts) == before:
        raise EditRefused("剩下的存疑须逐处核对，不能留作待核对。")
    return work


EDITS: dict[str, Edit] = {
    **item_edits.EDITS,
    **body_edits.EDITS,
    "deadline": ("定时限", _deadline),
    "promise": ("选指标或节点", _promise),
    "head": ("改文件信息", _head),
    "settle": ("处理存疑", _settle),
    "gap_rest": ("其余留作待核对", _gap_rest),
}
NAMES = {key: name for key, (name, _) in EDITS.items()}  # in the audit trail and beside 撤销
