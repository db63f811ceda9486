"""Django's sessions, with the columns that the list of one's own sessions shows."""

import hashlib
from datetime import datetime, timedelta
from importlib import import_module
from typing import Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q, QuerySet

from agencies.models.user import User


class UserSessionQuerySet(QuerySet):
    def alive(self, *, at: datetime) -> Self:
        """Sessions that are still valid, newest first."""
        idle = at - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        used = Q(seen_at__isnull=True) | Q(seen_at__gte=idle)
        return self.filter(used, expire_date__gt=at).order_by("-since", "session_key")


class UserSession(AbstractBaseSession):
    """A session; its columns repeat values of its data, so that a list need not decode it."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", verbose_name="人员"
    )
    since = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近使用", null=True)
    address = models.GenericIPAddressField("来源地址", null=True)

    objects = BaseSessionManager.from_queryset(UserSessionQuerySet)()  # type: ignore[misc]

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"

    def __str__(self) -> str:
        return f"{self.user_id} {self.since}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the store that Django decodes a row with; the settings name it."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    @property
    def mark(self) -> str:
        """Identifies it on a page: whoever has its key is signed in, so the key is never shown."""
        return mark_of(self.session_key)


def mark_of(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]
