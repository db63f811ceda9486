"""The database role that pages and jobs run as, with only the rights that they need on each table.

Triggers protect the audit trail and its seals, but the tables' owner can disable triggers, and
pgtrigger.ignore bypasses them. A role without rights to change these tables can do neither.
"""

from django.db import connection, transaction
from psycopg2 import sql

from agencies.models import Event, Seal

# The first placeholder of each is the role; the statements run as the owner of the tables.
_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON {trail}, {seals} FROM {role}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
)


@transaction.atomic
def grant_to(role: str) -> None:
    """Create the role if it is missing and grant its rights on all existing tables.

    Needed after every migration; running it twice changes nothing.
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
