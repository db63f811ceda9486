"""To-dos of administrators: requests among them, locked accounts, people without a role."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import AccountState, AdminStep, ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import AdminRequest, Membership, User
from agencies.permissions import Perm

PERSON = {"pk": "pk", "name": "name", "username": "username"}


def _locked(user: User, on: date) -> QuerySet[User]:
    return User.objects.with_state(at=Now()).in_state(AccountState.LOCKED)


def _expired(user: User, on: date) -> QuerySet[User]:
    must_change = User.objects.with_state(at=Now()).in_state(AccountState.MUST_CHANGE)
    return must_change.filter(temporary_until__lt=Now())


def _without_role(user: User, on: date) -> QuerySet[User]:
    held = Membership.objects.filter(valid_from__gt=on) | Membership.objects.current(on=on)
    return User.objects.active().exclude(pk__in=held.values("user_id"))


def _line(what: str, act: str, found: Found) -> ToDoLine:
    facts = found.facts
    url = reverse("agencies:account", args=[facts["pk"]])
    return ToDoLine(f"{facts['name']}（{facts['username']}）{what}", url, act=act)


def _request(found: Found) -> ToDoLine:
    facts, user = found.facts, found.user
    step, whose = AdminStep(facts["step"]), f"“{facts['username']}”"
    is_other = user.pk not in (facts["asked_by"], facts["account"])
    return ToDoLine(
        label=f"申请{step.of(whose)}",
        url=f"{reverse('agencies:admins')}#request-{facts['pk']}",
        whom=facts["asker"],
        act="核实" if is_other else "查看",
        since=localdate(datetime.fromisoformat(facts["asked_at"])),
        word="提",
    )


TO_DOS = (
    ToDo(
        name="admin_requests",
        group=ToDoGroup.ACCOUNTS,
        page="agencies:admins",
        perms={Perm.KEEP_ADMINS},
        among=lambda user, on: AdminRequest.objects.open(),
        facts={
            "pk": "pk",
            "step": "step",
            "username": "account__username",
            "account": "account",
            "asked_by": "asked_by",
            "asker": "asked_by__name",
            "asked_at": "asked_at",
        },
        line=_request,
    ),
    ToDo(
        name="accounts_locked",
        group=ToDoGroup.ACCOUNTS,
        page="agencies:accounts",
        query=f"?state={AccountState.LOCKED}",
        perms={Perm.KEEP_MEMBERSHIPS},
        among=_locked,
        facts=PERSON,
        line=lambda found: _line("连续登录失败，已锁定", "解除锁定", found),
        unit="人",
    ),
    ToDo(
        name="accounts_without_role",
        group=ToDoGroup.ACCOUNTS,
        page="agencies:accounts",
        perms={Perm.KEEP_MEMBERSHIPS},
        among=_without_role,
        facts=PERSON,
        line=lambda found: _line("尚未授予角色", "授予角色", found),
        unit="人",
    ),
    ToDo(
        name="accounts_expired",
        group=ToDoGroup.ACCOUNTS,
        page="agencies:accounts",
        query=f"?state={AccountState.MUST_CHANGE}",
        perms={Perm.KEEP_PEOPLE},
        among=_expired,
        facts=PERSON,
        line=lambda found: _line("的一次性密码已过期", "重置密码", found),
        unit="人",
    ),
)
