"""Pages that only read may read from a replica, as long as it follows closely.

Off until `READ_DATABASE_URL` is set. If the replica lags or is gone, pages read from the primary.
A person who has just written reads from the primary too, and so sees the change.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from lib.prepared import reading_from, reads_from

logger = logging.getLogger(__name__)
REPLICA = "replica"
PAGES = {
    "reports:overview",
    "reports:overview_screen",
    "reports:trends",
    "reports:list",
    "reports:report",
}
WROTE = "wrote"  # the cookie of a person who has just written
ASK_EVERY = 1.0  # seconds between two queries of the lag
# While nothing is written, the last replayed transaction gets older although nothing is missing. A
# replica that is not connected to the primary does not know what it misses.
_LAG = """
    SELECT CASE
      WHEN NOT pg_is_in_recovery() THEN 0
      WHEN EXISTS (SELECT FROM pg_stat_wal_receiver)
        AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
    END
"""


class Router:
    """Routes reads as lib.prepared says; everything else, migrations too, to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return reads_from()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class FromReplica:
    """Middleware: read PAGES from the replica; if that fails, again from the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            response.set_cookie(
                WROTE,
                "1",
                max_age=settings.READ_OWN_SECONDS,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        """Returns None for refusals and failures: then Django calls the view on the primary."""
        match = request.resolver_match
        may = request.method == "GET" and match is not None and match.view_name in PAGES
        if not may or WROTE in request.COOKIES or not follows():
            return None
        try:
            with reading_from(REPLICA):
                return view(request, *args, **kwargs)
        except Exception as error:
            if isinstance(error, Error):
                logger.warning("the replica did not answer a page: %s", error)
            return None


_asked_at, _follows = -ASK_EVERY, False


def follows() -> bool:
    """Whether the replica is up and close enough; queried about once a second per process."""
    global _asked_at, _follows
    if time.monotonic() - _asked_at >= ASK_EVERY:
        _asked_at = time.monotonic()
        _follows = lag() <= settings.READ_LAG_SECONDS
    return _follows


def lag() -> float:
    """Return how many seconds the replica is behind; infinite if it is gone or replayed nothing."""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_LAG)
            found = cursor.fetchone()[0]
    except Error as error:
        logger.warning("the replica is away: %s", error)
        connections[REPLICA].close()
        return float("inf")
    return float("inf") if found is None else float(found)
