"""Which notice pages show: that of the URL, else the one the person chose, else the first one.

Only choosing changes a person's choice; opening an object of another notice does not.
"""

from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from agencies.models import User
from agencies.permissions import Perm
from lib.numbers import row_number
from lib.prepared import Prepared, prepared
from measures.models import Notice, Period, Responsibility
from measures.models.notice import MADE_UP

CHOSEN = "notice"  # name of the URL's parameter, and session key
REMEMBERED = "remember"  # a further parameter when a person chooses
PERIODS = ("period", "new_period", "from", "to")  # parameters that name a period
OFFERED_MOST = 8  # in the frame; the page of all notices has the others


class NoticeLine(NamedTuple):
    pk: int
    number: str
    title: str
    is_demo: bool
    is_archived: bool
    is_offered: bool  # open, and the person has a part in it
    is_of_period: bool  # the period in the URL belongs to it

    @property
    def is_made_up(self) -> bool:
        """Whether its text, too, is invented for the demonstration."""
        return self.number.startswith(MADE_UP)


class NoticeChoice(NamedTuple):
    """The notice that is shown, if any, and those that can be chosen."""

    chosen: NoticeLine | None
    offered: tuple[NoticeLine, ...]
    is_demo: bool  # any of them
    is_own: bool = False  # only notices of the person's agencies are offered
    is_known: bool = True  # False: the notice in the URL does not exist

    @property
    def pk(self) -> int | None:
        return self.chosen.pk if self.chosen else None

    @property
    def has_several(self) -> bool:
        return len(self.offered) > 1

    @property
    def is_doubtful(self) -> bool:
        """Whether a reader could mistake the shown notice for another."""
        return self.has_several or bool(self.offered) and self.chosen not in self.offered


def notice_choice(request: HttpRequest) -> NoticeChoice:
    """Return the choice for a page about one notice, whose number the page then shows.

    One query, made once, which the frame needs anyway. `?notice=` decides, and is remembered if the
    URL says so. A period in the URL means its notice, even if another one is named.
    """
    request.is_of_one_notice = True  # type: ignore[attr-defined]
    return offered_notices(request)


def offered_notices(request: HttpRequest) -> NoticeChoice:
    """Return the choice for a page of all notices: the same query, but the page shows no number."""
    found: NoticeChoice | None = getattr(request, "notice_choice", None)
    if found is None:
        found = _choice(request)
        request.notice_choice = found  # type: ignore[attr-defined]
    return found


def turn_to(request: HttpRequest, notice: int, *, is_page: bool = True) -> None:
    """Let the frame of a page about one object show that object's notice.

    With `is_page` the page shows its number too; not if it also lists objects of other notices.
    """
    request.page_notice = notice  # type: ignore[attr-defined]
    request.is_of_one_notice = is_page  # type: ignore[attr-defined]


def named_on_page(request: HttpRequest) -> str:
    """Return the number of a page's notice if it could be mistaken for another; else empty."""
    choice, is_of_one = offered_notices(request), getattr(request, "is_of_one_notice", False)
    return choice.chosen.number if choice.chosen and is_of_one and choice.is_doubtful else ""


def choosing_address(page: str, notice: int) -> str:
    """Return the URL with which a person chooses a notice permanently."""
    return f"{page}?{CHOSEN}={notice}&{REMEMBERED}=1"


def _choice(request: HttpRequest) -> NoticeChoice:
    user = getattr(request, "user", None)
    user = user if isinstance(user, User) else None
    session: Any = getattr(request, "session", {})
    asked = row_number(request.GET.get(CHOSEN, "")) or 0
    numbers = (row_number(request.GET.get(name, "")) for name in PERIODS)
    period = next(filter(None, numbers), 0)
    here = getattr(request, "page_notice", 0)
    remembered = session.get(CHOSEN, 0) if user else 0
    agencies = _agencies(user)
    rows = _statement(len(agencies)).rows([here, asked, period, remembered, *agencies])
    lines = [NoticeLine(*row) for row in rows]
    by_key = {line.pk: line for line in lines}
    if user and asked in by_key and remembered != asked and REMEMBERED in request.GET:
        session[CHOSEN] = asked
    kept = by_key.get(remembered)
    offered = [line for line in lines if line.is_offered]
    chosen = (
        by_key.get(here)
        or next((line for line in lines if line.is_of_period), None)
        or by_key.get(asked)
        or (kept if kept and not kept.is_archived else None)
        or next(iter([*offered, *lines]), None)
    )
    is_demo = any(line.is_demo for line in lines)
    is_known = not asked or asked in by_key
    shown = tuple(offered[:OFFERED_MOST])
    return NoticeChoice(chosen, shown, is_demo, bool(agencies), is_known)


def _agencies(user: User | None) -> list[int]:
    """Return the agencies whose notices are offered; empty means all."""
    if user is None or user.can(Perm.READ_UNACCEPTED):
        return []
    return list(user.own_agencies())


@cache
def _statement(agencies: int) -> Prepared:
    """Return the statement; its values: notices of page and URL, period, that of the session,
    agencies.
    """
    here, asked, period, remembered, *own = range(-1, -5 - agencies, -1)
    offered: Any = Notice.objects.open().order_by("pk")
    if own:
        duties = Responsibility.objects.filter(agency__in=own, measure__notice=OuterRef("pk"))
        offered = offered.filter(Exists(duties))
    first = offered.values("pk")[: OFFERED_MOST + 1]
    of_period = Period.objects.filter(pk=period).values("notice")
    # A single set of keys: with OR conditions PostgreSQL would read every notice.
    named = Notice.objects.filter(pk__in=[here, asked, remembered]).order_by().values("pk")
    keys = named.union(of_period.order_by(), first, Notice.objects.open_first().values("pk")[:1])
    rows = Notice.objects.filter(pk__in=keys).open_first()
    told = rows.annotate(
        is_demo=Q(demonstrated_at__isnull=False),
        is_archived=Q(archived_at__isnull=False),
        is_offered=Q(pk__in=first),
        is_of_period=Q(pk__in=of_period),
    )
    columns = told.values_list("pk", "number", "title", *NoticeLine._fields[3:])
    return prepared(columns, *["bigint"] * (4 + agencies))
