"""How much waits for a person, by kind: what the menu and 今日待办 count."""

from collections import Counter
from datetime import date

from django.db.models import CharField, Count, QuerySet, Value

from agencies.contributions import to_dos_for
from agencies.models import Message, User

UNREAD = "unread"


def waiting_for(user: User, *, on: date) -> Counter[str]:
    """How many rows each to-do has, and how many messages are unread: one query for all of it."""
    parts = [_count(UNREAD, Message.objects.to(user).unread())]
    parts += [_count(one.name, one.rows(user, on)) for one in to_dos_for(user)]
    return Counter(dict(parts[0].union(*parts[1:], all=True)))


def _count(name: str, rows: QuerySet) -> QuerySet:
    named = rows.order_by().annotate(to_do_name=Value(name, output_field=CharField()))
    counted = named.values("to_do_name").annotate(to_do_count=Count("pk"))
    return counted.values_list("to_do_name", "to_do_count")
