"""Prepared statements for queries of every page, and the database that reads go to.

psycopg2 sends each statement as text and PostgreSQL plans it again, which takes some milliseconds
for a long one. PREPARE and EXECUTE are plain SQL that psycopg2 does not use by itself.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from itertools import chain, count
from typing import Any, NamedTuple, Self
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DEFERRED, DateField, Model, QuerySet, Value
from django.db.models.functions import Cast
from psycopg2.extensions import AsIs

_NUMBERS = count(1)
_BIGINT = range(-(2**63), 2**63)
OWN = -999  # placeholder of a value that becomes part of the plan (Prepared.planned_for)
STAND_IN = re.compile(rf"-[1-9]|{OWN}")  # in a column of text
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


class Argument(NamedTuple):
    """A parameter of a Prepared whose value is passed to each run."""

    place: int  # among those values, from 0


class Prepared:
    """A named statement: PREPARE once per connection, then EXECUTE with values."""

    def __init__(self, sql: str, parameters: Sequence[Any], *, types: Sequence[str]) -> None:
        """`sql` has a %s for each parameter; values other than Argument become part of the plan.

        `types` are the SQL types of the values passed to each run, used or not.
        """
        self.sql = sql
        self.parameters = tuple(parameters)
        self.types = tuple(types)
        self._name = f"prepared_{next(_NUMBERS)}"
        self._known_to: WeakSet[Any] = WeakSet()  # open connections

    def planned_for(self, value: Any) -> Self:
        """Return the same statement with the value of OWN known to PostgreSQL's planner."""
        own = Argument(-1 - OWN)
        parameters = [value if one == own else one for one in self.parameters]
        return type(self)(self.sql, parameters, types=self.types)

    def rows(self, values: Sequence[Any], *, after: "Prepared | None" = None) -> list[tuple]:
        """Run it with a value for each Argument; returns no rows if a number exceeds bigint.

        `after`: a statement that runs just before, with the same values and in the same round trip.
        If it waits for a lock, this one sees what was committed meanwhile (READ COMMITTED).
        """
        if any(isinstance(value, int) and value not in _BIGINT for value in values):
            return []  # Django does the same if a key in an address is too large for its column
        with connections[reads_from()].cursor() as cursor:
            self._execute(cursor, values, after)
            return cursor.fetchall()

    def write(self, values: Sequence[Any]) -> list[tuple]:
        """Run a statement that writes, always on the primary. Returns its rows, if any."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self._execute(cursor, values)
            return cursor.fetchall() if cursor.description else []

    def _execute(self, cursor: Any, values: Sequence[Any], after: "Prepared | None" = None) -> None:
        statements = [after, self] if after else [self]
        calls = [one._call(cursor.db, values) for one in statements]
        words, parameters = zip(*calls, strict=True)
        cursor.execute("; ".join(words), [*chain(*parameters)])

    def _call(self, database: Any, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
        """The SQL that executes it, and the parameters of that SQL."""
        if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            # A pooler may give each transaction another session, which has no prepared statements.
            return self.sql, self._filled([*values])
        if database.connection not in self._known_to:
            with database.wrap_database_errors:  # turns the driver's errors into Django's
                self._prepare(database.connection)
        marks = f"({', '.join(['%s'] * len(values))})" if values else ""
        return f"EXECUTE {self._name}{marks}", values

    def _prepare(self, opened: Any) -> None:
        marks = [AsIs(f"${place + 1}") for place in range(len(self.types))]
        # Run once per connection, so it is not counted as a query of the page.
        with opened.cursor() as cursor:
            body = cursor.mogrify(self.sql, self._filled(marks)).decode()
            types = f"({', '.join(self.types)})" if self.types else ""
            cursor.execute(f"PREPARE {self._name}{types} AS {body}")
        self._known_to.add(opened)

    def _filled(self, values: Sequence[Any]) -> list[Any]:
        return [values[one.place] if isinstance(one, Argument) else one for one in self.parameters]


def prepared(rows: QuerySet, *types: str) -> Prepared:
    """A queryset as a statement; -1, -2 … in its filters are placeholders for a run's values.

    Its rows are those of psycopg2, without Django's conversion: JSON is text.
    """
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return Prepared("SELECT WHERE false", [], types=types)
    return Prepared(sql, [_argument(one) for one in parameters], types=types)


def day_stand_in(number: int) -> Cast:
    """Return the placeholder of a day: -1, -2 … as in prepared(), in place of a date."""
    return Cast(Value(str(number)), DateField())


def sliced(rows: QuerySet, *types: str) -> Prepared:
    """As prepared(), for a slice; two more values: how many rows to skip, and how many to read."""
    whole = prepared(rows, *types)
    part = [Argument(len(types) + 1), Argument(len(types))]
    sql = f"{whole.sql} LIMIT %s OFFSET %s"
    return Prepared(sql, [*whole.parameters, *part], types=[*types, "bigint", "bigint"])


class _Part(NamedTuple):
    """A model whose columns are in a row, and the object to attach its instance to."""

    model: type[Model]
    columns: Sequence[str]  # the columns that are read
    fields: Sequence[str]  # all fields of the model
    places: Sequence[int | None]  # index of each field in the row; None: it is not read
    pk: int  # the index of the key in the row
    read: Sequence[tuple[int, Any]]  # numbers of the fields that the model reads by itself
    path: str
    owner: str  # the path to the object that refers to it
    field: Any  # the relation of the owner that refers to it


class PreparedObjects:
    """A queryset as a statement that returns objects of its model, like select_related.

    `only`: the columns to read, all if none are named; `related`: the columns of related objects by
    path, shorter paths first; `added`: annotations, which may be arrays of JSON.
    """

    def __init__(
        self,
        rows: QuerySet,
        *types: str,
        only: Sequence[str] = (),
        related: Mapping[str, Sequence[str]] | None = None,
        added: Sequence[str] = (),
    ) -> None:
        columns: list[str] = []
        self._parts: list[_Part] = []
        for path, wanted in {"": only, **(related or {})}.items():
            part = _part(rows.model, path, wanted, start=len(columns))
            self._parts.append(part)
            prefix = f"{path}__" if path else ""
            columns += [f"{prefix}{name}" for name in part.columns]
        self._added, self._width = tuple(added), len(columns)
        self._statement = prepared(rows.values_list(*columns, *added), *types)

    def planned_for(self, value: Any) -> Self:
        """As Prepared.planned_for."""
        planned = copy(self)
        planned._statement = self._statement.planned_for(value)
        return planned

    def rows(self, values: Sequence[Any], *, after: Prepared | None = None) -> list[Any]:
        """Run it with the values of its placeholders; `after`: see Prepared.rows."""
        return self._objects(self._statement.rows(values, after=after))

    def _objects(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        database = connections[DEFAULT_DB_ALIAS]
        known: dict[tuple[str, Any], Any] = {}  # rows that refer to the same thing share one object
        return [self._object(row, known, database) for row in rows]

    def _object(self, row: Sequence[Any], known: dict[tuple[str, Any], Any], database: Any) -> Any:
        made: dict[str, Any] = {}
        for part in self._parts:
            owner, key = made.get(part.owner), (part.path, row[part.pk])
            found = known.get(key) if part.path else None
            is_there = row[part.pk] is not None and (owner is not None or not part.path)
            if found is None and is_there:
                # With fewer values than fields, Django looks up the name of every field.
                values = [DEFERRED if place is None else row[place] for place in part.places]
                for number, read in part.read:
                    values[number] = read(values[number], None, database)
                found = part.model.from_db(DEFAULT_DB_ALIAS, part.fields, values)
            if found is not None:
                made[part.path] = known[key] = found
            if owner is not None:
                part.field.set_cached_value(owner, found)
                if found is not None and part.field.one_to_one:
                    part.field.remote_field.set_cached_value(found, owner)
        for name, value in zip(self._added, row[self._width :], strict=True):
            setattr(made[""], name, [*map(_told, value)] if isinstance(value, list) else value)
        return made[""]


def _part(model: type[Model], path: str, wanted: Sequence[str], *, start: int) -> _Part:
    field: Any = None
    for step in path.split("__") if path else ():
        field = model._meta.get_field(step)
        model = field.related_model
    fields: Any = model._meta.concrete_fields
    own = [one for one in fields if not wanted or one.primary_key or one.attname in wanted]
    read = enumerate(getattr(one, "from_db_value", None) for one in fields)
    return _Part(
        model,
        [one.attname for one in own],
        [one.attname for one in fields],
        [start + own.index(one) if one in own else None for one in fields],
        start + own.index(model._meta.pk),
        [(number, how) for number, how in read if how and fields[number] in own],
        path,
        path.rpartition("__")[0],
        field,
    )


def _told(item: Any) -> Any:
    return json.loads(item) if isinstance(item, str) else item


def _argument(parameter: object) -> object:
    if isinstance(parameter, str) and STAND_IN.fullmatch(parameter):
        parameter = int(parameter)
    is_stand_in = isinstance(parameter, int) and parameter < 0
    return Argument(-1 - parameter) if is_stand_in else parameter  # type: ignore[operator]
