"""Accounts: create, switch on and off, reset and unlock; a person's own profile."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from agencies.accounts.memberships import COMMISSION, make_membership
from agencies.accounts.passwords import give_temporary, one_time_password
from agencies.audit import trail
from agencies.choices import AgencyMessage
from agencies.inbox.messages import tell
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
    at: datetime,
    **reached: str,
) -> tuple[User, str]:
    """Create an account; return it with its one-time password. Raises PermissionDenied.

    `reached`: phone, office_phone and email, if known.
    """
    by.demand(Perm.KEEP_PEOPLE)
    return make_account(by=by, username=username, name=name, at=at, **reached)


@transaction.atomic
def make_account(
    *,
    by: User | None,
    username: str,
    name: str,
    at: datetime,
    **reached: str,
) -> tuple[User, str]:
    """Do what create_person does, without its check; set-up commands pass `by` as None."""
    password = one_time_password()
    user = User(username=username, name=name, **reached)
    give_temporary(user, password, at)
    save_account(user, "账号", by=by, at=at)
    return user, password


@transaction.atomic
def create_admins(*, at: datetime) -> list[tuple[str, str, str]]:
    """Create the missing administrators; return (username, role, one-time password) of each."""
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
    """Set and return a new one-time password and unlock the account.

    Raises PermissionDenied, and DomainError for one's own account or an administrator's.
    """
    by.demand(Perm.KEEP_PEOPLE)
    if user.pk == by.pk:
        raise DomainError("不能重置自己的密码，请用“修改密码”。")
    demand_no_administrator(user, on=localdate(at))
    return renew_password(user, by=by, told=f"由{by.name}", at=at)


@transaction.atomic
def renew_password(user: User, *, by: User | None, told: str, how: str = "", at: datetime) -> str:
    """Do what reset_password does, without its checks.

    `told` and `how` say who did it and how: `told` follows “您的密码已” in the message to the
    person, `how` begins the event's sentence.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    password = one_time_password()
    give_temporary(user, password, at)
    user.failed_logins, user.locked_until = 0, None
    user.save()
    user.sessions.all().delete()
    sentence = f"{how}重置了“{user.username}”的密码。"
    trail.record("user.reset_password", user, by=by, at=at, sentence=sentence)
    tell_holder(user, f"您的密码已{told}重置。", at)
    return password


@transaction.atomic
def set_active(user: User, *, by: User, active: bool, at: datetime) -> User:
    """Switch an account on or off. Raises as reset_password."""
    by.demand(Perm.KEEP_PEOPLE)
    if user.pk == by.pk:
        raise DomainError("不能停用自己的账号，请另一位系统管理员办理。")
    demand_no_administrator(user, on=localdate(at))
    return switch(user, active=active, by=by, told=f"由{by.name}", at=at)


@transaction.atomic
def switch(
    user: User, *, active: bool, by: User | None, told: str, how: str = "", at: datetime
) -> User:
    """Do what set_active does, without its checks (see renew_password); off ends all sessions."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = {"is_active": user.is_active}
    user.is_active = active
    if active:
        user.usable_since = at
    else:
        user.session_round += 1
        user.sessions.all().delete()
    user.save(update_fields=["is_active", "usable_since", "session_round"])
    verb = "启用" if active else "停用"
    trail.record(
        "user.set_active",
        user,
        by=by,
        at=at,
        sentence=f"{how}{verb}了账号“{user.username}”。",
        before=before,
        after={"is_active": active},
    )
    tell_holder(user, f"您的账号已{told}{verb}。", at)
    return user


def demand_administrator(user: User, *, on: date) -> None:
    """Raise DomainError unless the account is one of the three administrators'."""
    if not _is_administrator(user, on):
        raise DomainError(f"“{user.username}”不是管理员，请系统管理员在“账号”中办理。")


def demand_no_administrator(user: User, *, on: date) -> None:
    """Raise DomainError for an administrator's account: changing it takes two administrators."""
    if _is_administrator(user, on):
        raise DomainError(
            "管理员的账号须由两名管理员共同办理：请在“管理员账号”中申请，由另一名管理员确认。"
        )


def _is_administrator(user: User, on: date) -> bool:
    return User.objects.administrators(on=on).filter(pk=user.pk).exists()


def tell_holder(user: User, sentence: str, at: datetime) -> None:
    words = f"{sentence}如不知情，请立即联系管理员。"
    tell([user], kind=AgencyMessage.ACCOUNT, sentence=words, at=at)


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
def edit_own_profile(
    user: User, *, phone: str, office_phone: str, email: str, at: datetime
) -> User:
    """Change a person's telephones and e-mail; events store them masked (GB/T 22239-2019)."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = _reached_by(user)
    typed = {"phone": phone, "office_phone": office_phone, "email": email}
    for name, words in typed.items():
        if words != getattr(user, name):  # an unreadable value is empty in the form: keep it
            setattr(user, name, words)
    user.full_clean()
    user.save(update_fields=typed)
    after = _reached_by(user)
    changed = [name for name in after if after[name] != before[name]]
    trail.record(
        "user.edit_profile",
        user,
        by=user,
        at=at,
        sentence="修改了本人的电话或邮箱。",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return user


def _reached_by(user: User) -> dict[str, str]:
    return {
        "phone": user.masked_phone,
        "office_phone": user.masked_office_phone,
        "email": user.masked_email,
    }


@transaction.atomic
def set_email(user: User, *, email: str, by: User, at: datetime) -> User:
    """Set a person's e-mail address, or remove it if empty, and send them a message.

    Raises PermissionDenied, and ValidationError for an invalid address.
    """
    by.demand(Perm.KEEP_PEOPLE)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = user.masked_email
    if user.email == email:
        return user
    user.email = email
    user.full_clean()
    user.save(update_fields=["email"])
    trail.record(
        "user.set_email",
        user,
        by=by,
        at=at,
        sentence=f"修改了“{user.username}”的电子邮箱。",
        before={"email": before},
        after={"email": user.masked_email},
    )
    if user.pk != by.pk:
        tell_holder(user, f"您的电子邮箱已由{by.name}{'改动' if email else '删去'}。", at)
    return user
