"""The content of 今日待办: one list per to-do, long ones folded; its lines come from one query."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, IntegerField, QuerySet, Value
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from agencies.choices import ToDoGroup
from agencies.contributions import (
    Found,
    SideBlock,
    ToDo,
    ToDoLine,
    beside_to_dos,
    to_dos_for,
    working_days,
)
from agencies.models import User
from agencies.permissions import Role
from agencies.statements import (
    SOMEBODY,
    Posts,
    own_id,
    planned_with_own,
    posts_of,
    stand_in,
    types_of,
)
from agencies.todo.counts import waiting_for, waiting_in
from lib.http import UserRequest, address_of
from lib.prepared import Prepared, prepared
from lib.workdays import Calendar, workdays_between

SHOWN = 5  # lines of a list that are not folded; one more if it is the last
READ = 20  # lines of a list that are loaded; the rest is only on the list's own page
# The text of an empty page by the person's first role: when something will appear here.
EMPTY = {
    Role.COORDINATOR: "没有待审核、逾期、退回、待核对的事项，也没有失败的任务。",
    Role.CHIEF: "没有等您审批、签发、答复的事项，也没有单位逾期未报。",
    Role.LIAISON: "本单位没有待填报、逾期、退回的进展，也没有待答复的批示。",
    Role.AGENCY_HEAD: "没有等您审核、签发、答复的事项；本单位的填报由联络员办理。",
    Role.LEADER: "您的批示没有逾期的，也没有等您办结的。",
    Role.SYSTEM_ADMIN: "没有一次性密码过期、需要重置的账号。",
    Role.SECURITY_ADMIN: "没有锁定的账号，也没有尚未授予角色的人员。",
    Role.AUDITOR: "没有等您核实的管理员账号申请；操作记录在“审计”里查看。",
}
NO_ROLE = "您目前没有角色，工作需要的，请联系安全管理员授予角色。"


class ShownLine(NamedTuple):
    told: ToDoLine
    number: int
    when: str
    is_urgent: bool


class FoldedLines(NamedTuple):
    name: str
    lines: list[ShownLine]
    unread: int = 0  # how many more are only on the list's own page
    notice: str = ""  # the notice of these lines, if there are several notices

    @property
    def number(self) -> int:
        return self.unread + sum(line.number for line in self.lines)

    @property
    def whom(self) -> str:
        """Names of the people or agencies that must act."""
        names = list(dict.fromkeys(line.told.whom for line in self.lines if line.told.whom))
        names = [name for name in names if name not in self.name]
        return "、".join(names[:2]) + ("等" if len(names) > 2 or self.unread else "")


class ToDoList(NamedTuple):
    """The lines of one to-do; all after the first few, and those of older periods, are folded."""

    to_do: ToDo
    lines: list[ShownLine]
    folds: list[FoldedLines]
    total: int
    url: str  # the address of the whole list

    @property
    def parted(self) -> set[str]:
        """The notices whose lines are split into parts."""
        lines = [*self.lines, *(line for fold in self.folds for line in fold.lines)]
        return {line.told.notice for line in lines if line.told.part}


class ToDoBlock(NamedTuple):
    group: ToDoGroup
    lists: list[ToDoList]

    @property
    def total(self) -> int:
        return sum(one.total for one in self.lists)


class ToDoPage(NamedTuple):
    blocks: list[ToDoBlock]
    beside: list[SideBlock]
    empty: str  # the text if there are no to-dos

    @property
    def total(self) -> int:
        return sum(block.total for block in self.blocks)


def to_do_page(user: User, *, on: date, counts: Mapping[str, int] | None = None) -> ToDoPage:
    """Return the to-dos of a person; `counts`: their numbers, if already known.

    One query besides the calendar and the column at the side.
    """
    calendar = working_days()
    counts = waiting_for(user, on=on) if counts is None else counts
    # Query only kinds with a count: planning a kind takes longer than finding it empty.
    to_dos = [one for one in to_dos_for(user) if counts[one.name]]
    rows = _found(to_dos, user, on)
    found = [one for one in to_dos if rows[one.name]]
    blocks = []
    for group, of in groupby(found, key=lambda one: one.group):
        lists: list[ToDoList] = []
        for one in of:
            begun = {notice for before in lists for notice in before.parted}
            lists.append(_list(one, rows[one.name], counts[one.name], user, on, calendar, begun))
        blocks.append(ToDoBlock(group, lists))
    first = user.current_memberships[0].role if user.current_memberships else None
    empty = EMPTY[Role(first)] if first else NO_ROLE
    return ToDoPage(blocks, beside_to_dos(user, on=on, calendar=calendar), empty)


Row = tuple[int, dict[str, Any]]  # number of rows, facts


def _found(to_dos: Iterable[ToDo], user: User, on: date) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    names = tuple(one.name for one in to_dos)
    if names:
        posts, agencies = posts_of(user)
        asked = _statement(names, posts, on, own_id(user))
        for name, number, facts in asked.rows([user.pk, *agencies]):
            found[name].append((number, json.loads(facts)))
    return found


@planned_with_own
def _statement(names: tuple[str, ...], posts: Posts, on: date, own: int) -> Prepared:
    """The statement for the lines of some to-dos, for holders of these posts."""
    user = stand_in(posts, person=SOMEBODY, own=own)
    known = {one.name: one for one in to_dos_for(user)}
    parts = [_rows(known[name], known[name].rows(user, on)) for name in names]
    return prepared(parts[0].union(*parts[1:], all=True), *types_of(posts))


def _rows(to_do: ToDo, rows: QuerySet) -> QuerySet:
    """Return a query for the lines of a to-do: of each its number of rows and its facts."""
    # An annotation must not have the name of a model's field.
    name = Value(to_do.name, output_field=CharField())
    columns = ("to_do_name", "to_do_count", "to_do_facts")
    number: Any = Count("pk")
    if to_do.by:
        due: Any = to_do.facts.get("due_on", F(to_do.by[0]))
        each = rows.order_by().values(*to_do.by).alias(to_do_due=due)
        order = ("-to_do_due" if to_do.newest_first else "to_do_due", *to_do.by)
    else:  # get the facts only of the lines that are loaded, not of thousands
        each = rows.model._default_manager.filter(pk__in=rows.values("pk")[:READ])
        number, order = Value(1, output_field=IntegerField()), ("pk",)
    told = each.annotate(to_do_name=name, to_do_count=number, to_do_facts=JSONObject(**to_do.facts))
    return told.order_by(*order).values_list(*columns)[:READ]


def _list(
    to_do: ToDo,
    rows: list[Row],
    waiting: int,
    user: User,
    on: date,
    calendar: Calendar,
    begun: Set[str],
) -> ToDoList:
    """Lay out a list. `waiting`: its number of rows.

    `begun`: notices whose newest part is in an earlier list.
    """
    lines = sorted(
        (_line(to_do, Found(facts, count, user, on), calendar) for count, facts in rows),
        key=_newest_first if to_do.newest_first else _by_age,
    )
    # Only the newest part of each notice is not folded; the others are older.
    newest = dict.fromkeys(begun, "")
    first: list[ShownLine] = []
    parts: defaultdict[tuple[str, str], list[ShownLine]] = defaultdict(list)
    for line in lines:
        notice, part = line.told.notice, line.told.part
        is_open = not part or newest.setdefault(notice, part) == part
        (first if is_open else parts[notice, part]).append(line)
    cut = SHOWN if len(first) > SHOWN + 1 else SHOWN + 1
    folds = [FoldedLines("其余", first[cut:])] if first[cut:] else []
    folds += [FoldedLines(part, of, notice=notice) for (notice, part), of in parts.items()]
    read = sum(line.number for line in lines)
    total = max(waiting, read) if len(lines) == READ else read
    if total > read:
        folds[-1] = folds[-1]._replace(unread=total - read)
    url = address_of(to_do.page) + to_do.query
    return ToDoList(to_do, first[:cut], folds, total, url)


def _line(to_do: ToDo, found: Found, calendar: Calendar) -> ShownLine:
    told, on = to_do.line(found), found.on
    is_today = told.due == on
    when = _when(told, on, calendar)
    return ShownLine(told, found.number, when, told.is_urgent or is_today)


def _by_age(line: ShownLine) -> tuple[date, int, int, str]:
    told = line.told
    return told.due or told.since or date.max, -line.number, told.order, told.label


def _newest_first(line: ShownLine) -> tuple[int, int, int, str]:
    day, number, order, label = _by_age(line)
    return -day.toordinal(), number, order, label


def _when(told: ToDoLine, on: date, calendar: Calendar) -> str:
    if told.due and told.due >= on:
        return "今天到期" if told.due == on else f"{_short(told.due, on)} 到期"
    day = told.due or told.since
    if day is None:
        return ""
    word = "到期" if told.due else told.word
    days = workdays_between(day, on, calendar)
    return f"{_short(day, on)} {word}，{days}个工作日" if days else f"今天{word}"


def _short(day: date, on: date) -> str:
    return f"{day:%m-%d}" if day.year == on.year else f"{day:%Y-%m-%d}"


@require_safe
def to_do(request: UserRequest) -> HttpResponse:
    on = localdate()
    counts = waiting_in(request, request.user, on=on)
    found = to_do_page(request.user, on=on, counts=counts)
    return render(request, "agencies/todo/page.html", {"found": found, "at": now()})
