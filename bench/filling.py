"""Rows by the hundred thousand: INSERT … SELECT, with every other column at its model's default."""

from typing import Any

from django.db import connection
from django.db.models import Field, Model


def fill(model: type[Model], source: str, **columns: str) -> int:
    """Insert one row for each row of `source` (what follows FROM); returns how many.

    `columns`: an SQL expression by column name. Columns that are not named get the default of
    their field, so that a field added to the model needs nothing here.
    """
    # The driver reads a single % as its own sign.
    expressions = {name: sql.replace("%", "%%") for name, sql in columns.items()}
    source, values = source.replace("%", "%%"), []
    for field in model._meta.concrete_fields:
        if field.column is None or field.column in columns or field.primary_key:
            continue
        expressions[field.column] = "%s"
        values.append(_default(field))
    names = ", ".join(f'"{name}"' for name in expressions)
    chosen = ", ".join(expressions.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM {source}',
            values,
        )
        return cursor.rowcount


def _default(field: Field) -> Any:
    value = None if field.null and not field.has_default() else field.get_default()
    return field.get_db_prep_save(value, connection)


def run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []
