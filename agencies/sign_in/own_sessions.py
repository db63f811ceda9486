"""A person's sessions: beginning one, the maximum number, ending others."""

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
# Session key: the password was right, and the code of the second factor is still missing.
AWAITED = "awaited"
CODE_SECONDS = 300
# Session key: whether the person signed in by single sign-on.
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
    """Sign a person in, and end their oldest sessions if they have over settings.SESSIONS_MOST.

    Locks the person, so that of two concurrent sign-ins the second sees the first one's session.
    Records the sign-in first: there is no session without its event.
    """
    actions.enter(user, at=at, amid_work=amid_work, by_provider=by_provider)
    # The backend that finds a session's person, whichever way they signed in.
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
    """Remember for some minutes who passed the first step; this does not sign anybody in."""
    request.session[AWAITED] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": at.timestamp() + CODE_SECONDS,
        "leads_to": leads_to,
        BY_PROVIDER: by_provider,
    }


def awaited(request: HttpRequest, *, at: datetime) -> tuple[User | None, str, bool]:
    """Return who must still enter a code, the page to open then, and whether by single sign-on."""
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
    """End the person's session with this mark, or all if it is empty; never the one with key `but`.

    Raises DomainError if no such session exists any more.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = UserSession.objects.filter(user=user).exclude(pk=but)
    keys = [row.session_key for row in others if mark in ("", row.mark)]
    if not keys:
        raise DomainError("这次登录已经结束，请返回“个人设置”查看最新状态。")
    _end(keys, "结束了本人在另一处的登录", ENDED, by=user, at=at)


def why_ended(session_key: str | None) -> str:
    """Return why the session with this key was ended, as a sentence; empty if unknown."""
    with suppress(RedisError):
        return str(cache.get(_cache_key(session_key), "")) if session_key else ""
    return ""


def _end(keys: list[str], words: str, told: str, *, by: User, at: datetime) -> None:
    if not keys:
        return
    UserSession.objects.filter(pk__in=keys).delete()
    sentence = f"{words}（{len(keys)}个）。"
    trail.record("user.end_sessions", by, by=by, at=at, sentence=sentence)
    # Without the cache the sign-in page only lacks the reason.
    with suppress(RedisError):
        cache.set_many({_cache_key(key): told for key in keys}, settings.SESSION_COOKIE_AGE)


def _cache_key(session_key: str) -> str:
    return f"ended:{mark_of(session_key)}"
