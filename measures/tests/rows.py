"""All rows of the product, copied out of the database and back again unchanged.

COPY takes milliseconds for rows that the actions take seconds to create.
"""

from io import BytesIO

from django.apps import apps
from django.db import connection, models, transaction

_APPS = ("agencies", "measures", "reports")

Rows = dict[str, bytes]  # by table, as COPY writes them; tables without rows are left out


def dump_rows() -> Rows:
    """Return the rows of every table that has any."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            content = BytesIO()
            cursor.cursor.copy_expert(f'COPY "{table}" TO STDOUT', content)
            if content.getvalue():
                rows[table] = content.getvalue()
    return rows


@transaction.atomic
def restore_rows(rows: Rows) -> None:
    """Put the rows into empty tables, in any order.

    Triggers and foreign keys are skipped: they checked the rows when those were created.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, content in rows.items():
            cursor.cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(content))
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(f"SELECT {', '.join(map(_next_id, rows))}")


def _next_id(table: str) -> str:
    """Continue its sequence after the rows, never back: a number names one row of a test."""
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    return f"setval({sequence}, greatest((SELECT max(id) FROM {table}), nextval({sequence})))"


def tables() -> list[str]:
    """Return the names of the product's own tables."""
    return [model._meta.db_table for model in _models()]


def _models() -> list[type[models.Model]]:
    return [
        model
        for app in _APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
