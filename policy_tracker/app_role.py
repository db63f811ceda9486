"""The database role that pages and jobs run as: what it needs of each table, and no more.

Triggers keep the audit trail and its seals from changing, but their owner can switch them off, and
pgtrigger.ignore passes them. A role without the right can do neither.
"""

from django.db import connection, transaction
from psycopg2 import sql

from agencies.models import Event, Seal

# The role is named first in each; all of it runs as the owner of the tables.
_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON {trail}, {seals} FROM {role}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
)


@transaction.atomic
def grant_to(role: str) -> None:
    """Give the role its rights on all tables that there are now, and make it where it is missing.

    Needed after every migration; doing it again changes nothing.
    """
    names = {
        "role": sql.Identifier(role),
        "trail": sql.Identifier(Event._meta.db_table),
        "seals": sql.Identifier(Seal._meta.db_table),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {role} LOGIN").format(**names))
        for statement in _GRANTS:
            cursor.execute(sql.SQL(statement).format(**names))
