"""Accounts: made, the first three too, switched off, given a new password, kept by their owner."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from agencies.accounts.memberships import COMMISSION, make_membership
from agencies.accounts.passwords import one_time_password
from agencies.audit import trail
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError

ADMINS = (
    ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
    ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
    ("auditor", "审计管理员", Role.AUDITOR),
)


@transaction.atomic
def create_person(
    *,
    by: User,
    username: str,
    name: str,
    phone: str = "",
    office_phone: str = "",
    at: datetime,
) -> tuple[User, str]:
    """Make an account; returns it and its one-time password. Raises PermissionDenied."""
    by.demand(Perm.KEEP_PEOPLE)
    phones = {"phone": phone, "office_phone": office_phone}
    return make_account(by=by, username=username, name=name, **phones, at=at)


@transaction.atomic
def make_account(
    *,
    by: User | None,
    username: str,
    name: str,
    phone: str = "",
    office_phone: str = "",
    at: datetime,
) -> tuple[User, str]:
    """The part of create_person that set-up commands share; `by` is None for them."""
    password = one_time_password()
    user = User(username=username, name=name, phone=phone, office_phone=office_phone)
    _give_temporary(user, password, at)
    save_account(user, "账号", by=by, at=at)
    return user, password


@transaction.atomic
def create_admins(*, at: datetime) -> list[tuple[str, str, str]]:
    """Create the missing administrators; returns (username, role, one-time password) of each."""
    agency = Agency.objects.get(code=COMMISSION)
    made = []
    for username, name, role in ADMINS:
        if Membership.objects.current(on=localdate(at)).filter(role=role).exists():
            continue
        user, password = make_account(by=None, username=username, name=name, at=at)
        make_membership(user, by=None, agency=agency, role=role, valid_from=localdate(at), at=at)
        made.append((username, role.label, password))
    return made


def save_account(user: User, kind: str, *, by: User | None, at: datetime) -> None:
    user.full_clean()
    user.save()
    trail.record(
        "user.create",
        user,
        by=by,
        at=at,
        sentence=f"新建{kind}“{user.username}”（{user.name}）。",
        after={"username": user.username, "name": user.name},
    )


@transaction.atomic
def reset_password(user: User, *, by: User, at: datetime) -> str:
    """Set and return a new one-time password and unlock the account; not for one's own."""
    by.demand(Perm.KEEP_PEOPLE)
    if user.pk == by.pk:
        raise DomainError("不能重置自己的密码，请用“修改密码”。")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    password = one_time_password()
    _give_temporary(user, password, at)
    user.failed_logins, user.locked_until = 0, None
    user.save()
    trail.record(
        "user.reset_password", user, by=by, at=at, sentence=f"重置了“{user.username}”的密码。"
    )
    return password


@transaction.atomic
def set_active(user: User, *, by: User, active: bool, at: datetime) -> User:
    """Switch an account on or off; switching off ends the person's sessions for good."""
    by.demand(Perm.KEEP_PEOPLE)
    if user.pk == by.pk:
        raise DomainError("不能停用自己的账号，请另一位系统管理员办理。")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = {"is_active": user.is_active}
    user.is_active = active
    if not active:
        user.session_round += 1
    user.save(update_fields=["is_active", "session_round"])
    trail.record(
        "user.set_active",
        user,
        by=by,
        at=at,
        sentence=f"{'启用' if active else '停用'}了账号“{user.username}”。",
        before=before,
        after={"is_active": active},
    )
    return user


@transaction.atomic
def unlock_account(user: User, *, by: User, at: datetime) -> User:
    by.demand(Perm.KEEP_MEMBERSHIPS)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_locked(at=at):
        return user
    before = {"locked_until": user.locked_until}
    user.failed_logins, user.locked_until = 0, None
    user.save(update_fields=["failed_logins", "locked_until"])
    trail.record(
        "user.unlock",
        user,
        by=by,
        at=at,
        sentence=f"解除了账号“{user.username}”的锁定。",
        before=before,
        after={"locked_until": None},
    )
    return user


@transaction.atomic
def edit_own_profile(user: User, *, phone: str, office_phone: str, at: datetime) -> User:
    """Change a person's own phones. The trail keeps them masked (个人信息, GB/T 22239-2019)."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = _phones_of(user)
    user.phone, user.office_phone = phone, office_phone
    user.full_clean()
    user.save(update_fields=["phone", "office_phone"])
    after = _phones_of(user)
    changed = [name for name in after if after[name] != before[name]]
    trail.record(
        "user.edit_profile",
        user,
        by=user,
        at=at,
        sentence="修改了本人电话。",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return user


def _phones_of(user: User) -> dict[str, str]:
    return {"phone": user.masked_phone, "office_phone": user.masked_office_phone}


@transaction.atomic
def change_password(user: User, *, password: str, at: datetime) -> User:
    """Set a person's own new password; a one-time password is consumed here.

    "Single use" is read so: the first sign-in with a one-time password leads nowhere but here, and
    once the new one is set the old is gone. Until then it also serves a second sign-in (the first
    page may have been closed), but only for settings.TEMPORARY_PASSWORD_HOURS.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.check_password(password):
        raise DomainError("新密码不能与现在的密码相同。")
    user.set_password(password)
    user.must_change_password = False
    user.temporary_until = None
    user.save(update_fields=["password", "must_change_password", "temporary_until"])
    trail.record("user.change_password", user, by=user, at=at, sentence="修改了本人密码。")
    return user


def _give_temporary(user: User, password: str, at: datetime) -> None:
    user.set_password(password)
    user.must_change_password = True
    user.temporary_until = at + timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
