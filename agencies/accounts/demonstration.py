"""The demonstration's accounts: made up, all with the one password that the login page shows."""

from datetime import datetime

from django.db import transaction

from agencies.accounts.people import save_account
from agencies.models import User


@transaction.atomic
def make_demonstration_account(
    *, by: User | None, username: str, name: str, hashed: str, at: datetime
) -> User:
    """Make an account with a public password; `hashed`, as hashing it for each takes seconds."""
    user = User(username=username, name=name, password=hashed, must_change_password=False)
    save_account(user, "演示账号", by=by, at=at)
    return user
