"""How much waits for a person, by kind: what the menu and 今日待办 count."""

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, QuerySet, Value

from agencies.contributions import to_dos_for
from agencies.models import Message, User
from agencies.permissions import Role

UNREAD = "unread"
Posts = tuple[tuple[Role, int], ...]


def waiting_for(user: User, *, on: date) -> Counter[str]:
    """How many rows each to-do has, and how many messages are unread: one query for all of it."""
    posts = tuple((Role(one.role), one.agency_id) for one in user.current_memberships)
    with connection.cursor() as cursor:
        cursor.execute(*statement(user, posts, on))
        return Counter(dict(cursor.fetchall()))


# Every page asks this. Putting the querysets into words takes five times as long as the database
# takes to answer, and the words are the same as long as person, posts and day are.
@lru_cache(maxsize=1_000)
def statement(user: User, posts: Posts, on: date) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL and its parameters; the rows of a to-do depend on nothing else."""
    parts = [_count(UNREAD, Message.objects.to(user).unread())]
    parts += [_count(one.name, one.rows(user, on)) for one in to_dos_for(user)]
    sql, parameters = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    return sql, tuple(parameters)


def _count(name: str, rows: QuerySet) -> QuerySet:
    named = rows.order_by().annotate(to_do_name=Value(name, output_field=CharField()))
    counted = named.values("to_do_name").annotate(to_do_count=Count("pk"))
    return counted.values_list("to_do_name", "to_do_count")
