"""Rows by the ten thousand in one statement, with no validation beyond the constraints.

With bulk_create opening a period of 40,000 filings takes nearly twice as long: 4.4 s where the goal
allows 3 s. bulk_update writes a CASE over all rows for each field, an upsert every column of a row:
for 10,000 rows 17 s and 2 s.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable


def insert_from(model: type[Model], rows: QuerySet, **made: Combinable) -> int:
    """Insert one row for each of `rows`, in their order; returns how many were inserted.

    `made`: for every column that is not to be empty, by the field's name, the expression over
    `rows` that it comes of; defaults of the model are the caller's to name. What a unique
    constraint refuses is left out, so that two at once make each row once.
    """
    told = rows.annotate(**{f"new_{name}": value for name, value in made.items()})
    sql, params = told.values_list(*(f"new_{name}" for name in made)).query.sql_with_params()
    connection = connections[rows.db]
    quoted = connection.ops.quote_name
    fields = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quoted(fields[name]) for name in made)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) {sql} ON CONFLICT DO NOTHING",
            params,
        )
        return cursor.rowcount


def update_fields(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write some fields of rows that exist, all of one model; they travel as one JSON text."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    connection = connections[DEFAULT_DB_ALIAS]
    quoted = connection.ops.quote_name
    fields = [meta.pk, *map(meta.get_field, names)]
    told = [{one.column: getattr(row, one.attname) for one in fields} for row in rows]
    types = ", ".join(f"{quoted(one.column)} {one.db_type(connection)}" for one in fields)
    key, *columns = (quoted(one.column) for one in fields)
    table, written = quoted(meta.db_table), ", ".join(f"{one} = told.{one}" for one in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            # Names of tables and columns alone, quoted; every value is a parameter.
            f"UPDATE {table} SET {written} FROM json_to_recordset(%s) AS told ({types})"  # noqa: S608
            f" WHERE {table}.{key} = told.{key}",
            [json.dumps(told, default=str)],
        )
