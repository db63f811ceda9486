"""What the frame around every page needs: the notice, the entries, the person."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from django.db.models import CharField, Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Message, User
from agencies.permissions import Perm
from measures.approvals.kinds import KINDS
from measures.models import Filing, Notice
from reports.models import Report

UNREAD, REQUESTS, DRAFTS = "unread", "requests", "drafts"
APPROVALS, DEBTS = "approvals", "debts"


class MenuEntry(NamedTuple):
    label: str
    url: str
    current: bool
    pages: tuple["MenuEntry", ...] = ()  # the group's pages, where it has more than one
    waiting: int = 0  # how much waits for the person behind it
    waits: str = ""  # what that is


class MenuPage(NamedTuple):
    label: str
    name: str
    perms: tuple[Perm, ...]
    also: tuple[str, ...] = ()  # addresses below which one is on this page's ground
    counts: str = ""  # what waits behind it, as a screen reader says it; empty: not told


class Frame(NamedTuple):
    notice_number: str = ""
    is_demo: bool = False
    entries: tuple[MenuEntry, ...] = ()
    pages: tuple[MenuEntry, ...] = ()  # of the group one is in
    unread: int = 0
    waiting: int = 0  # requests that wait for the person's word
    drafts: int = 0  # documents that wait for the person's signature
    role_label: str = ""
    agency_name: str = ""


# What is read, in the same words for everybody.
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

# Groups of pages. A person sees those groups of which they may open a page, at most six, each
# under the name of its first page.
READING: tuple[tuple[MenuPage, ...], ...] = ((OVERVIEW, UNITS, DATES, TRENDS, INSTRUCTIONS),)
# A leader reads and instructs: what is one group for who also files or reviews is all there is.
LEADING: tuple[tuple[MenuPage, ...], ...] = (
    (OVERVIEW,),
    (UNITS, DATES),
    (TRENDS,),
    (INSTRUCTIONS,),
)
WORKING: tuple[tuple[MenuPage, ...], ...] = (
    (
        MenuPage(
            "本期应报",
            "measures:my_filings",
            (Perm.FILE, Perm.APPROVE_IN_AGENCY),
            counts="项往期欠报",
        ),
        MenuPage("Excel填报", "measures:filing_sheets", (Perm.FILE,), ("/sheets/",)),
        MenuPage("本单位异议", "measures:objections", (Perm.FILE, Perm.APPROVE_IN_AGENCY)),
    ),
    (
        MenuPage(
            "审核", "measures:reviews", (Perm.REVIEW, Perm.APPROVE_IN_AGENCY), counts="项待审核"
        ),
        MenuPage("审批", "measures:approvals", (Perm.DECIDE, Perm.REVIEW), counts="件待审批"),
        MenuPage("异议", "measures:objections", (Perm.REVIEW, Perm.DECIDE)),
        MenuPage("工作台账", "measures:status_sheets", (Perm.UPDATE_STATUS,), ("/sheets/",)),
    ),
    (
        MenuPage("填报期", "measures:periods", (Perm.KEEP_PERIODS,)),
        MenuPage("工作日历", "measures:calendar", (Perm.KEEP_PERIODS,)),
        MenuPage("预警参数", "measures:thresholds", (Perm.READ_UNACCEPTED,)),
        MenuPage("原文核对", "measures:gaps", (Perm.READ_UNACCEPTED,)),
    ),
    (
        MenuPage(
            "报告",
            "reports:list",
            (Perm.ASK_REPORT, Perm.FILE, Perm.APPROVE_IN_AGENCY),
            counts="件待签发",
        ),
    ),
    (
        MenuPage("账号", "agencies:accounts", (Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS)),
        MenuPage("审计", "agencies:audit", (Perm.READ_AUDIT,)),
        MenuPage("管理员账号", "agencies:admins", (Perm.KEEP_ADMINS,)),
    ),
)


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor: one query for the notice, one for what waits for the person.

    `on` is today, which nearly every page names; a page about another day passes its own.
    """
    notice = Notice.objects.only("number", "demonstrated_at").first()
    number = notice.number if notice else ""
    is_demo = bool(notice and notice.demonstrated_at)
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame(number, is_demo), "on": localdate()}
    waiting = waiting_for(user)
    counts = {
        "measures:approvals": waiting[REQUESTS],
        "measures:reviews": waiting[APPROVALS],
        "measures:my_filings": waiting[DEBTS],
        "reports:list": waiting[DRAFTS],
    }
    first = user.current_memberships[0] if user.current_memberships else None
    entries = entries_for(user, request.path, counts=counts)
    return {
        "frame": Frame(
            notice_number=number if user.can(Perm.READ) else "",
            is_demo=is_demo,
            entries=entries,
            pages=next((entry.pages for entry in entries if entry.current), ()),
            unread=waiting[UNREAD],
            waiting=waiting[REQUESTS],
            drafts=waiting[DRAFTS],
            role_label=first.get_role_display() if first else "尚未授予角色",
            agency_name=first.agency.short_name if first else "",
        ),
        "on": localdate(),
    }


def waiting_for(user: User) -> Counter[str]:
    """How much waits for a person, by what it is: one query for all of it, on every page."""
    parts = [_count(UNREAD, Message.objects.to(user).unread())]
    if user.can(Perm.DECIDE):
        parts += [_count(REQUESTS, kind.model.objects.open()) for kind in KINDS.values()]
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    if headed or user.can(Perm.DECIDE):
        parts.append(_count(DRAFTS, Report.objects.awaiting_word_of(user)))
    if headed and not user.can(Perm.REVIEW):
        parts.append(_count(APPROVALS, Filing.objects.awaiting_approval(headed)))
    if own := user.own_agencies():
        owed = Filing.objects.earlier_debts(on=localdate()).owed_by(own)
        parts.append(_count(DEBTS, owed))
    found: Counter[str] = Counter()
    for what, number in parts[0].union(*parts[1:], all=True):
        found[what] += number
    return found


def _count(what: str, rows: QuerySet) -> QuerySet:
    named = rows.order_by().annotate(what=Value(what, output_field=CharField()))
    return named.values("what").annotate(number=Count("pk")).values_list("what", "number")


def entries_for(
    user: User, path: str, *, counts: Mapping[str, int] | None = None
) -> tuple[MenuEntry, ...]:
    """The groups a person may open; `counts`: how much waits, by the name of a page."""
    may = user.can_anywhere
    reading = LEADING if user.can(Perm.INSTRUCT) else READING
    groups = [
        [page for page in group if any(map(may, page.perms))] for group in (*reading, *WORKING)
    ]
    here = _nearest([page for group in groups for page in group], path)
    return tuple(_entry(group, here, counts or {}) for group in groups if group)


@cache
def _address(name: str) -> str:
    """Where a page of the frame is: asked some forty times for each page that is shown."""
    return reverse(name)


def _nearest(pages: list[MenuPage], path: str) -> MenuPage | None:
    grounds = [(start, page) for page in pages for start in (_address(page.name), *page.also)]
    found = [(len(start), page) for start, page in grounds if path.startswith(start)]
    return max(found, default=(0, None), key=lambda one: one[0])[1]


def _entry(group: list[MenuPage], here: MenuPage | None, counts: Mapping[str, int]) -> MenuEntry:
    pages = tuple(
        MenuEntry(
            page.label, _address(page.name), page is here, (), counts.get(page.name, 0), page.counts
        )
        for page in group
    )
    first = pages[0]
    more = pages if len(pages) > 1 else ()
    return MenuEntry(first.label, first.url, here in group, more, first.waiting, first.waits)
