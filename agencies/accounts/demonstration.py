"""The demonstration's accounts: made up, all with the one password that the login page shows."""

from datetime import datetime

from django.db import transaction

from agencies.audit import trail
from agencies.models import User


@transaction.atomic
def make_demonstration_account(
    *, by: User | None, username: str, name: str, hashed: str, at: datetime
) -> User:
    """Make an account with a public password; `hashed`, as hashing it for each takes seconds."""
    user = User(username=username, name=name, password=hashed, must_change_password=False)
    user.full_clean()
    user.save()
    trail.record(
        "user.create",
        user,
        by=by,
        at=at,
        sentence=f"新建演示账号“{username}”（{name}）。",
        after={"username": username, "name": name},
    )
    return user
