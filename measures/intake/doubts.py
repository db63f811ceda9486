"""Doubts about a reading, each with a sentence saying what a person must decide. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from lib.chinese import chinese_number, listed
from measures.intake.bodies import NamedTwice
from measures.intake.body_list import BodyList
from measures.intake.damaged import Damaged
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.items import NAMES_WHO, Chosen, NumberRun
from measures.intake.passage import LineSpan
from measures.intake.places import HomePlace
from measures.intake.second_copy import SecondCopy
from measures.intake.text_rules import UnreadRule
from measures.intake.values import BodyRole, Doubt, DoubtKind, NamedBody, NoticeItem, RoleBasis

LINES_SHOWN = 3


def span(lines: LineSpan) -> tuple[int, ...]:
    return (lines.first,) if lines.first == lines.last else (lines.first, lines.last)


def called(item: NoticeItem) -> str:
    """Return the name of an item in a sentence: （三）“标题”."""
    label = item.label or (f"第{item.ordinal}项" if item.ordinal else "")
    if item.title:
        return f"{label}“{short(item.title)}”"
    return f"{label}“{short(item.text)}”" if item.text and not item.text_lost else label


def short(words: str) -> str:
    return words if len(words) <= 20 else words[:19] + "…"


def of_names(
    items: Iterable[NoticeItem], directory: AgencyDirectory, here: HomePlace
) -> Iterator[Doubt]:
    """Yield one doubt for each name that does not mean exactly one body of the directory."""
    if not directory.entries:
        return
    found: dict[str, list[NamedBody]] = defaultdict(list)
    for item in items:
        for body in item.bodies:
            if body.agency is None and not body.is_collective:
                found[body.name].append(body)
    for name, bodies in found.items():
        lines = tuple(sorted({body.lines.first for body in bodies}))
        shown = [directory.name_of[key] for key in bodies[0].candidates]
        kind, words = about_name(name, directory, here)
        is_like = kind is DoubtKind.UNMATCHED_NAME and shown
        hint = f"名称相近的有：{listed(shown)}，仅供参考。" if is_like else ""
        where = f"（共{len(bodies)}处）" if len(bodies) > 1 else ""
        yield Doubt(kind, lines, f"“{name}”{where}{words}{hint}", name, bodies[0].candidates)


def about_name(name: str, directory: AgencyDirectory, here: HomePlace) -> tuple[DoubtKind, str]:
    """Return why a name does not identify exactly one body, and what to do."""
    meant = directory.meant(name, here)
    if directory.match(name) and not meant:
        where = f"文件由{here.words}印发" if here.words else "从文件看不出由哪个地方印发"
        words = f"与名录中的单位同名，但{where}，所指可能是另一个单位，请选择或新建单位。"
        return DoubtKind.OTHER_PLACE, words
    if len(meant) > 1:
        return DoubtKind.AMBIGUOUS_NAME, "在单位名录中对应不止一个单位，请选择。"
    return DoubtKind.UNMATCHED_NAME, "不在单位名录中，请选择名录中的单位或新建单位。"


def of_lists(at: int, lists: Iterable[PlacedList], *, is_continued: bool) -> Iterator[Doubt]:
    """Yield the doubts about the wording of an item's lists."""
    for placed in lists:
        one, where = placed.list, span(placed.list.lines)
        if not one.is_closed:
            sentence = f"责任单位“{short(one.words)}”的括号没有结束，请核对单位是否完整。"
            yield Doubt(DoubtKind.UNCLOSED_BRACKET, where, sentence, item=at)
        for words in one.dropped:
            sentence = f"责任单位中的“{short(words)}”读不出单位名称，请核对原文。"
            yield Doubt(DoubtKind.UNCLEAR_LIST, where, sentence, item=at)
        reason = _why_unsure(one)
        if reason:
            yield Doubt(DoubtKind.UNCLEAR_LIST, where, f"“{short(one.words)}”{reason}", item=at)
            continue
        for name in (name for name in one.names if not name.is_certain):
            sentence = f"“{name.name}”是从责任单位中拆分出来的，请确认它是一个单位的全名。"
            yield Doubt(DoubtKind.SPLIT_NAME, span(name.lines), sentence, name.name, item=at)
        if is_continued:
            sentence = "这一行的责任单位为空，暂按上一行的合并单元格读取，请确认。"
            yield Doubt(DoubtKind.CONTINUED_CELL, where, sentence, item=at)
            return


