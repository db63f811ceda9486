"""Corrections of items: add, remove, move, merge, split, title, section. Pure."""

import re
from dataclasses import replace

from measures.choices import GapKind
from measures.intake.acts import Act, Edit, EditRefused, answered, item_of, names_in, words_of
from measures.intake.values import BodyRole, DoubtKind
from measures.intake.work import BY_PERSON, TITLE_MOST, PlanItem, Work, section_said

_LABEL = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十百\d]+[)）、.．]\s*)+")


def _make(work: Work, act: Act) -> Work:
    """Turn selected words into an item, after the item that they are in or follow."""
    text = words_of(act, "请先选中（或填写）作为事项的文字。")
    first, last = int(act.get("first") or 0), int(act.get("last") or act.get("first") or 0)
    title, rest = _title_and_text(text)
    before = [at for at, one in enumerate(work.items) if first and one.lines[0] <= first]
    place = (before[-1] if before else -1) + 1 if first else len(work.items)
    found = _LABEL.match(text)
    label = found[0].strip() if found else ""
    item = PlanItem(work.next_item, label, "", title, rest, (first, max(first, last)))
    if place:
        above = work.items[place - 1]
        item = replace(item, section=above.section, section_number=above.section_number)
    items = (*work.items[:place], item, *work.items[place:])
    return replace(work, items=items, next_item=work.next_item + 1)


def _title_and_text(text: str) -> tuple[str, str]:
    words = _LABEL.sub("", text).strip()
    head, stop, rest = words.partition("。")
    if stop and len(head) <= 40:
        return head, rest.strip()
    return (words, "") if len(words) <= 40 else ("", words)


def _remove(work: Work, act: Act) -> Work:
    return work.without(item_of(work, act).id)


def _move(work: Work, act: Act) -> Work:
    item, step = item_of(work, act), int(act.get("by") or 0)
    place = work.place(item.id)
    if step not in (-1, 1) or not 0 <= place + step < len(work.items):
        raise EditRefused("这一项已在最前或最后，不能再移动。")
    items = list(work.items)
    items[place], items[place + step] = items[place + step], items[place]
    # It now belongs to the section of the items around it.
    if items[place].section != item.section:
        around = items[place]
        items[place + step] = replace(
            item, section=around.section, section_number=around.section_number
        )
    return replace(work, items=tuple(items))


def _merge(work: Work, act: Act) -> Work:
    """Merge an item with the next one, whose title becomes part of the text."""
    item = item_of(work, act)
    place = work.place(item.id)
    if place + 1 >= len(work.items):
        raise EditRefused("后面没有可以合并的事项；请在前一项上合并。")
    other = work.items[place + 1]
    names = names_in(item)
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
    """Split an item: the text from the selected words on becomes an item with the same agencies."""
    item = item_of(work, act)
    words = words_of(act, "请先选中（或填写）拆分后第二项开头的文字。")
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
    item = item_of(work, act)
    words = _LABEL.sub("", words_of(act, "请先选中（或填写）标题。")).rstrip("。").strip()
    if not words or len(words) > TITLE_MOST:
        raise EditRefused(f"标题须在1至{TITLE_MOST}字之间，现为{len(words)}字，请只选标题部分。")
    gaps = tuple(gap for gap in item.gaps if gap != GapKind.TITLE)
    changed = work.with_items(replace(item, title=words, working_title="", gaps=gaps))
    return answered(changed, item, {DoubtKind.NO_TITLE}, f"标题定为“{words}”")


def _section(work: Work, act: Act) -> Work:
    """Move the item and the following ones of its section under another heading."""
    item = item_of(work, act)
    words = words_of(act, "请填写部分的标题。")
    if len(words) > TITLE_MOST:
        raise EditRefused(f"部分的标题不得超过{TITLE_MOST}字，现为{len(words)}字。")
    place = work.place(item.id)
    words, number = section_said(words)
    if place == 0 or work.items[place - 1].section != item.section:
        number = number or item.section_number  # the whole section gets another title
    items = list(work.items)
    for at in range(place, len(items)):
        if items[at].section != item.section:
            break
        items[at] = replace(items[at], section=words, section_number=number)
    return replace(work, items=tuple(items))


EDITS: dict[str, Edit] = {
    "make": ("增加事项", _make),
    "remove": ("删去事项", _remove),
    "move": ("移动", _move),
    "merge": ("合并", _merge),
    "split": ("拆分", _split),
    "title": ("定标题", _title),
    "section": ("定部分", _section),
}
