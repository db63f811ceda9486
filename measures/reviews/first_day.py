"""The checklist for the first days: what has to exist before anybody can file."""

from datetime import date
from functools import cache
from typing import NamedTuple

from django.urls import reverse

from agencies.contributions import SideBlock, SideFact, SideLine
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role, RoleGroup
from lib.prepared import Prepared, prepared
from lib.workdays import Calendar
from measures.choices import PeriodState
from measures.models import Period, Responsibility
from measures.periods.common import without_liaison

SHOWN = "steps"  # in the URL of 审核: show the steps above the queue
NAMED = 5  # agencies named in a sentence; the others are only counted


class StepPlace(NamedTuple):
    label: str  # the page's name in the menu
    view: str
    perms: tuple[Perm, ...]  # one of them is enough to open it


class FirstStep(NamedTuple):
    label: str
    who: Role
    is_done: bool
    state: str  # how far it is
    place: StepPlace
    url: str  # of the page; empty if the viewer may not open it


ACCOUNTS = StepPlace("账号", "agencies:accounts", (Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS))
PERIODS = StepPlace("填报期", "measures:periods", (Perm.KEEP_PERIODS,))


def first_steps(viewer: User, *, on: date) -> list[FirstStep]:
    """Return the steps in order; empty once all are done or any period has closed.

    They stay after the first period opens, so that an agency without a liaison is noticed.
    """
    states = {state for (state,) in _states_of_periods().rows([])}
    if PeriodState.CLOSED in states:
        return []
    people = _people(on)
    has_chief = User.objects.holding(Role.CHIEF, on=on).exists()
    wanted, missing = _agencies(on)
    is_open = PeriodState.OPEN in states
    drafted = "已新建" if states else "还没有填报期"
    opened = "已开始" if is_open else "开始后，各单位联络员收到通知"
    rows = (
        (
            "新建各单位人员的账号",
            Role.SYSTEM_ADMIN,
            people > 1,
            f"除三类管理员外，已有{people}个账号",
            ACCOUNTS,
        ),
        (
            "授予商务委负责人角色",
            Role.SECURITY_ADMIN,
            has_chief,
            "已有商务委负责人" if has_chief else "还没有人能同意办结、改期和签发",
            ACCOUNTS,
        ),
        (
            "给各责任单位授予联络员角色",
            Role.SECURITY_ADMIN,
            not missing,
            _words(wanted, missing),
            ACCOUNTS,
        ),
        ("新建第一个填报期", Role.COORDINATOR, bool(states), drafted, PERIODS),
        ("开始填报", Role.COORDINATOR, is_open, opened, PERIODS),
    )
    steps = [FirstStep(*row, _url(row[-1], viewer)) for row in rows]
    return [] if all(step.is_done for step in steps) else steps


@cache
def _states_of_periods() -> Prepared:
    own = Period.objects.order_by().values_list("state")
    first, *others = (own.filter(state=one)[:1] for one in PeriodState)
    return prepared(first.union(*others, all=True))


def beside(user: User, on: date, calendar: Calendar) -> list[SideBlock]:
    """Return the open steps for a coordinator's 今日待办; the whole list is on 审核."""
    steps = first_steps(user, on=on) if user.can(Perm.KEEP_PERIODS) else []
    left = [step for step in steps if not step.is_done]
    if not left:
        return []
    url = f"{reverse('measures:reviews')}?{SHOWN}=1#first-day"
    line = SideLine("", "还要办的步骤", len(left), url, is_urgent=True)
    facts = [SideFact(str(step.who.label), step.label) for step in left]
    return [SideBlock("首次使用", [line], facts)]


def _people(on: date) -> int:
    """Return the number of active accounts without an administrator role."""
    admins = Membership.objects.current(on=on).exclude(role_group=RoleGroup.BUSINESS)
    return User.objects.active().exclude(pk__in=admins.values("user")).count()


def _agencies(on: date) -> tuple[int, list[Agency]]:
    """Return how many agencies will owe filings, and those of them that have no liaison."""
    owing = Responsibility.objects.valid(on=on)
    return owing.values("agency").distinct().count(), without_liaison(owing, on=on)


def _words(wanted: int, missing: list[Agency]) -> str:
    if not missing:
        return f"{wanted}个单位都有联络员"
    named = "、".join(agency.short_name for agency in missing[:NAMED])
    others = "等" if len(missing) > NAMED else ""
    return f"{wanted}个单位中还缺{len(missing)}个：{named}{others}"


def _url(place: StepPlace, viewer: User) -> str:
    may_open = any(viewer.can_anywhere(perm) for perm in place.perms)
    return reverse(place.view) if may_open else ""
