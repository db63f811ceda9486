"""Checking a password or a code; too many wrong ones lock the account for a while."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from agencies.accounts.second_factor import accept_code
from agencies.models import User
from agencies.sign_in.actions import refuse


@transaction.atomic
def judge_password(user: User, password: str, *, at: datetime) -> bool | None:
    """Return whether a password is right; None, without checking it, if the account is locked.

    Checks one attempt at a time, so that many concurrent ones cannot exceed the allowed number.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_locked(at=at):
        refuse("账号锁定中，登录被拒。", by=user, at=at)
        return None
    if user.check_password(password):
        return True
    count_failure(user, at=at)
    return False


@transaction.atomic
def judge_code(user: User, code: str, *, at: datetime) -> bool | None:
    """Return whether a code of the second factor is right; counts and locks as judge_password."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_locked(at=at):
        refuse("账号锁定中，登录被拒。", by=user, at=at)
        return None
    if accept_code(user, code, at=at):
        return True
    count_failure(user, what="验证码", at=at)
    return False


@transaction.atomic
def count_failure(user: User, *, what: str = "密码", at: datetime) -> None:
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.failed_logins += 1
    locked = user.failed_logins >= settings.LOGIN_FAILURES_ALLOWED
    if locked:
        user.failed_logins = 0
        user.locked_until = at + timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    user.save(update_fields=["failed_logins", "locked_until"])
    locked_words = f"，账号锁定{settings.LOGIN_LOCK_MINUTES}分钟" if locked else ""
    refuse(f"{what}错误{locked_words}。", by=user, at=at)
