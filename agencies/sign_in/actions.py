"""Events of signing in, and locks of accounts and addresses after failed attempts."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from agencies.accounts.passwords import is_too_old
from agencies.accounts.second_factor import accept_code
from agencies.audit import trail
from agencies.choices import Outcome
from agencies.models import User


@transaction.atomic
def enter(user: User, *, at: datetime, amid_work: bool = False, by_provider: bool = False) -> None:
    """Record that a person has signed in, and require a new password if it is too old.

    `amid_work`: on a page that is already open, whose form data a redirect would lose.
    `by_provider`: by single sign-on, without the password.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.failed_logins = 0
    user.locked_until = None
    user.last_login = at
    user.must_change_password |= not (amid_work or by_provider) and is_too_old(user, at=at)
    user.save(update_fields=["failed_logins", "locked_until", "last_login", "must_change_password"])
    sentence = "经统一身份认证登录。" if by_provider else "登录。"
    trail.record("user.sign_in", user, by=user, at=at, sentence=sentence)


@transaction.atomic
def leave(user: User, *, at: datetime) -> None:
    trail.record("user.sign_out", user, by=user, at=at, sentence="退出登录。")


@transaction.atomic
def refuse(sentence: str, *, by: User | None = None, at: datetime) -> None:
    """Record a refused sign-in; `by` is None for an unknown username or a refused address."""
    trail.record("user.sign_in", by, by=by, at=at, sentence=sentence, outcome=Outcome.REFUSED)


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
