"""Django's sessions in the database, read by a statement that is planned once a connection."""

from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils.timezone import now

from agencies.models import UserSession
from lib.prepared import Argument, Prepared

_STORED = Prepared(
    "SELECT session_data FROM agencies_usersession WHERE session_key = %s AND expire_date > %s",
    [Argument(0), Argument(1)],
    types=["varchar", "timestamptz"],
)


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        """The row, with what the list of one's sessions shows: no statement more than without."""
        row = cast(UserSession, super().create_model_instance(data))
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.since, row.seen_at = _moment(data.get("entered")), _moment(data.get("seen"))
        row.address = data.get("address")
        return row

    def load(self) -> dict[str, Any]:
        """Read the session; what is missing or over is dealt with as Django does."""
        rows = _STORED.rows([self.session_key, now()])
        return self.decode(rows[0][0]) if rows else super().load()


def _moment(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
