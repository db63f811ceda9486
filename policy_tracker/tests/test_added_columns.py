"""Old code on new tables: added columns must not prevent inserts by the version before."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel
from django.db.models import Model

OURS = ("agencies", "measures", "reports")


def added_columns() -> set[tuple[str, str]]:
    """Return every (table, column) that a migration added to a table of an earlier migration."""
    loader = MigrationLoader(connection)
    added = set()
    for app in OURS:
        there: set[str] = set()  # the models of earlier migrations
        for name in sorted(name for owner, name in loader.disk_migrations if owner == app):
            if loader.disk_migrations[app, name].replaces:
                continue  # it creates all tables of the others at once
            operations = loader.disk_migrations[app, name].operations
            for one in operations:
                if isinstance(one, AddField) and one.model_name_lower in there:
                    added |= column_of(apps.get_model(app, one.model_name), one.name)
            there |= {one.name_lower for one in operations if isinstance(one, CreateModel)}
    return added


def column_of(model: type[Model], name: str) -> set[tuple[str, str]]:
    """Return a field's table and column; empty if it was removed since, or has its own table."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return {(model._meta.db_table, fields[name].column)} if name in fields else set()


@pytest.mark.django_db
def test_older_code_can_insert_rows_without_an_added_column():
    """An added column is nullable, or has its default in the database (`db_default`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE is_nullable = 'NO' AND column_default IS NULL"
        )
        demanded = set(cursor.fetchall())
    added = added_columns()
    assert ("agencies_user", "totp_secret") in added
    assert added & demanded == set()
