"""Django's sessions in the database, read by a statement that is planned once a connection."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils.timezone import now

from lib.prepared import Argument, Prepared

_STORED = Prepared(
    "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
    [Argument(0), Argument(1)],
    types=["varchar", "timestamptz"],
)


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """Read the session; what is missing or over is dealt with as Django does."""
        rows = _STORED.rows([self.session_key, now()])
        return self.decode(rows[0][0]) if rows else super().load()
