"""The first day: what must be there before anybody can file, ticked off by what is there."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse

from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role, RoleGroup
from measures.choices import PeriodState
from measures.models import Period, Responsibility

NAMED = 5  # agencies in a sentence; the others are counted


class StepPlace(NamedTuple):
    label: str  # the page's name in the menu
    view: str
    perms: tuple[Perm, ...]  # one of them opens it


class FirstStep(NamedTuple):
    label: str
    who: Role
    is_done: bool
    state: str  # how far it is
    place: StepPlace
    url: str  # of the place; empty for whoever may not open it


ACCOUNTS = StepPlace("账号", "agencies:accounts", (Perm.KEEP_PEOPLE, Perm.KEEP_MEMBERSHIPS))
PERIODS = StepPlace("填报期", "measures:periods", (Perm.KEEP_PERIODS,))


def first_steps(viewer: User, *, on: date) -> list[FirstStep]:
    """The steps until the first period is open, in their order; none from then on."""
    states = set(Period.objects.order_by().values_list("state", flat=True).distinct())
    if states - {PeriodState.DRAFT}:
        return []
    people = _people(on)
    has_chief = User.objects.holding(Role.CHIEF, on=on).exists()
    wanted, missing = _agencies(on)
    drafted = "已新建，待开始" if states else "还没有填报期"
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
        ("开始填报", Role.COORDINATOR, False, "开始后，各单位联络员收到通知", PERIODS),
    )
    return [FirstStep(*row, _url(row[-1], viewer)) for row in rows]


def _people(on: date) -> int:
    """Accounts that are no administrator's."""
    admins = Membership.objects.current(on=on).exclude(role_group=RoleGroup.BUSINESS)
    return User.objects.active().exclude(pk__in=admins.values("user")).count()


def _agencies(on: date) -> tuple[int, list[Agency]]:
    """How many agencies will owe filings, and which of them have nobody to file."""
    owing = Responsibility.objects.valid(on=on).values("agency")
    agencies = Agency.objects.filter(pk__in=owing).order_by("order")
    liaisons = Membership.objects.current(on=on).filter(role=Role.LIAISON, user__is_active=True)
    return agencies.count(), list(agencies.exclude(pk__in=liaisons.values("agency")))


def _words(wanted: int, missing: list[Agency]) -> str:
    if not missing:
        return f"{wanted}个单位都有联络员"
    named = "、".join(agency.short_name for agency in missing[:NAMED])
    others = "等" if len(missing) > NAMED else ""
    return f"{wanted}个单位中还缺{len(missing)}个：{named}{others}"


def _url(place: StepPlace, viewer: User) -> str:
    may_open = any(viewer.can_anywhere(perm) for perm in place.perms)
    return reverse(place.view) if may_open else ""
