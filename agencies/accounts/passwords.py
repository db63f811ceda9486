"""Passwords: rules besides Django's, changing, one-time and former passwords, the maximum age."""

import re
import secrets
import string
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from agencies import demonstration
from agencies.audit import trail
from agencies.models import FormerPassword, User
from lib.errors import DomainError

KINDS = (set(string.ascii_lowercase), set(string.ascii_uppercase), set(string.digits))
# No 0 O 1 l I: a one-time password is read from a screen or a slip of paper.
READABLE = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")
LONG_ENOUGH = 3  # letters: too many words contain a shorter name


class ThreeKindsOfCharacters:
    """Require three of: lower case, upper case, digits, others (as assessors usually read it)."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = sum(any(c in kind for c in password) for kind in KINDS)
        kinds += any(not c.isalnum() or not c.isascii() for c in password)
        if kinds < 3:
            raise ValidationError(f"密码{self.get_help_text()}", code="too_few_kinds")

    def get_help_text(self) -> str:
        return "须含小写字母、大写字母、数字、其他字符中的至少三类。"


class NotTheAccountsName:
    """Refuse a password that contains a name, in characters or pinyin, or the demonstration's.

    Names are the username, the person's name and the short names of their agencies.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        is_named = any(_stands_in(name, password) for name in _names_of(user))
        if is_named or password == demonstration.PASSWORD:
            raise ValidationError(self.get_help_text(), code="names_the_account")

    def get_help_text(self) -> str:
        return "密码不能包含账号名、姓名、单位简称或它们的拼音，也不能用公开的演示密码。"


def _names_of(user: User | None) -> Iterator[str]:
    if user is None:
        return
    yield from (user.username, user.name)
    for membership in user.current_memberships if user.pk else []:
        yield from {membership.agency.short_name, membership.agency.short_name.removeprefix("市")}


def _stands_in(name: str, password: str) -> bool:
    """Return whether a name is in a password, as written or in pinyin without tones.

    Every reading of a character counts: 单 is dan or shan.
    """
    # Only here: importing its dictionary takes each process half a second and 50 MB.
    from pypinyin import Style, pinyin

    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    spoken = "".join(f"(?:{'|'.join(map(re.escape, one))})" for one in readings)
    found = re.search(f"{re.escape(name)}|{spoken}", password, re.IGNORECASE)
    return found is not None and len(found[0]) >= LONG_ENOUGH


def one_time_password() -> str:
    """Return a random password that meets every rule (password_rules), e.g. `kR7m-Wq4x-Tn9s`."""
    while True:
        parts = ["".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3)]
        password = "-".join(parts)
        if all(any(c in kind for c in password) for kind in KINDS):
            return password


@transaction.atomic
def change_password(user: User, *, password: str, at: datetime) -> User:
    """Set a person's own new password and end all their sessions.

    A one-time password is valid until it is replaced here, at most for
    settings.TEMPORARY_PASSWORD_HOURS. It may be used for a second sign-in, because the first page
    may have been closed, but every sign-in with it leads to this form and nowhere else.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    demand_new(user, password)
    keep_former(user, at=at)
    user.set_password(password)
    user.password_set_at = at
    user.must_change_password = False
    user.temporary_until = None
    user.save(
        update_fields=["password", "password_set_at", "must_change_password", "temporary_until"]
    )
    user.sessions.all().delete()
    trail.record("user.change_password", user, by=user, at=at, sentence="修改了本人密码。")
    return user


def demand_new(user: User, password: str) -> None:
    """Raise DomainError for the current password, a former one, or the last one-time password."""
    if user.check_password(password):
        raise DomainError("新密码不能与现在的密码相同。")
    if user.had_one_time(password):
        raise DomainError("新密码不能是发给您的一次性密码。")
    former = user.former_passwords.newest(settings.PASSWORD_HISTORY)
    if any(check_password(password, encoded) for encoded in former):
        raise DomainError(f"新密码不能是此前用过的{settings.PASSWORD_HISTORY}个密码之一。")


def give_temporary(user: User, password: str, at: datetime) -> None:
    """Set a one-time password; the caller saves the person."""
    if user.pk:
        keep_former(user, at=at)
    user.set_password(password)
    user.one_time_hash = user.password
    user.password_set_at = at
    user.must_change_password = True
    user.temporary_until = at + timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)


def keep_former(user: User, *, at: datetime) -> None:
    """Keep the hash of the current password, and delete hashes that are no longer compared."""
    if user.password != user.one_time_hash:  # demand_new compares that one already
        FormerPassword.objects.create(user=user, encoded=user.password, ended_at=at)
    kept = user.former_passwords.newest(settings.PASSWORD_HISTORY)
    user.former_passwords.exclude(encoded__in=list(kept)).delete()


def is_too_old(user: User, *, at: datetime) -> bool:
    """Return whether a password is older than PASSWORD_MAX_DAYS days; 0 means no limit.

    The demonstration's public password never expires; nobody else can choose it.
    """
    most = settings.PASSWORD_MAX_DAYS
    age = localdate(at) - localdate(user.password_set_at)
    return 0 < most < age.days and not user.check_password(demonstration.PASSWORD)
