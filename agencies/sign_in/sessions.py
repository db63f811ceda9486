"""The session store: reads a session with its person in one prepared statement."""

from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.db.models import F
from django.utils.timezone import localdate, now

from agencies.models import Membership, UserSession
from lib.prepared import Argument, Prepared, PreparedObjects

_STORED = Prepared(
    "SELECT session_data FROM agencies_usersession WHERE session_key = %s AND expire_date > %s",
    [Argument(0), Argument(1)],
    types=["varchar", "timestamptz"],
)
# The memberships read with the current request's session, until its person is loaded.
_came: ContextVar[list[Membership]] = ContextVar("came_with_session")


def came_with_session(user_id: int) -> list[Membership]:
    """Return a person's memberships that were read with the session, and forget them."""
    found = _came.get([])
    _came.set([])
    return found if found and found[0].user_id == user_id else []


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        """Return the row with the columns for the list of one's sessions; no further query."""
        row = cast(UserSession, super().create_model_instance(data))
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.since, row.seen_at = _moment(data.get("entered")), _moment(data.get("seen"))
        row.address = data.get("address")
        return row

    def save(self, must_create: bool = False) -> None:
        """Store the session. Raises OperationalError where the database is away.

        Django takes every error of updating for a session that has ended, and answers 400.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def load(self) -> dict[str, Any]:
        """Read the session; a missing or expired one is handled as by Django."""
        at = now()
        held = _held(localdate(at)).rows([self.session_key])
        held = held if held and held[0].session_ends > at else []
        _came.set(held)
        if held:
            return self.decode(held[0].session_data)
        rows = _STORED.rows([self.session_key, at])
        return self.decode(rows[0][0]) if rows else super().load()


@lru_cache(maxsize=2)  # today's, and yesterday's around midnight
def _held(on: date) -> PreparedObjects:
    """Return the statement for a session's memberships on a day, with person and agencies."""
    session = {
        "session_data": F("user__sessions__session_data"),
        "session_ends": F("user__sessions__expire_date"),
    }
    rows = Membership.objects.current(on=on).filter(user__sessions="-1").annotate(**session)
    related = {"agency": (), "user": ()}
    return PreparedObjects(
        rows.order_by("valid_from", "pk"), "varchar", related=related, added=[*session]
    )


def _moment(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
