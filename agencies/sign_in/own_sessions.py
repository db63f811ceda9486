"""A person's sessions: begun, how many at a time, ended from elsewhere."""

from contextlib import suppress
from datetime import datetime
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth import login
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from redis.exceptions import RedisError

from agencies.audit import trail
from agencies.models import User, UserSession
from agencies.models.session import mark_of
from agencies.sign_in import actions
from lib.errors import DomainError
from lib.origin import origin

REPLACED = (
    "您的账号已在另一处登录，此处已退出。如不是您本人登录，请立即修改密码，并联系系统管理员。"
)
# In the session of somebody whose password was right and whose code is awaited.
AWAITED = "awaited"
CODE_SECONDS = 300
# In the session of somebody who came in by single sign-on.
BY_PROVIDER = "by_provider"
ENDED = "这里的登录已由您在另一处结束，请重新登录。"


@transaction.atomic
def begin_session(
    request: HttpRequest,
    user: User,
    *,
    at: datetime,
    amid_work: bool = False,
    by_provider: bool = False,
) -> None:
    """Sign a person in and end the oldest of their sessions above settings.SESSIONS_MOST.

    The person's row is locked meanwhile: of two at once the second one sees the first's session.
    The sign-in is recorded first: no event, no session.
    """
    actions.enter(user, at=at, amid_work=amid_work, by_provider=by_provider)
    # The one that finds the person of a session, however they came in.
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    stamp = at.timestamp()
    request.session.pop(AWAITED, None)
    request.session[BY_PROVIDER] = by_provider
    request.session.update({"entered": stamp, "seen": stamp, "address": origin.get().address})
    request.session.save()
    if settings.SESSIONS_MOST:
        others = UserSession.objects.filter(user=user).exclude(pk=request.session.session_key)
        surplus = others.order_by("-since")[settings.SESSIONS_MOST - 1 :]
        words = "因在另一处登录，结束了较早的登录"
        _end([row.session_key for row in surplus], words, REPLACED, by=user, at=at)


def await_code(
    request: HttpRequest, user: User, *, leads_to: str, at: datetime, by_provider: bool = False
) -> None:
    """Keep for some minutes who has taken the first step; nobody is signed in by that."""
    request.session[AWAITED] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": at.timestamp() + CODE_SECONDS,
        "leads_to": leads_to,
        BY_PROVIDER: by_provider,
    }


def awaited(request: HttpRequest, *, at: datetime) -> tuple[User | None, str, bool]:
    """Who still owes the code, the page they asked for, and whether by single sign-on."""
    kept = request.session.get(AWAITED)
    if kept is None or kept["until"] < at.timestamp():
        return None, "", False
    user = User.objects.active().filter(pk=kept["user"]).first()
    if user is None or not user.totp_secret:
        return None, "", False
    if not compare_digest(user.get_session_auth_hash(), kept["hash"]):
        return None, "", False
    return user, kept["leads_to"], kept[BY_PROVIDER]


@transaction.atomic
def end_sessions(user: User, mark: str, *, but: str, at: datetime) -> None:
    """End one's session that has this mark, or all but the one whose key is `but` without a mark.

    Raises DomainError where there is none such any more.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = UserSession.objects.filter(user=user).exclude(pk=but)
    keys = [row.session_key for row in others if mark in ("", row.mark)]
    if not keys:
        raise DomainError("这次登录已经结束，请返回“个人设置”查看最新状态。")
    _end(keys, "结束了本人在另一处的登录", ENDED, by=user, at=at)


def why_ended(session_key: str | None) -> str:
    """Return the sentence for whoever comes back with the key of a session that was ended."""
    with suppress(RedisError):
        return str(cache.get(_cache_key(session_key), "")) if session_key else ""
    return ""


def _end(keys: list[str], words: str, told: str, *, by: User, at: datetime) -> None:
    if not keys:
        return
    UserSession.objects.filter(pk__in=keys).delete()
    sentence = f"{words}（{len(keys)}个）。"
    trail.record("user.end_sessions", by, by=by, at=at, sentence=sentence)
    # Only a courtesy: without the cache they are led to the sign-in page without a reason.
    with suppress(RedisError):
        cache.set_many({_cache_key(key): told for key in keys}, settings.SESSION_COOKIE_AGE)


def _cache_key(session_key: str) -> str:
    return f"ended:{mark_of(session_key)}"
