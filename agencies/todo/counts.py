"""Counts of a person's to-dos by kind, for the menu and 今日待办."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import groupby

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.http import HttpRequest

from agencies.contributions import to_dos_for
from agencies.models import Message, User
from agencies.statements import (
    SOMEBODY,
    Posts,
    own_id,
    planned_with_own,
    posts_of,
    stand_in,
    types_of,
)
from lib.prepared import Prepared, prepared

UNREAD = "unread"


def waiting_in(request: HttpRequest, user: User, *, on: date) -> Counter[str]:
    """Return the counts of the request's user; queried once per request."""
    found: Counter[str] | None = getattr(request, "waiting", None)
    if found is None:
        found = waiting_for(user, on=on)
        request.waiting = found  # type: ignore[attr-defined]
    return found


def waiting_for(user: User, *, on: date) -> Counter[str]:
    """Return the number of rows of each to-do and of unread messages, by name; one query."""
    posts, agencies = posts_of(user)
    rows = statement(posts, on, own_id(user)).rows([user.pk, *agencies])
    parts = json.loads(f"[{','.join(numbers for (numbers,) in rows)}]")
    return Counter({name: number for part in parts for name, number in part.items()})


# Every page runs this, so the statement is prepared: compiling and planning about twenty querysets
# takes ten times as long as counting. It is the same for all holders of the same posts.
@planned_with_own
def statement(posts: Posts, on: date, own: int) -> Prepared:
    """Return the counting statement for holders of these posts; values: person, agencies."""
    user = stand_in(posts, person=SOMEBODY, own=own)
    parts = [_counted(Message.objects.to(user).unread(), {UNREAD: Q()})]
    to_dos = sorted(to_dos_for(user), key=lambda one: id(one.among))
    for among, shared in groupby(to_dos, key=lambda one: one.among):
        parts.append(_counted(among(user, on), {one.name: one.where(on) for one in shared}))
    return prepared(parts[0].union(*parts[1:], all=True), *types_of(posts))


def _counted(rows: QuerySet, wanted: Mapping[str, Q]) -> QuerySet:
    """Return a query for one row, a JSON object name → count; no row if `rows` is empty."""
    numbers = JSONObject(**{name: Count("pk", filter=where) for name, where in wanted.items()})
    whole = rows.order_by().annotate(to_do_part=Value(0)).values("to_do_part")
    return whole.annotate(to_do_numbers=numbers).values_list("to_do_numbers")
