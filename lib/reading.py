"""Which database reads go to: the primary, or a replica for pages that may lag behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS

_alias: ContextVar[str] = ContextVar("_alias", default=DEFAULT_DB_ALIAS)


def reads_from() -> str:
    """The alias of the database that reads go to now."""
    return _alias.get()


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Send reads to this database while the block runs; writes always go to the primary."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)
