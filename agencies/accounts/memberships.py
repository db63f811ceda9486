"""Granting and ending memberships, by the security administrator, with effect at once."""

from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction

from agencies.audit import trail
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError

COMMISSION = "sww"  # 市商务委, the notice's coordinator
GOVERNMENT_OFFICE = "zfbgt"  # 市政府办公厅, which issued the notice
# Roles that exist in one agency only, with the agency's code and name.
HOMES = {
    Role.COORDINATOR: (COMMISSION, "市商务委"),
    Role.CHIEF: (COMMISSION, "市商务委"),
    Role.LEADER: (GOVERNMENT_OFFICE, "市政府办公厅"),
}


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
