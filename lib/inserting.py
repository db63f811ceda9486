"""Bulk insert of many thousand rows in one statement; only database constraints validate them.

With bulk_create, opening a period of 40,000 filings takes nearly twice as long: 4.4 s, and the goal
is 3 s. bulk_update writes a CASE over all rows for each field, an upsert writes every column of a
row: for 10,000 rows they take 17 s and 2 s.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable

from lib.prepared import Argument, Prepared


def insert_from(model: type[Model], rows: QuerySet, **made: Combinable) -> int:
    """Insert one row for each of `rows`, in their order; returns how many were inserted.

    `made`: by field name, the expression over `rows` that gives the column's value. Name every
    column that must not be empty: defaults of the model are not applied. Rows that a unique
    constraint refuses are skipped, so that two calls at once insert each row once.
    """
    told = rows.annotate(**{f"new_{name}": value for name, value in made.items()})
    sql, params = told.values_list(*(f"new_{name}" for name in made)).query.sql_with_params()
    columns = ", ".join(_quoted(field.column) for field in _fields(model, made))
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) {sql} ON CONFLICT DO NOTHING",
            params,
        )
        return cursor.rowcount


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert new rows of one model with all their fields, and set the key of each.

    Values are not prepared by their fields, so this is not for models with encrypted fields.
    """
    if not rows:
        return
    meta: Any = rows[0]._meta
    names = tuple(field.name for field in meta.concrete_fields if not field.primary_key)
    keys = _inserting(type(rows[0]), names).write([_as_json(rows, names)])
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key


def update_fields(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Write some fields of existing rows, all of one model."""
    if rows:
        names = ("pk", *names)
        _updating(type(rows[0]), names).write([_as_json(rows, names)])


def upsert_rows(
    model: type[Model], rows: Sequence[Mapping[str, Any]], key: Sequence[str], names: Sequence[str]
) -> None:
    """Insert rows, given as values by field; if the `key` of one exists, only update `names`."""
    if not rows:
        return
    fields = _fields(model, rows[0])
    told = [{one.column: row[one.name] for one in fields} for row in rows]
    _upserting(model, tuple(rows[0]), tuple(key), tuple(names)).write([_text(told)])


def _as_json(rows: Iterable[Model], names: Iterable[str]) -> str:
    """Rows as one JSON text, so that the SQL is the same for any number of them."""
    fields = _fields(next(iter(rows)), names)
    told = [{one.column: getattr(row, one.attname) for one in fields} for row in rows]
    return _text(told)


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=str)


@cache
def _inserting(model: type[Model], names: Sequence[str]) -> Prepared:
    key = _fields(model, ["pk"])[0].column
    sql = f"{_insert(model, names)} RETURNING {_quoted(key)}"
    return Prepared(sql, [Argument(0)], types=["json"])


@cache
def _upserting(
    model: type[Model], names: Sequence[str], key: Sequence[str], written: Sequence[str]
) -> Prepared:
    unique = ", ".join(_quoted(field.column) for field in _fields(model, key))
    columns = [_quoted(field.column) for field in _fields(model, written)]
    changed = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns)
    sql = f"{_insert(model, names)} ON CONFLICT ({unique}) DO UPDATE SET {changed}"
    return Prepared(sql, [Argument(0)], types=["json"])


def _insert(model: type[Model], names: Iterable[str]) -> str:
    fields, table = _fields(model, names), _quoted(model._meta.db_table)
    columns = ", ".join(_quoted(field.column) for field in fields)
    # The SQL holds only quoted names of tables and columns; every value is a parameter.
    return f"INSERT INTO {table} ({columns}) SELECT * FROM {_told(fields)}"  # noqa: S608


@cache
def _updating(model: type[Model], names: Sequence[str]) -> Prepared:
    fields, table = _fields(model, names), _quoted(model._meta.db_table)
    key, *columns = (_quoted(field.column) for field in fields)
    written = ", ".join(f"{column} = told.{column}" for column in columns)
    told = f"{_told(fields)} WHERE {table}.{key} = told.{key}"
    sql = f"UPDATE {table} SET {written} FROM {told}"  # noqa: S608
    return Prepared(sql, [Argument(0)], types=["json"])


def _fields(model: Any, names: Iterable[str]) -> list[Any]:
    """The fields of a model, or of a row, by name; `pk` is the key whatever its real name."""
    meta = model._meta
    return [meta.pk if name == "pk" else meta.get_field(name) for name in names]


def _told(fields: Iterable[Any]) -> str:
    """SQL for the rows of the JSON text as a table."""
    database = connections[DEFAULT_DB_ALIAS]
    types = ", ".join(f"{_quoted(field.column)} {field.db_type(database)}" for field in fields)
    return f"json_to_recordset(%s) AS told ({types})"


def _quoted(name: str) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)
