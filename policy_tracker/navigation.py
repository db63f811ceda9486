"""The menu, and the other data of the frame around every page: the notice, the person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.timezone import localdate

from agencies.contributions import pages_of_to_dos
from agencies.models import User
from agencies.permissions import Perm, Role
from agencies.todo.counts import UNREAD, waiting_in
from lib.http import address_of
from measures.chosen_notice import (
    NoticeChoice,
    choosing_address,
    named_on_page,
    offered_notices,
)


class MenuEntry(NamedTuple):
    label: str
    url: str
    current: bool
    pages: tuple["MenuEntry", ...] = ()  # the group's pages, if it has more than one
    waiting: int = 0  # how many things wait for the person there
    waits: str = ""  # what they are


class MenuPage(NamedTuple):
    label: str
    name: str
    perms: tuple[Perm, ...]
    also: tuple[str, ...] = ()  # prefixes of other addresses that belong to this page
    counts: str = "件待办"  # what waits there, for screen readers
    comes_and_goes: bool = False  # shown only while something waits there


class NoticeEntry(NamedTuple):
    """A notice that the frame offers to switch to."""

    label: str
    title: str
    url: str
    current: bool


class Frame(NamedTuple):
    notice_number: str = ""
    is_archived: bool = False
    notices: tuple[NoticeEntry, ...] = ()  # empty if there is nothing to choose
    page_notice: str = ""  # the number of the page's notice, if there are several
    is_demo: bool = False
    is_made_up: bool = False  # even the text of the notice is made up
    entries: tuple[MenuEntry, ...] = ()
    pages: tuple[MenuEntry, ...] = ()  # of the current group
    unread: int = 0
    waiting: Mapping[str, int] = {}  # how many things wait for the person, by the to-do's name
    role_label: str = ""
    agency_name: str = ""


# For everybody; a group of its own and the first.
TO_DO = MenuPage("今日待办", "agencies:todo", ())

# Pages to read, with the same names for everybody.
OVERVIEW = MenuPage(
    "总览",
    "reports:overview",
    (Perm.READ,),
    ("/measures/", "/indicators/", "/targets/", "/values/", "/overrides/"),
)
UNITS = MenuPage("措施与单位", "reports:matrix", (Perm.READ,), ("/agencies/", "/status/"))
DATES = MenuPage("节点与期限", "reports:dates", (Perm.READ,))
TRENDS = MenuPage("指标与趋势", "reports:trends", (Perm.READ,), ("/compare/",))
INSTRUCTIONS = MenuPage(
    "批示",
    "measures:instructions",
    (Perm.INSTRUCT, Perm.READ_UNACCEPTED, Perm.FILE, Perm.APPROVE_IN_AGENCY),
)

DECISIONS = MenuPage(
    "等您定的事", "measures:decisions", (Perm.INSTRUCT, Perm.DECIDE), counts="件等您定"
)
COORDINATION = MenuPage("需协调事项", "measures:coordination", INSTRUCTIONS.perms)

# Groups of pages. A person sees at most six groups: those with a page that they may open,
# each under the name of its first page. Of two with the same name, the first such one is shown.
READING: tuple[tuple[MenuPage, ...], ...] = (
    (OVERVIEW, UNITS, DATES, TRENDS, INSTRUCTIONS, COORDINATION, DECISIONS),
)
# A leader reads, decides and instructs: the same pages as in READING, split into groups.
LEADING: tuple[tuple[MenuPage, ...], ...] = (
    (OVERVIEW,),
    (UNITS, DATES),
    (TRENDS,),
    (DECISIONS, COORDINATION, INSTRUCTIONS),
)
WORKING: tuple[tuple[MenuPage, ...], ...] = (
    (
        MenuPage(
            "本期应报",
            "measures:my_filings",
            (Perm.FILE, Perm.APPROVE_IN_AGENCY),
            counts="项待办",
        ),
        MenuPage("Excel填报", "measures:filing_sheets", (Perm.FILE,), ("/sheets/",)),
        MenuPage("本单位异议", "measures:objections", (Perm.FILE, Perm.APPROVE_IN_AGENCY)),
        MenuPage("减负账", "reports:burden", (Perm.FILE, Perm.APPROVE_IN_AGENCY)),
        MenuPage("催报记录", "measures:chases", (Perm.FILE, Perm.APPROVE_IN_AGENCY)),
    ),
    (
        MenuPage(
            "审核", "measures:reviews", (Perm.REVIEW, Perm.APPROVE_IN_AGENCY), counts="项待审核"
        ),
        MenuPage("审批", "measures:approvals", (Perm.DECIDE, Perm.REVIEW), counts="件待审批"),
        MenuPage("异议", "measures:objections", (Perm.REVIEW, Perm.DECIDE)),
        MenuPage("催报记录", "measures:chases", (Perm.CHASE,)),
        MenuPage("工作台账", "measures:status_sheets", (Perm.UPDATE_STATUS,), ("/sheets/",)),
    ),
    # Filings that no coordinator may review.
    (MenuPage("审核", "measures:reviews", (Perm.DECIDE,), counts="项待审核", comes_and_goes=True),),
    (
        MenuPage("填报期", "measures:periods", (Perm.KEEP_PERIODS,)),
        MenuPage("工作日历", "measures:calendar", (Perm.KEEP_PERIODS,)),
        MenuPage("预警参数", "measures:thresholds", (Perm.READ_UNACCEPTED,)),
        MenuPage("减负账", "reports:burden", (Perm.READ_UNACCEPTED,)),
        MenuPage("催报阶梯", "measures:ladder", (Perm.CHASE,)),
        MenuPage("原文核对", "measures:gaps", (Perm.READ_UNACCEPTED,)),
        MenuPage(
            "修订",
            "measures:revisions",
            (Perm.READ_UNACCEPTED,),
            ("/notice-changes/", "/sections/"),
        ),
        MenuPage("文件导入", "measures:intake", (Perm.KEEP_NOTICE,), counts="份草稿"),
        MenuPage("上下位文件", "measures:documents", (Perm.READ_UNACCEPTED,), ("/clause-links/",)),
        MenuPage("全部文件", "reports:notices", (Perm.KEEP_NOTICE,)),
    ),
    (
        MenuPage("报告", "reports:list", (Perm.DECIDE, Perm.APPROVE_IN_AGENCY), counts="件待签发"),
        MenuPage("报告", "reports:list", (Perm.ASK_REPORT, Perm.FILE), counts="件待送审"),
    ),
    (
        MenuPage("账号", "agencies:accounts", (Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS)),
        MenuPage("审计", "agencies:audit", (Perm.READ_AUDIT,)),
        MenuPage("审计封存", "agencies:audit_seals", (Perm.READ_SEALS,), counts="处与封存时不符"),
        MenuPage("管理员账号", "agencies:admins", (Perm.KEEP_ADMINS,)),
        MenuPage("外发记录", "agencies:outbox", (Perm.KEEP_OUTBOX,), counts="件没有送达"),
        MenuPage("系统状态", "watch:status", (Perm.KEEP_SYSTEM,)),
        MenuPage("备份", "backups:list", (Perm.KEEP_SYSTEM,)),
    ),
)

COMING_AND_GOING = {page.name for group in WORKING for page in group if page.comes_and_goes}


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: one query for the notice, one for the person's to-dos.

    `on` is today, used by nearly every page; a page about another day passes its own.
    """
    choice = offered_notices(request)
    chosen, is_demo = choice.chosen, choice.is_demo
    number = chosen.number if chosen else ""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame(number, is_demo=is_demo), "on": localdate()}
    on = localdate()
    waiting = waiting_in(request, user, on=on)
    counts: Counter[str] = Counter()
    for name in filter(waiting.get, pages_of_to_dos()):
        counts[pages_of_to_dos()[name]] += waiting[name]
        counts[TO_DO.name] += waiting[name]
    first = user.current_memberships[0] if user.current_memberships else None
    entries = entries_for(user, request.path, counts=counts)
    return {
        "frame": Frame(
            notice_number=number if user.can(Perm.READ) else "",
            is_archived=chosen is not None and chosen.is_archived,
            notices=_notices(choice, request.path) if user.can(Perm.READ) else (),
            page_notice=named_on_page(request) if user.can(Perm.READ) else "",
            is_demo=is_demo,
            is_made_up=chosen is not None and chosen.is_made_up,
            entries=entries,
            pages=next((entry.pages for entry in entries if entry.current), ()),
            unread=waiting[UNREAD],
            waiting=waiting,
            role_label=Role(first.role).label if first else "尚未授予角色",
            agency_name=first.agency.short_name if first else "",
        ),
        "on": on,
    }


