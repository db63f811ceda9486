"""Recording sign-ins, refused ones and sign-outs."""

from datetime import datetime

from django.db import transaction

from agencies.accounts.passwords import is_too_old
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
