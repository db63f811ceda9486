"""Signing in and out, and what is counted on the way."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from agencies.audit import trail
from agencies.choices import Outcome
from agencies.models import User


@transaction.atomic
def enter(user: User, *, at: datetime) -> None:
    """Note a sign-in: the count of failures starts anew."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.failed_logins = 0
    user.locked_until = None
    user.last_login = at
    user.save(update_fields=["failed_logins", "locked_until", "last_login"])
    trail.record("user.sign_in", user, by=user, at=at, sentence="登录。")


@transaction.atomic
def leave(user: User, *, at: datetime) -> None:
    trail.record("user.sign_out", user, by=user, at=at, sentence="退出登录。")


@transaction.atomic
def count_failure(user: User, *, at: datetime) -> None:
    """Count a wrong password; after the allowed number the account is locked for a while."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.failed_logins += 1
    locked = user.failed_logins >= settings.LOGIN_FAILURES_ALLOWED
    if locked:
        user.failed_logins = 0
        user.locked_until = at + timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    user.save(update_fields=["failed_logins", "locked_until"])
    _refused(
        user,
        f"密码错误，账号锁定{settings.LOGIN_LOCK_MINUTES}分钟。" if locked else "密码错误。",
        at,
    )


@transaction.atomic
def refuse_unknown(username: str, *, at: datetime) -> None:
    """Note an attempt with a name nobody has. The name is cut: people mistype passwords there."""
    trail.record(
        "user.sign_in",
        None,
        by=None,
        at=at,
        sentence=f"账号“{username[:3]}…”不存在或已停用，登录被拒。",
        outcome=Outcome.REFUSED,
    )


@transaction.atomic
def refuse_locked(user: User, *, at: datetime) -> None:
    """Note an attempt on a locked account."""
    _refused(user, "账号锁定中，登录被拒。", at)


@transaction.atomic
def refuse_expired(user: User, *, at: datetime) -> None:
    """Note an attempt with a one-time password that is too old."""
    _refused(user, "一次性密码已过期，登录被拒。", at)


@transaction.atomic
def refuse_address(*, at: datetime) -> None:
    """Note, once, that an address has failed too often and is not listened to for a while."""
    trail.record(
        "user.sign_in",
        None,
        by=None,
        at=at,
        sentence="同一来源地址登录失败过多，暂停受理。",
        outcome=Outcome.REFUSED,
    )


def _refused(user: User, sentence: str, at: datetime) -> None:
    trail.record("user.sign_in", user, by=user, at=at, sentence=sentence, outcome=Outcome.REFUSED)
