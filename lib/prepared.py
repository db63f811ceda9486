"""A statement that PostgreSQL plans once a connection, for what is asked on every page.

psycopg2 sends each statement anew and PostgreSQL plans it anew: some milliseconds where it has many
parts. PREPARE and EXECUTE are plain SQL that psycopg2 does not use by itself.
"""

import json
from collections.abc import Sequence
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from psycopg2.extensions import AsIs

M = TypeVar("M", bound=Model)
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
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return Prepared("SELECT WHERE false", [], types=types)
    return Prepared(sql, [_argument(one) for one in parameters], types=types)


def _argument(parameter: object) -> object:
    is_stand_in = isinstance(parameter, int) and parameter < 0
    return Argument(-1 - parameter) if is_stand_in else parameter  # type: ignore[operator]


class Whole(Generic[M]):
    """A model's columns for a statement, and its instances out of the rows that come back."""

    def __init__(self, model: type[M], *beside: str, also: Sequence[str] = ()) -> None:
        """`beside`: what each points to, fetched with it; `also`: annotations, maybe arrays."""
        self.model, self.also = model, also
        related = [(name, model._meta.get_field(name).related_model) for name in beside]
        self._parts = [_Part(name, one) for name, one in [("", model), *related]]

    def columns(self, rows: QuerySet) -> QuerySet:
        """Ask for what read() takes."""
        return rows.values_list(*(name for part in self._parts for name in part.paths), *self.also)

    def read(self, row: Sequence[Any]) -> M:
        found, *beside = self._parts
        instance: Any = found.read(row)
        place = len(found.paths)
        for part in beside:
            setattr(instance, part.name, part.read(row[place:]))
            place += len(part.paths)
        for name, value in zip(self.also, row[place:], strict=True):
            setattr(instance, name, [*map(_read, value)] if isinstance(value, list) else value)
        return instance


def _read(item: Any) -> Any:
    return json.loads(item) if isinstance(item, str) else item


class _Part:
    """One model in a row."""

    def __init__(self, name: str, model: Any) -> None:
        fields = model._meta.concrete_fields
        self.name, self.model = name, model
        self.attributes = [field.attname for field in fields]
        self.paths = [f"{name}__{one}" if name else one for one in self.attributes]
        self._converted = [
            (place, field.from_db_value)
            for place, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]

    def read(self, row: Sequence[Any]) -> Any:
        """The instance that the row begins with; None where it has no key."""
        own = list(row[: len(self.paths)])
        for place, convert in self._converted:
            own[place] = convert(own[place], None, connection)
        instance = self.model.from_db(None, self.attributes, own)
        return None if instance.pk is None else instance
