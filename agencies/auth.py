"""How Django finds the person: sign-in with lock-out, and the person of a session."""

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import now

from agencies import audit
from agencies.actions import sign_in
from agencies.models import User

THROTTLE_SECONDS = 900


class PeopleBackend(BaseBackend):
    """Username and password; the same answer for an unknown name and a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: object
    ) -> User | None:
        """The person, or None. Counts failures, locks, and tells the audit trail.

        Raises ValidationError where the address has tried too often.
        """
        at = now()
        self._throttle()
        user = User.objects.active().filter(username=username).first()
        if user is None:
            make_password(password)  # takes as long as a wrong password would
            sign_in.refuse_unknown(username, at=at)
            return None
        if user.is_locked(at=at):
            sign_in.refuse_locked(user, at=at)
            return None
        if not user.check_password(password):
            sign_in.count_failure(user, at=at)
            return None
        if user.temporary_until is not None and user.temporary_until < at:
            sign_in.refuse_expired(user, at=at)
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, with the count of unread messages; one query."""
        return User.objects.active().with_unread().filter(pk=user_id).first()

    def _throttle(self) -> None:
        address = audit.origin.get().address
        if address is None:
            return
        key = f"sign-in:{address}"
        cache.add(key, 0, THROTTLE_SECONDS)
        if cache.incr(key) > settings.LOGIN_FAILURES_PER_ADDRESS:
            raise ValidationError("登录尝试过于频繁，请15分钟后再试。")