def _why_unsure(one: BodyList) -> str:
    """Return why a whole list is not certain; empty if it is."""
    is_unsure = not all(name.is_certain for name in one.names)
    reasons = (
        (one.after_gap, "之前有文字缺失，所属的条目须核对正式文件。"),
        (one.is_sentence and is_unsure, "写在正文中，请确认它是责任单位。"),
        (one.is_inside, "夹在句子中间，请确认它是责任单位。"),
        (one.is_between, "也可能属于它下面的条目，请确认。"),
        (one.is_heading and is_unsure, "是标题或表头，请确认它是其下各项的责任单位。"),
        (one.is_bare and is_unsure, "没有写明“负责”，请确认它是责任单位。"),
    )
    return next((words for holds, words in reasons if holds), "")


def of_twice(at: int, twice: Iterable[NamedTwice]) -> Iterator[Doubt]:
    for one in twice:
        sentence = f"“{one.name}”在同一份责任单位中出现两次，已只取第一次，请核对。"
        yield Doubt(DoubtKind.BODY_TWICE, span(one.lines), sentence, one.name, item=at)


def of_items(items: tuple[NoticeItem, ...], nodes: list[HeadingNode | None]) -> Iterator[Doubt]:
    if not items:
        words = "没有读出条目：文中没有带编号的标题，也没有责任单位，请在左侧选中文字逐条指定。"
        yield Doubt(DoubtKind.NOTHING_FOUND, (), words)
        return
    listed_in = [at for at, item in enumerate(items) if _has_own(item)]
    if not listed_in:
        yield from _of_none(items)
    for at, item in enumerate(items):
        if listed_in and not _has_own(item):
            yield _of_no_list(at, item, nodes[at])
    yield from _of_titles(items)
    for at, item in enumerate(items):
        yield from _of_item(at, item)


def _has_own(item: NoticeItem) -> bool:
    return any(body.basis is not RoleBasis.CLAUSE for body in item.bodies)


def _of_none(items: tuple[NoticeItem, ...]) -> Iterator[Doubt]:
    """Yield a doubt if no item has a list: the notice names nobody, or only for all items."""
    named = [body for item in items for body in item.bodies]
    if not named:
        sentence = "全文没有找到责任单位，条目按编号读取，请核对哪些是措施并指定责任单位。"
        yield Doubt(DoubtKind.NO_LIST, span(LineSpan.around(one.lines for one in items)), sentence)
        return
    names = listed(dict.fromkeys(body.name for body in named))
    sentence = (
        f"各条都没有单独列出责任单位，按统一规定读作{short(names)}，"
        "条目按编号读取，请核对哪些是措施。"
    )
    where = sorted({line for body in named for line in span(body.lines)})
    yield Doubt(DoubtKind.UNCLEAR_LIST, tuple(where), sentence)
    bare = [(at, item) for at, item in enumerate(items) if not item.bodies]
    for at, item in bare:
        yield _of_no_list(at, item, None)


def of_unread(rules: Iterable[UnreadRule], items: tuple[NoticeItem, ...]) -> Iterator[Doubt]:
    """Yield a doubt for each sentence that seems to name bodies, if other items have lists."""
    if not any(map(_has_own, items)):
        return
    for one in rules:
        sentence = f"“{short(one.words)}”像是写明了责任单位，没有读入，请核对。"
        yield Doubt(DoubtKind.UNCLEAR_LIST, span(one.lines), sentence)


