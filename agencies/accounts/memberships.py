"""Granting and ending memberships, with effect at once; the CSV of who may do what today."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, localtime

from agencies.audit import trail
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.csv_file import BYTE_ORDER_MARK, csv_line
from lib.errors import DomainError

COMMISSION = "sww"  # 市商务委, the notice's coordinator
GOVERNMENT_OFFICE = "zfbgt"  # 市政府办公厅, which issued the notice
# Roles that exist in one agency only, with the agency's code and name.
HOMES = {
    Role.COORDINATOR: (COMMISSION, "市商务委"),
    Role.CHIEF: (COMMISSION, "市商务委"),
    Role.LEADER: (GOVERNMENT_OFFICE, "市政府办公厅"),
}
HEAD = (
    *("姓名", "账号", "账号状态", "单位", "角色", "任职自", "任职至"),
    *("两步验证", "密码设置", "最近登录"),
)


class Post(TypedDict):
    """The fields of a membership; without `valid_to` it does not end."""

    agency: Agency
    role: Role
    valid_from: date
    valid_to: NotRequired[date | None]
    is_deputy: NotRequired[bool]


@transaction.atomic
def grant_membership(user: User, *, by: User, at: datetime, **post: Unpack[Post]) -> Membership:
    """Give a person a role in an agency.

    Raises PermissionDenied unless `by` manages memberships, DomainError for one's own account or a
    role the agency cannot have, ValidationError with a constraint's sentence.
    """
    by.demand(Perm.KEEP_MEMBERSHIPS)
    if user.pk == by.pk:
        raise DomainError("不能给自己授予角色。")
    return make_membership(user, by=by, at=at, **post)


@transaction.atomic
def make_membership(
    user: User, *, by: User | None, at: datetime, **post: Unpack[Post]
) -> Membership:
    """Do what grant_membership does, without its checks; set-up commands pass `by` as None."""
    agency, role = post["agency"], post["role"]
    code, name = HOMES.get(role, (agency.code, ""))
    if agency.code != code:
        raise DomainError(f"{role.label}只能设在{name}。")
    membership = draft_membership(user, **post)
    membership.save_checked()
    dates = {"valid_from": membership.valid_from, "valid_to": membership.valid_to}
    trail.record(
        "membership.grant",
        membership,
        by=by,
        at=at,
        sentence=f"授予{user.name}“{membership}”。",
        after={"role": role, "agency": agency} | dates,
    )
    return membership


def draft_membership(user: User, **post: Unpack[Post]) -> Membership:
    """Return the unsaved row, so that forms can check its constraints before the action."""
    drafted = Membership(user=user, role_group=post["role"].group, **post)
    drafted.is_deputy = drafted.is_deputy and drafted.role == Role.LIAISON
    return drafted


@transaction.atomic
def end_membership(membership: Membership, *, by: User, on: date, at: datetime) -> Membership:
    """End a membership the day before `on`; delete one that has not begun.

    Raises PermissionDenied, DomainError.
    """
    by.demand(Perm.KEEP_MEMBERSHIPS)
    membership = (
        Membership.objects.select_for_update(no_key=True)
        .select_related("user", "agency")
        .get(pk=membership.pk)
    )
    if membership.user_id == by.pk:
        raise DomainError("不能终止自己的角色。")
    if membership.valid_to is not None and membership.valid_to < on:
        raise DomainError("这一任职已经终止。")
    last_day = on - timedelta(days=1)
    trail.record(
        "membership.end",
        membership,
        by=by,
        at=at,
        sentence=f"终止{membership.user.name}的“{membership}”。",
        before={"valid_to": membership.valid_to},
        after={"valid_to": last_day},
    )
    if membership.valid_from > last_day:
        membership.delete()
        return membership
    membership.valid_to = last_day
    membership.save(update_fields=["valid_to"])
    return membership


@transaction.atomic
def take_access_review(*, by: User, at: datetime) -> list[User]:
    """Return all people with `state` and `memberships_now`, and record the export as an event.

    Raises PermissionDenied.
    """
    if not (by.can(Perm.KEEP_PEOPLE) or by.can(Perm.KEEP_MEMBERSHIPS)):
        raise PermissionDenied
    found = User.objects.with_state(at=at).with_memberships(on=localdate(at)).order_by("username")
    people = list(found)
    sentence = f"导出账号与角色清单，共{len(people)}个账号。"
    trail.record("user.review_access", None, by=by, at=at, sentence=sentence)
    return people


def csv_lines(people: Iterable[User]) -> Iterator[str]:
    """Yield a row for each role of each person, and one row for a person without a role."""
    yield BYTE_ORDER_MARK + csv_line(HEAD)
    for person in people:
        held = [_held(membership) for membership in person.memberships_now]
        for cells in held or [("", "尚未授予角色", "", "")]:
            yield csv_line(_cells(person, cells))


def _held(one: Membership) -> tuple[object, ...]:
    return (one.agency, one.role_words, one.valid_from, one.valid_to or "")


def _cells(person: User, held: tuple[object, ...]) -> tuple[object, ...]:
    return (
        *(person.name, person.username, person.state.label),
        *held,
        "已启用" if person.totp_secret else "未启用",
        f"{localtime(person.password_set_at):%Y-%m-%d}",
        f"{localtime(person.last_login):%Y-%m-%d %H:%M}" if person.last_login else "从未登录",
    )
