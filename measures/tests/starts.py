"""Rows many tests start from: created once per process, then copied into each database.

A start is a fixture without a value, requested by fixtures that read its rows. The rows are there
before any other fixture of the test creates its own, so that they can be the same each time.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from measures.tests.rows import Rows, dump_rows, restore_rows


class Start(NamedTuple):
    """How the rows are created; `after` names the start whose rows must exist already."""

    after: str | None
    make: Callable[[], object]


_starts: dict[str, Start] = {}
_made: dict[str, Rows] = {}
_standing: list[tuple[str, transaction.Atomic]] = []  # at most one


def define_start(
    name: str, make: Callable[[], object], *, after: str | None = None
) -> Callable[[], None]:
    """Return the fixture of that name. `make` must not depend on the first test to use it."""
    _starts[name] = Start(after, make)

    @pytest.fixture(name=name)
    def start(rows_at_start: None) -> None:
        """The root conftest's `rows_at_start` has put the rows there."""

    return start


def last_start(fixtures: Sequence[str]) -> str | None:
    """Return the start that comes last among a test's fixtures and builds on the others."""
    asked = [name for name in _starts if name in fixtures]
    if not asked:
        return None
    last = max(asked, key=lambda name: len(_way_to(name)))
    assert set(asked) <= set(_way_to(last)), f"one test cannot start from all of {asked}"
    return last


def _way_to(name: str) -> list[str]:
    after = _starts[name].after
    return [*(_way_to(after) if after else []), name]


def keep_standing(name: str | None) -> None:
    """Keep the rows of a start, or none, in the database for the following tests.

    They are in their own transaction; each test rolls back its own changes within it.
    """
    if _standing and (_standing[0][0] != name or connection.closed_in_transaction):
        transaction.set_rollback(True)
        _standing.pop()[1].__exit__(None, None, None)
    if name in _made and not _standing and not connection.in_atomic_block:
        around = transaction.atomic()
        around.__enter__()
        _standing.append((name, around))
        restore_rows(_made[name])


def make_start(name: str) -> None:
    """Put the rows of a start into the empty database, if they are not there."""
    if _standing:
        return
    if name in _made:
        restore_rows(_made[name])
        return
    start = _starts[name]
    if start.after:
        make_start(start.after)
    start.make()
    connection.check_constraints()  # now, as copying the rows skips them
    _made[name] = dump_rows()