def _notices(choice: NoticeChoice, path: str) -> tuple[NoticeEntry, ...]:
    """Return the notices to switch to; switching keeps a page of the menu, else opens 总览."""
    if not choice.has_several:
        return ()
    page = path if path in _own_addresses() else address_of(OVERVIEW.name)
    return tuple(
        NoticeEntry(one.number, one.title, choosing_address(page, one.pk), one == choice.chosen)
        for one in choice.offered
    )


@cache
def _own_addresses() -> frozenset[str]:
    groups = (*READING, *WORKING, (TO_DO,))
    return frozenset(address_of(page.name) for group in groups for page in group)


def entries_for(
    user: User, path: str, *, counts: Mapping[str, int] | None = None
) -> tuple[MenuEntry, ...]:
    """Return the groups a person may open; `counts`: how many things wait, by page name."""
    counts = counts or {}
    busy = frozenset(filter(counts.get, COMING_AND_GOING))
    groups, grounds = _groups(user.granted, bool(user.current_memberships), busy)
    here = next((page for start, page in grounds if path.startswith(start)), None)
    return tuple(_entry(group, here, counts) for group in groups)


@lru_cache(maxsize=200)
def _groups(
    granted: frozenset[Perm], has_posts: bool, busy: frozenset[str]
) -> tuple[list[list[MenuPage]], list[tuple[str, MenuPage]]]:
    """Return the groups, and the prefixes of addresses with their page, the longest first."""
    reading = LEADING if Perm.INSTRUCT in granted else READING
    groups = [[TO_DO]] if has_posts else []
    shown: set[tuple[str, str]] = set()
    for group in (*reading, *WORKING):
        groups.append([])
        for page in group:
            comes = page.name in busy or not page.comes_and_goes
            if comes and (page.label, page.name) not in shown and granted.intersection(page.perms):
                shown.add((page.label, page.name))
                groups[-1].append(page)
    pages = [page for group in groups for page in group]
    grounds = [(start, page) for page in pages for start in (address_of(page.name), *page.also)]
    grounds.sort(key=lambda one: -len(one[0]))
    return [group for group in groups if group], grounds


def _entry(
    group: Sequence[MenuPage], here: MenuPage | None, counts: Mapping[str, int]
) -> MenuEntry:
    pages = tuple(
        MenuEntry(
            page.label,
            address_of(page.name),
            page is here,
            (),
            counts.get(page.name, 0),
            page.counts,
        )
        for page in group
    )
    first = pages[0]
    more = pages if len(pages) > 1 else ()
    return MenuEntry(first.label, first.url, here in group, more, first.waiting, first.waits)