def _of_no_list(at: int, item: NoticeItem, node: HeadingNode | None) -> Doubt:
    pointing = [placed.list for placed in node.lists if placed.list.same_as] if node else []
    said = _who_is_named(node)
    if pointing:
        one = pointing[0]
        words = f"的责任单位写作“{short(one.same_as)}”，指哪一条无法确定，请核对后补充"
        sentence, lines = f"{called(item)}{words}，或确认不设责任单位。", one.lines
    elif said:
        words, lines = f"有“{short(said[0])}”的句子，没有读作责任单位", said[1]
        sentence = f"{called(item)}{words}，请核对后补充，或确认不设责任单位。"
    else:
        sentence, lines = f"{called(item)}没有列出责任单位，请补充或确认不设责任单位。", item.lines
    return Doubt(DoubtKind.NO_LIST, span(lines), sentence, item=at)


def _who_is_named(node: HeadingNode | None) -> tuple[str, LineSpan] | None:
    """Return the last words like 由A牵头 in an item's text, with their lines; None without any."""
    passages = [*filter(None, [node.heading]), *node.passages()] if node is not None else []
    found = [(one, match) for one in passages for match in NAMES_WHO.finditer(one.text)]
    return next(((m[0], one.lines(m.start(), m.end())) for one, m in found[::-1]), None)


def _of_titles(items: tuple[NoticeItem, ...]) -> Iterator[Doubt]:
    bare = [item for item in items if not item.title and not item.text_lost]
    if bare:
        lines = tuple(item.lines.first for item in bare)
        sentence = f"有{len(bare)}个条目没有标题，请拟定简短的标题，原文不变。"
        yield Doubt(DoubtKind.NO_TITLE, lines, sentence)


def _of_item(at: int, item: NoticeItem) -> Iterator[Doubt]:
    where = span(item.lines)
    if item.text_lost and not item.title:
        sentence = f"{called(item)}的标题在原文中缺失，须从正式文件补齐。"
        yield Doubt(DoubtKind.NO_TITLE, where, sentence, item=at)
    if item.text_lost:
        sentence = f"{called(item)}的正文不完整，须从正式文件补齐。"
        yield Doubt(DoubtKind.LOST_TEXT, where, sentence, item=at)
    if item.deadline is not None and not item.deadline.is_clear:
        sentence = f"{called(item)}的时限“{item.deadline.text}”可有不同理解，请确定日期或改为长期。"
        yield Doubt(DoubtKind.UNCLEAR_DEADLINE, span(item.deadline.lines), sentence, item=at)
    yield from _of_roles(at, item)


def _of_roles(at: int, item: NoticeItem) -> Iterator[Doubt]:
    leads = {body.name for body in item.bodies if body.role is BodyRole.LEAD}
    others = {body.name for body in item.bodies if body.role is not BodyRole.LEAD}
    if len(leads) > 1 and item.lists == 1:
        names = listed(dict.fromkeys(b.name for b in item.bodies if b.role is BodyRole.LEAD))
        sentence = f"{called(item)}有多个牵头单位（{names}），系统只设一个，请确定由谁牵头。"
        yield Doubt(DoubtKind.ROLE_TWICE, span(item.lines), sentence, item=at)
    if item.lists > 1 and (len(leads) > 1 or leads & others or not item.label):
        sentence = f"{called(item)}有{item.lists}份责任单位，请确定合并后由谁牵头，或拆分为几条。"
        yield Doubt(DoubtKind.ROLE_TWICE, span(item.lines), sentence, item=at)


