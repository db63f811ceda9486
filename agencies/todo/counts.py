"""How much waits for a person, by kind: what the menu and 今日待办 count."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import groupby

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.http import HttpRequest

from agencies.contributions import to_dos_for
from agencies.models import Agency, Membership, Message, User
from agencies.permissions import Perm, Role
from lib.prepared import Prepared, prepared

UNREAD = "unread"
Posts = tuple[tuple[Role, int], ...]  # the role, and which of the person's agencies: 0, 1, …
SOMEBODY, FIRST_AGENCY = -1, -2  # stand in a statement for the ids (lib.prepared.prepared)


def waiting_in(request: HttpRequest, user: User, *, on: date) -> Counter[str]:
    """How much waits for the person of a request, asked once: the frame needs it anyway."""
    found: Counter[str] | None = getattr(request, "waiting", None)
    if found is None:
        found = waiting_for(user, on=on)
        request.waiting = found  # type: ignore[attr-defined]
    return found


def waiting_for(user: User, *, on: date) -> Counter[str]:
    """How many rows each to-do has, and how many messages are unread: one query for all of it."""
    posts, ids = posts_of(user)
    counts: Counter[str] = Counter()
    for (numbers,) in statement(posts, on, person_of(user)).rows(ids):
        counts.update(json.loads(numbers))
    return counts


def posts_of(user: User) -> tuple[Posts, list[int]]:
    """Return what a statement for the person depends on, and its values: theirs, agencies' ids."""
    held = user.current_memberships
    agencies = list(dict.fromkeys(one.agency_id for one in held))
    posts = tuple((Role(one.role), agencies.index(one.agency_id)) for one in held)
    return posts, [user.pk, *agencies]


# Every page asks this. Putting some twenty querysets into words and planning them takes ten times
# as long as counting, and the statement is the same for all who hold the same posts.
@lru_cache(maxsize=200)
def statement(posts: Posts, on: date, person: int = SOMEBODY) -> Prepared:
    """Return what counts for those who hold these posts; its values: the person, the agencies."""
    user = stand_in(posts, person)
    parts = [_counted(Message.objects.to(user).unread(), {UNREAD: Q()})]
    to_dos = sorted(to_dos_for(user), key=lambda one: id(one.among))
    for among, shared in groupby(to_dos, key=lambda one: one.among):
        parts.append(_counted(among(user, on), {one.name: one.where(on) for one in shared}))
    return prepared(parts[0].union(*parts[1:], all=True), *keys_of(posts))


def keys_of(posts: Posts) -> list[str]:
    """Return the types of a statement's values: the person and their agencies."""
    return ["bigint"] * (1 + len({place for _, place in posts}))


def person_of(user: User) -> int:
    """Return what stands in a statement for the person: of the few who review, their own id.

    PostgreSQL then knows in how little they had a part themselves, and looks that up once. For
    anybody it would look through the notes of each filing that waits.
    """
    return user.pk if user.can(Perm.READ_UNACCEPTED) else SOMEBODY


def stand_in(posts: Iterable[tuple[Role, int]], person: int = SOMEBODY) -> User:
    """Return whoever holds the posts, as querysets take them that become a statement."""
    user = User(pk=person)
    user.current_memberships = [
        Membership(user=user, role=role, agency=Agency(pk=FIRST_AGENCY - place, order=place))
        for role, place in posts
    ]
    return user


def _counted(rows: QuerySet, wanted: Mapping[str, Q]) -> QuerySet:
    """One row with an object of numbers by name, or none where there are no rows at all."""
    numbers = JSONObject(**{name: Count("pk", filter=where) for name, where in wanted.items()})
    whole = rows.order_by().annotate(to_do_part=Value(0)).values("to_do_part")
    return whole.annotate(to_do_numbers=numbers).values_list("to_do_numbers")
