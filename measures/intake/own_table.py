"""Compares the items of the text with the notice's own table. Pure.

Rows match items by title. The text takes precedence; the table fills in what it lacks.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lib.chinese import listed
from measures.intake.directory import plain_name
from measures.intake.doubts import called, span
from measures.intake.numbering import marker_of
from measures.intake.tables import TableRow, TaskTable
from measures.intake.values import (
    BodyRole,
    Deadline,
    Doubt,
    DoubtKind,
    NamedBody,
    NoticeItem,
    RoleBasis,
)

NAMES_SHOWN = 6
_ROLE_WORDS = {
    BodyRole.LEAD: "牵头",
    BodyRole.JOINT_LEAD: "并列牵头",
    BodyRole.RESPONSIBLE: "责任",
    BodyRole.SUPPORT: "配合",
    BodyRole.GUIDE: "指导",
    BodyRole.JOIN: "参与",
}


@dataclass(frozen=True)
class TableEntry:
    """The table row of an item, with its bodies and its date."""

    row: TableRow
    bodies: tuple[NamedBody, ...]
    deadline: Deadline | None


@dataclass(frozen=True)
class OwnTable:
    """A table beside items from the text, with the rows of each item by its position."""

    table: TaskTable
    rows: dict[int, list[TableRow]]

    def row_of(self, at: int) -> TableRow | None:
        """Return the only row of an item; None if it has no row or several."""
        rows = self.rows.get(at, [])
        return rows[0] if len(rows) == 1 else None

    def is_numbered_like(self, items: tuple[NoticeItem, ...]) -> bool:
        """Whether the rows have the numbers of their items: a table of key tasks skips some."""
        pairs = [(items[at].ordinal, row) for at, rows in self.rows.items() for row in rows]
        is_whole = len({id(row) for _, row in pairs}) == len(self.table.rows)
        return is_whole and all(row.ordinal in (None, number) for number, row in pairs)

    def without_item(self) -> list[TableRow]:
        known = {id(row) for rows in self.rows.values() for row in rows}
        return [row for row in self.table.rows if id(row) not in known]


def own_table(table: TaskTable, items: tuple[NoticeItem, ...]) -> OwnTable:
    """Return the rows of each item: by title, else by the field that a row belongs to."""
    by_title: dict[str, list[TableRow]] = defaultdict(list)
    by_field: dict[str, list[TableRow]] = defaultdict(list)
    for row in table.rows:
        by_title[_title_of(row)].append(row)
        for field in row.path[-1:]:
            by_field[_key(field)].append(row)
    titles = [_key(item.title) for item in items]
    rows: dict[int, list[TableRow]] = {}
    for at, (item, title) in enumerate(zip(items, titles, strict=True)):
        found = (by_title.get(title) or by_field.get(title) or []) if title else []
        if titles.count(title) > 1:  # two items with one title: the number decides
            found = [row for row in found if row.ordinal == item.ordinal]
        if found:
            rows[at] = found
    return OwnTable(table, rows)


def _title_of(row: TableRow) -> str:
    """Return the title of a row, or the beginning of its text in a single content column."""
    words = row.title or (row.text.text if row.text is not None else "")
    marker = marker_of(words)
    return _key(re.split("[。\n]", words[marker.end :] if marker else words)[0])


def _key(title: str) -> str:
    return re.sub(r"\s", "", title)


def filled(item: NoticeItem, entry: TableEntry, *, is_bare: bool) -> NoticeItem:
    """Return the item completed by the table; `is_bare`: its lists name bodies without roles."""
    deadline = item.deadline
    if _lacks_day(deadline, entry.deadline):
        deadline = entry.deadline
    return replace(
        item,
        bodies=_filled_bodies(item, entry, is_bare=is_bare),
        deadline=deadline,
        deadlines=(*item.deadlines, deadline)
        if deadline and deadline is not item.deadline
        else item.deadlines,
    )


def _filled_bodies(item: NoticeItem, entry: TableEntry, *, is_bare: bool) -> tuple[NamedBody, ...]:
    own = _own(item)
    clauses = [body for body in item.bodies if body.basis is RoleBasis.CLAUSE]
    theirs = {_who(body): body for body in entry.bodies}
    if not own:
        rest = [body for body in clauses if _who(body) not in theirs]
        return (*theirs.values(), *rest)
    if list(_differing_roles(item, entry, is_bare=is_bare)) or _missing(own, entry.bodies):
        return item.bodies
    bodies = [_with_role(body, theirs.get(_who(body))) for body in own]
    if all(body.role is BodyRole.LEAD for body in own):  # it does not name supporting bodies
        names = {_who(body) for body in own}
        bodies += [one for who, one in theirs.items() if who not in names and _is_beside(one)]
    return (*bodies, *clauses)


def _with_role(body: NamedBody, entry: NamedBody | None) -> NamedBody:
    """Return the body with the role of its column, if the text has none."""
    if entry is None or not _says_role(entry) or (_says_role(body) and body.role == entry.role):
        return body
    return replace(body, role=entry.role, basis=RoleBasis.TABLE, by_rule=False)


def _is_beside(body: NamedBody) -> bool:
    return body.role in (BodyRole.SUPPORT, BodyRole.JOIN, BodyRole.GUIDE)


def _says_role(body: NamedBody) -> bool:
    by_custom = body.basis is RoleBasis.FIRST_NAMED and not body.by_rule
    return body.role is not BodyRole.RESPONSIBLE and not by_custom


def _own(item: NoticeItem) -> list[NamedBody]:
    return [body for body in item.bodies if body.basis is not RoleBasis.CLAUSE]


def _who(body: NamedBody) -> str:
    return body.agency or plain_name(body.name)


def _missing(some: Iterable[NamedBody], others: Iterable[NamedBody]) -> list[str]:
    """Return the names in `some` that `others` lack."""
    known = {_who(body) for body in others}
    return sorted({body.name for body in some if _who(body) not in known})


def _differing_roles(item: NoticeItem, entry: TableEntry, *, is_bare: bool) -> Iterator[str]:
    own = {_who(body): body for body in reversed(_own(item))}
    first = _who(_own(item)[0]) if own else ""
    has_lead = any(body.role is BodyRole.LEAD and _says_role(body) for body in own.values())
    for body in entry.bodies:
        mine = own.get(_who(body))
        if mine is None or not _says_role(body) or mine.role is body.role:
            continue
        leads = body.role is BodyRole.LEAD and _who(body) == first and not has_lead
        beside = is_bare and mine.role is BodyRole.RESPONSIBLE and _is_beside(body)
        if _says_role(mine) or not (leads or beside):
            mine_words, words = _ROLE_WORDS[mine.role], _ROLE_WORDS[body.role]
            yield f"{body.name}正文为{mine_words}、表中为{words}"


def _lacks_day(own: Deadline | None, theirs: Deadline | None) -> bool:
    if theirs is None or own is None:
        return own is None
    return own.on is None and not own.is_ongoing and theirs.on is not None and _agree(own, theirs)


def _agree(own: Deadline, theirs: Deadline) -> bool:
    """Whether two deadlines agree: the same day, or the same year if one has only that."""
    if own.on and theirs.on:
        return own.on == theirs.on
    on, words = (own.on, theirs) if own.on else (theirs.on, own)
    if on is not None:
        return not words.is_ongoing and str(on.year) in words.text
    years = [re.findall(r"20\d\d", one.text) for one in (own, theirs)]
    return own.is_ongoing == theirs.is_ongoing and years[0] == years[1]


def of_row(at: int, item: NoticeItem, entry: TableEntry, *, is_bare: bool) -> Iterator[Doubt]:
    """Yield the doubt about an item whose row differs; `item`: as in the text."""
    kept = filled(item, entry, is_bare=is_bare)
    more = _missing(entry.bodies, _own(kept))
    missing = _missing(_own(item), entry.bodies) if entry.bodies else []
    parts = [_difference(more, missing)] if more or missing else []
    parts += _differing_roles(item, entry, is_bare=is_bare)
    heads = ["责任单位"] if parts else []
    own, theirs = item.deadline, entry.deadline
    if own is not None and theirs is not None and not _agree(own, theirs):
        heads.append("时限")
        parts.append(f"时限正文为“{own.text}”、表中为“{theirs.text}”")
    if parts:
        yield replace(
            _doubt(at, item, "和".join(heads), "，".join(parts), [entry.row]),
            bodies=entry.bodies,
            deadline=theirs,
        )


def of_rows(
    at: int, item: NoticeItem, rows: list[TableRow], bodies: list[NamedBody]
) -> Iterator[Doubt]:
    """Yield the doubt about an item with several rows; only their bodies are compared."""
    own = _own(item)
    more, missing = _missing(bodies, own), _missing(own, bodies)
    if bodies and (more or missing):
        yield _doubt(at, item, "责任单位", _difference(more, missing), rows)


def _doubt(at: int, item: NoticeItem, what: str, words: str, rows: list[TableRow]) -> Doubt:
    sentence = f"{called(item)}的{what}与任务分解表不一致：{words}，请核对。"
    lines = (*span(item.lines), _line_of(rows))
    return Doubt(DoubtKind.TABLE_DISAGREES, lines, sentence, item=at)


def _line_of(rows: list[TableRow]) -> int:
    """Return the first line that names a body of the rows, else their first line."""
    named = [name.lines.first for row in rows for one in row.lists for name in one.names]
    return min(named or [row.passage.lines().first for row in rows])


def of_lost_rows(own: OwnTable) -> Iterator[Doubt]:
    """Yield the doubt about rows without an item, in a table whose other rows have one."""
    lost = own.without_item()
    if lost:
        titles = [f"“{_title_of(row)[:20]}”" for row in lost]
        sentence = f"任务分解表中的{_some(titles)}没有标题相同的条目，表中内容没有读入，请核对。"
        lines = tuple(row.passage.lines().first for row in lost)
        yield Doubt(DoubtKind.TABLE_DISAGREES, lines, sentence)


def _difference(more: list[str], missing: list[str]) -> str:
    words = [f"表中另有{_some(more)}"] if more else []
    return "，".join([*words, f"表中没有{_some(missing)}"] if missing else words)


def _some(names: list[str]) -> str:
    more = f"等{len(names)}个" if len(names) > NAMES_SHOWN else ""
    return listed(names[:NAMES_SHOWN]) + more