def of_chosen(chosen: Chosen, nodes: list[HeadingNode | None]) -> Iterator[Doubt]:
    places = {id(node): at for at, node in enumerate(nodes) if node is not None}
    for node in chosen.unnumbered:
        sentence = f"“{node.label}{node.title}”下没有分条，但带有责任单位，已单列为一条，请确认。"
        where = span(node.lines)
        yield Doubt(DoubtKind.UNNUMBERED, where, sentence, item=places.get(id(node)))
    for node in chosen.shared:
        sentence = f"“{node.title}”用的是所在部分统一列出的责任单位，请确认。"
        where = span(node.lines)
        yield Doubt(DoubtKind.SECTION_LIST, where, sentence, item=places.get(id(node)))


def of_unused(lists: Iterable[BodyList]) -> Iterator[Doubt]:
    for one in lists:
        sentence = f"“{short(one.words)}”没有归入任何条目，请核对它是哪些条目的责任单位。"
        yield Doubt(DoubtKind.UNCLEAR_LIST, span(one.lines), sentence)


def of_left(runs: Iterable[NumberRun]) -> Iterator[Doubt]:
    """Yield doubts about headings numbered like the items of other parts, but without bodies."""
    for run in runs:
        above = run.nodes[0].parent
        where = f"“{short(above.title)}”下" if above and above.title else ""
        yield _not_read(run.nodes, f"{where}有{len(run.nodes)}条与条目编号相同、但没有责任单位")


def of_said(nodes: Iterable[HeadingNode]) -> Iterator[Doubt]:
    """Yield doubts about headings that are no items although a sentence names who leads."""
    for _, group in groupby(nodes, key=lambda node: id(node.parent)):
        own = list(group)
        words = short(own[0].title) or "".join(node.label for node in own)
        more = f"等{len(own)}条" if own[0].title and len(own) > 1 else ""
        yield _not_read(own, f"“{words}”{more}在正文中写明由谁牵头或负责")


def _not_read(nodes: list[HeadingNode], words: str) -> Doubt:
    sentence = f"{words}，没有读作条目；是措施的，请在左侧选中后指定。"
    lines = span(LineSpan.around(node.lines for node in nodes))
    return Doubt(DoubtKind.COUNT_DIFFERS, lines, sentence)


def of_copies(damaged: Damaged, lines: int) -> Iterator[Doubt]:
    words = "原文由两份相同的文本交错而成，已按重复的句子和编号分开；缺失的部分须从正式文件补齐。"
    yield Doubt(DoubtKind.COPIES, (1, lines), words)
    for section in damaged.lost_sections:
        near = section.children[0].lines if section.children else LineSpan(1, lines)
        part = f"第{chinese_number(section.ordinal)}部分"
        words = f"{part}的标题在原文中缺失，其前后各条属于哪一部分须核对正式文件。"
        yield Doubt(DoubtKind.NO_SECTION_TITLE, span(near), words)
    for one in damaged.unplaced:
        where = span(LineSpan.around(passage.lines() for passage in one.passages))
        yield Doubt(DoubtKind.UNPLACED_TEXT, where, _unplaced(one.passages[0].text, one.items))


def of_second_copy(second: SecondCopy) -> Doubt:
    lines = (second.start + 1, *(at + 1 for at in second.others[:LINES_SHOWN]))
    other = "、".join(f"第{line}行" for line in lines[1:])
    more = f"，第二份中{other}{'等' if len(second.others) > LINES_SHOWN else ''}与第一份不同"
    sentence = f"第{lines[0]}行起是同一文件的第二份，只读了第一份{more if other else ''}，请核对。"
    return Doubt(DoubtKind.SECOND_COPY, lines, sentence)


def _unplaced(words: str, items: tuple[int, ...]) -> str:
    if not items:
        return f"“{short(words)}”属于哪一条无法确定，未编入任何一条，请核对正式文件。"
    if len(items) == 1:
        where = f"第{chinese_number(items[0])}条"
        return f"“{short(words)}”的归属按前后文推断，暂编入{where}，请核对正式文件。"
    between = f"第{chinese_number(items[0])}至{chinese_number(items[-1])}条"
    return f"“{short(words)}”可能属于{between}，未编入任何一条，请核对正式文件。"
