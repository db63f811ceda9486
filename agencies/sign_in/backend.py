"""The authentication backend: throttled addresses, and the user of a session."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import now
from redis.exceptions import RedisError

from agencies.audit.refusals import count_refusal
from agencies.choices import Outcome, RefusalKind
from agencies.models import Event, Membership, User
from agencies.models.user import in_order
from agencies.sign_in import actions as sign_in
from agencies.sign_in.lockout import judge_password
from agencies.sign_in.sessions import came_with_session
from lib.origin import origin

THROTTLE_MINUTES = 15
KNOWN_DAYS = 90
THROTTLED = (
    f"登录尝试过于频繁，请{THROTTLE_MINUTES}分钟后再试。"
    f"近{KNOWN_DAYS}天在此地址登录过的账号，密码输入正确仍可登录。"
)
logger = logging.getLogger(__name__)


class PeopleBackend(BaseBackend):
    """Username and password; the answer is the same for an unknown name and a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: object
    ) -> User | None:
        """Return the person or None; counts failures. Raises ValidationError when throttled.

        From a throttled address only people can sign in who have recently done so from there:
        somebody who guesses passwords must not lock out a whole office. The answer to a wrong
        password is the same for them, so that nobody can find out who they are.
        """
        at = now()
        is_throttled = _is_throttled()
        if is_throttled and not _signed_in_here(username, at):
            make_password(password)  # takes as long as checking a known account's password
            user = None
        else:
            user = self._person(username, password, at)
        if user is None and is_throttled:
            count_refusal(RefusalKind.THROTTLED, by=None, **_request_words(request), at=at)
            raise ValidationError(THROTTLED)
        if user is None:
            count_against_address(at)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return a session's person with today's memberships, mostly read with the session."""
        memberships = came_with_session(user_id) or Membership.objects.of_today(user_id)
        user = memberships[0].user if memberships else User.objects.filter(pk=user_id).first()
        if user is None or not user.is_active:
            return None
        user.current_memberships = in_order(memberships)
        return user

    def _person(self, username: str, password: str, at: datetime) -> User | None:
        user = User.objects.active().filter(username=username).first()
        if user is None:
            make_password(password)  # takes as long as checking a wrong password
            # Shortened because people type passwords there by mistake.
            sign_in.refuse(f"账号“{username[:3]}…”不存在或已停用，登录被拒。", at=at)
        elif (is_right := judge_password(user, password, at=at)) is None:
            make_password(password)
        elif is_right and user.temporary_until is not None and user.temporary_until < at:
            sign_in.refuse("一次性密码已过期，登录被拒。", by=user, at=at)
        elif is_right:
            return user
        return None


def _is_throttled() -> bool:
    key = _key()
    if key is not None:
        with _cache_may_be_down():
            return bool(cache.get(key, 0) >= settings.LOGIN_FAILURES_PER_ADDRESS)
    return False


def _signed_in_here(username: str, at: datetime) -> bool:
    """Return whether the account was used from this address in the last KNOWN_DAYS days."""
    user = User.objects.active().filter(username=username).first()
    if user is None:
        return False
    since = at - timedelta(days=KNOWN_DAYS)
    entered = Event.objects.filter(
        target_type=User._meta.label_lower,
        target_id=user.pk,
        action="user.sign_in",
        outcome=Outcome.DONE,
    )
    return entered.filter(address=origin.get().address, at__gte=since).exists()


def _request_words(request: HttpRequest | None) -> dict[str, str]:
    return {"method": (request and request.method) or "", "path": request.path if request else ""}


def count_against_address(at: datetime) -> None:
    """Count a failure from this address; the first begins the window. Record the last allowed."""
    key = _key()
    if key is None:
        return
    with _cache_may_be_down():
        cache.add(key, 0, THROTTLE_MINUTES * 60)
        if cache.incr(key) == settings.LOGIN_FAILURES_PER_ADDRESS:
            sign_in.refuse("同一来源地址登录失败过多，暂停受理。", at=at)


def _key() -> str | None:
    address = origin.get().address
    return f"sign-in:{address}" if address else None


@contextmanager
def _cache_may_be_down() -> Iterator[None]:
    """Ignore errors of the cache: no throttle then, but each account's lockout still works."""
    try:
        yield
    except RedisError:
        logger.warning("The cache does not answer; sign-in goes on without the throttle.")
