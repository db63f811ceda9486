"""A statement that PostgreSQL plans once a connection, for what is asked on every page.

psycopg2 sends each statement anew and PostgreSQL plans it anew: some milliseconds where it has many
parts. PREPARE and EXECUTE are plain SQL that psycopg2 does not use by itself.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import ForeignKey, Model, QuerySet
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
                marks = f"({', '.join(['%s'] * len(values))})" if values else ""
                cursor.execute(f"EXECUTE {self._name}{marks}", values)
            return cursor.fetchall()

    def _prepare(self) -> None:
        marks = [AsIs(f"${place + 1}") for place in range(len(self.types))]
        # Not a query of the page: it is asked once a connection, so it is not counted as one.
        with connection.connection.cursor() as cursor:
            body = cursor.mogrify(self.sql, self._filled(marks)).decode()
            # Else PostgreSQL plans the first five runs as if there were no name.
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            types = f"({', '.join(self.types)})" if self.types else ""
            cursor.execute(f"PREPARE {self._name}{types} AS {body}")
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


class _Place(NamedTuple):
    """A model of which a row has columns, and where its object goes."""

    model: type[Model]
    columns: Sequence[str]
    start: int  # the place of the first column in the row
    pk: int  # the place of the key
    read: Sequence[tuple[int, Any]]  # places of the columns that the model reads by itself
    owner: str  # the path to whose object it is; its own path; the attribute it becomes there
    path: str
    name: str


class PreparedObjects:
    """A queryset as a statement whose rows are objects of its model, as select_related makes them.

    `only`: the columns that are read, all where none are named; `related`: the columns of what
    they refer to, by path, the shorter first; `added`: annotations. What is no foreign key, and so
    may be missing, becomes the attribute `…_found`, None where it is.
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
        self._parts: list[_Place] = []
        for path, wanted in {"": only, **(related or {})}.items():
            part = _part(rows.model, path, wanted, start=len(columns))
            self._parts.append(part)
            prefix = f"{path}__" if path else ""
            columns += [f"{prefix}{name}" for name in part.columns]
        self._added, self._width = tuple(added), len(columns)
        self._statement = prepared(rows.values_list(*columns, *added), *types)

    def all(self, *values: object) -> list[Any]:
        """Run it with the values of its stand-ins."""
        return self._objects(self._statement.rows(values))

    def all_unless(self, more: int, *values: object) -> list[Any] | None:
        """The same; None, and no object made, where there are `more` rows."""
        rows = self._statement.rows(values)
        return None if len(rows) >= more else self._objects(rows)

    def _objects(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        known: dict[tuple[str, Any], Any] = {}  # what several rows refer to is one object
        return [self._object(row, known) for row in rows]

    def _object(self, row: Sequence[Any], known: dict[tuple[str, Any], Any]) -> Any:
        made: dict[str, Any] = {}
        for part in self._parts:
            owner, key = made.get(part.owner), (part.path, row[part.pk])
            if part.path and key in known:
                made[part.path] = known[key]
            elif row[part.pk] is not None and (owner is not None or not part.path):
                found = list(row[part.start : part.start + len(part.columns)])
                for place, read in part.read:
                    found[place] = read(found[place], None, connection)
                alias = connection.alias
                made[part.path] = known[key] = part.model.from_db(alias, part.columns, found)
            if owner is not None:
                setattr(owner, part.name, made.get(part.path))
        for name, value in zip(self._added, row[self._width :], strict=True):
            setattr(made[""], name, value)
        return made[""]


def _part(model: type[Model], path: str, wanted: Sequence[str], *, start: int) -> _Place:
    owner, name = path.rpartition("__")[0], ""
    for step in path.split("__") if path else ():
        field: Any = model._meta.get_field(step)
        model, name = (
            field.related_model,
            step if isinstance(field, ForeignKey) else f"{step}_found",
        )
    fields: Any = [
        one
        for one in model._meta.concrete_fields
        if not wanted or one.primary_key or one.attname in wanted
    ]
    read = [
        (place, one.from_db_value)
        for place, one in enumerate(fields)
        if hasattr(one, "from_db_value")
    ]
    pk = next(place for place, one in enumerate(fields) if one.primary_key)
    columns = [one.attname for one in fields]
    return _Place(model, columns, start, start + pk, read, owner, path, name)


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
