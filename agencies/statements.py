"""SQL that depends on its reader, built once for all people with the same posts.

For such readers only the ids of the person and of their agencies differ; they are parameters of
the statement (lib.prepared).
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial, wraps
from typing import Any, Protocol

from django.db.models import QuerySet

from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.prepared import OWN, PreparedObjects, prepared

SOMEBODY = -1  # placeholder for a person's id, if that is the first parameter
Posts = tuple[tuple[Role, int], ...]  # role, and index of its agency among the person's: 0, 1, …


def posts_of(user: User) -> tuple[Posts, list[int]]:
    """Return a person's posts today, and the ids of the agencies that they refer to by index."""
    held = user.current_memberships
    agencies = list(dict.fromkeys(one.agency_id for one in held))
    return tuple((Role(one.role), agencies.index(one.agency_id)) for one in held), agencies


def own_id(user: User) -> int:
    """Return the id that a statement contains as a constant: a reviewer's own id, else 0.

    With the id PostgreSQL can estimate how few filings a reviewer has had a part in, and looks them
    up once. With a parameter it searches the notes of each filing that waits for review.
    """
    return user.pk if user.can(Perm.READ_UNACCEPTED) else 0


def stand_in(posts: Posts, *, person: int, own: int = 0) -> User:
    """Return an unsaved person with these posts, whose ids are placeholders.

    The person has the id `person`, their agencies `person` - 1, `person` - 2 and so on. `own`: the
    person's own id in place of the first one (see own_id).
    """
    user = User(pk=own or person)
    user.current_memberships = [
        Membership(user=user, role=role, agency=Agency(pk=person - 1 - place, order=place))
        for role, place in posts
    ]
    return user


def planned_with_own(spell: Callable[..., Any]) -> Callable[..., Any]:
    """Cache statements: build each once, and let PostgreSQL plan it once for each reviewer's id.

    `spell` builds one from what it depends on; its last argument is the result of own_id.
    """
    spelled = lru_cache(maxsize=200)(spell)

    @lru_cache(maxsize=500)
    def planned(own: int, *others: Any) -> Any:
        return spelled(*others, OWN).planned_for(own) if own else spelled(*others, own)

    @wraps(spell)
    def statement(*arguments: Any) -> Any:
        *others, own = arguments
        return planned(own, *others)

    return statement


def types_of(posts: Posts) -> list[str]:
    """Return the SQL types of the ids of a person with these posts and of their agencies."""
    return ["bigint"] * (1 + len({place for _, place in posts}))


class Rows(Protocol):
    """Returns the rows of the object with the id, as a person sees them on a day."""

    def __call__(self, reader: User, on: date, pk: int = 0) -> list[Any]: ...


Spelling = Callable[[User, date], QuerySet]


def for_readers(spell: Spelling, kept: Callable[..., Any] = prepared) -> Rows:
    """Make a function that runs a queryset for a reader, a day and an object's id.

    `spell` returns the queryset, with -1 as placeholder for the object's id. `kept` makes a
    statement from it.
    """

    @planned_with_own
    def statement(posts: Posts, on: date, own: int) -> Any:
        reader = stand_in(posts, person=-2, own=own)
        return kept(spell(reader, on), "bigint", *types_of(posts))

    def rows(reader: User, on: date, pk: int = 0) -> list[Any]:
        posts, agencies = posts_of(reader)
        found: list[Any] = statement(posts, on, own_id(reader)).rows([pk, reader.pk, *agencies])
        return found

    return rows


def objects_for_readers(**shape: Any) -> Callable[[Spelling], Rows]:
    """Return for_readers with rows that are objects; `shape`: arguments of PreparedObjects."""
    return partial(for_readers, kept=partial(PreparedObjects, **shape))
