"""What many tests start from: made once in a process, then copied into each test's database.

A start is a fixture without a value; a fixture that reads its rows asks for it. The rows are there
before any other fixture of the test makes its own, so that they can be the same each time.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from measures.tests.rows import Rows, dump_rows, restore_rows


class Start(NamedTuple):
    """How the rows are made; `after` names the start whose rows must be there already."""

    after: str | None
    make: Callable[[], object]


_starts: dict[str, Start] = {}
_made: dict[str, Rows] = {}
_standing: list[tuple[str, transaction.Atomic]] = []  # one at most


def define_start(
    name: str, make: Callable[[], object], *, after: str | None = None
) -> Callable[[], None]:
    """Return the fixture of that name. `make` must not depend on the test that asks first."""
    _starts[name] = Start(after, make)

    @pytest.fixture(name=name)
    def start(rows_at_start: None) -> None:
        """The rows are there: the root conftest's `rows_at_start` has seen to it."""

    return start


def last_start(fixtures: Sequence[str]) -> str | None:
    """Return the start that comes last among a test's fixtures; the others lead to it."""
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
    """Let the rows of a start, made before, stand around the tests to come, or none.

    They stand in a transaction of their own; each test undoes within it what it does itself.
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
    """Put the rows of a start into the empty database, if they do not stand there."""
    if _standing:
        return
    if name in _made:
        restore_rows(_made[name])
        return
    start = _starts[name]
    if start.after:
        make_start(start.after)
    start.make()
    connection.check_constraints()  # now: they would not be when the rows are copied
    _made[name] = dump_rows()
