"""PostgreSQL for the suite: after a test that commits, only the written tables are emptied.

Django truncates all tables: a tenth of a second even if they are empty, and afterwards every
connection reads the catalogue again.
"""

from typing import Any

from django.db.backends.postgresql import base, operations

LARGE = 4 * 1024 * 1024  # bytes: deleted rows stay in the files until they are truncated
_WRITTEN = """
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(
        self, style: Any, tables: list[str], *, reset_sequences: bool = False, **options: Any
    ) -> list[str]:
        """Delete without triggers and foreign keys, like truncating."""
        with self.connection.cursor() as cursor:
            cursor.execute(_WRITTEN, [list(tables)])
            sizes = dict(cursor.fetchall())
        if reset_sequences or sum(sizes.values()) > LARGE:
            return super().sql_flush(style, tables, reset_sequences=reset_sequences, **options)
        past = "SET LOCAL session_replication_role = replica"
        return [past, *(f"DELETE FROM {self.quote_name(name)}" for name in sizes)]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
