"""Changing a password, one-time passwords, former passwords, and the maximum age."""

import secrets
import string
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.timezone import localdate

from agencies import demonstration
from agencies.audit import trail
from agencies.models import FormerPassword, User
from lib.errors import DomainError

KINDS = (set(string.ascii_lowercase), set(string.ascii_uppercase), set(string.digits))
# No 0 O 1 l I: a one-time password is read from a screen or a slip of paper.
READABLE = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")


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
