"""Everything that PostgreSQL knows of the tables here, to compare two databases."""

from typing import Any

from django.db import connection

Catalogue = dict[str, list[tuple[Any, ...]]]

# What belongs to an extension comes with it; PostgreSQL's own schemas are the same everywhere.
_OURS = """
    {0}namespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = {1}.oid AND d.deptype = 'e')
"""
_QUERIES = {
    "columns": """
        SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull,
               attidentity, attgenerated, attcollation::regcollation::text, attstorage,
               attstattarget, pg_get_expr(adbin, adrelid), attacl::text,
               col_description(attrelid, attnum)
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
        AND {relations} ORDER BY 1, attnum
    """,
    "relations": """
        SELECT relname, relkind, relpersistence, relrowsecurity, reloptions, relreplident,
               relacl::text, pg_get_userbyid(relowner), obj_description(c.oid, 'pg_class')
        FROM pg_class c WHERE {relations} ORDER BY 1
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(c.oid), convalidated
        FROM pg_constraint c WHERE {constraints} ORDER BY 1, 2
    """,
    "indexes": """
        SELECT pg_get_indexdef(indexrelid), indisvalid, indisprimary, indisreplident, indisclustered
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE {relations} ORDER BY 1
    """,
    "triggers": """
        SELECT pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger')
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND {relations} ORDER BY 1
    """,
    "functions": """
        SELECT pg_get_functiondef(p.oid), proacl::text, pg_get_userbyid(proowner)
        FROM pg_proc p WHERE {functions} ORDER BY 1
    """,
    "sequences": """
        SELECT s.seqrelid::regclass::text, s.seqtypid::regtype::text, seqstart, seqincrement,
               seqmin, seqmax, seqcycle, refobjid::regclass::text, attname
        FROM pg_sequence s
        LEFT JOIN pg_depend ON objid = seqrelid AND deptype IN ('a', 'i') AND refobjsubid > 0
        LEFT JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid ORDER BY 1
    """,
    "extensions": "SELECT extname, extversion FROM pg_extension ORDER BY 1",
    "default rights": "SELECT defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1, 2",
    "types": "SELECT typname FROM pg_type t WHERE {types} AND typtype IN ('d', 'e') ORDER BY 1",
    "migrations": "SELECT app, name FROM django_migrations ORDER BY 1, 2",
}


def catalogue() -> Catalogue:
    """Return columns in their order, and all else by name, each with its definition."""
    ours = {
        "relations": _OURS.format("rel", "c"),
        "constraints": _OURS.format("con", "c"),
        "functions": _OURS.format("pro", "p"),
        "types": _OURS.format("typ", "t"),
    }
    found = {}
    with connection.cursor() as cursor:
        for what, query in _QUERIES.items():
            cursor.execute(query.format(**ours))
            found[what] = cursor.fetchall()
    return found
