"""A statement that PostgreSQL plans once a connection, for what is asked on every page.

psycopg2 sends each statement anew and PostgreSQL plans it anew: some milliseconds where it has many
parts. PREPARE and EXECUTE are plain SQL that psycopg2 does not use by itself.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakSet

from django.db import connection
from django.db.models import QuerySet
from psycopg2.extensions import AsIs

_NUMBERS = count(1)


class Argument(NamedTuple):
    """Stands among the parameters of a Prepared for a value that each run brings."""

    place: int  # among those values, from 0


class Prepared:
    """A SELECT under a name of its own."""

    def __init__(self, sql: str, parameters: Sequence[Any], *, types: Sequence[str]) -> None:
        """`sql` has a %s for each parameter; those that are no Argument become part of the plan.

        `types` are the SQL types of the values that each run brings, whether used or not.
        """
        self.sql = sql
        self.parameters = tuple(parameters)
        self.types = tuple(types)
        self._name = f"prepared_{next(_NUMBERS)}"
        self._known_to: WeakSet[Any] = WeakSet()  # open connections

    def rows(self, values: Sequence[Any]) -> list[tuple]:
        """Run it with a value for each Argument."""
        with connection.cursor() as cursor:
            if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                # A pooler may give each transaction another session, and that knows no names.
                cursor.execute(self.sql, self._filled([*values]))
            else:
                if connection.connection not in self._known_to:
                    self._prepare()
                marks = ", ".join(["%s"] * len(values))
                cursor.execute(f"EXECUTE {self._name}({marks})", values)
            return cursor.fetchall()

    def _prepare(self) -> None:
        marks = [AsIs(f"${place + 1}") for place in range(len(self.types))]
        # Not a query of the page: it is asked once a connection, so it is not counted as one.
        with connection.connection.cursor() as cursor:
            body = cursor.mogrify(self.sql, self._filled(marks)).decode()
            # Else PostgreSQL plans the first five runs as if there were no name.
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE {self._name}({', '.join(self.types)}) AS {body}")
        self._known_to.add(connection.connection)

    def _filled(self, values: Sequence[Any]) -> list[Any]:
        return [values[one.place] if isinstance(one, Argument) else one for one in self.parameters]


def prepared(rows: QuerySet, *types: str) -> Prepared:
    """A queryset as a statement; -1, -2 … in its filters stand for the values that a run brings.

    Its rows come as PostgreSQL gives them: what is JSON is text.
    """
    sql, parameters = rows.query.sql_with_params()
    return Prepared(sql, [_argument(one) for one in parameters], types=types)


def _argument(parameter: object) -> object:
    is_stand_in = isinstance(parameter, int) and parameter < 0
    return Argument(-1 - parameter) if is_stand_in else parameter  # type: ignore[operator]
