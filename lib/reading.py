"""Which database reads go to: the primary, or a replica where a page may lag behind."""

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
    """Reads go there; writes go to the primary at any time."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)
