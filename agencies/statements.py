"""SQL that depends on its reader, built once for all who hold the same posts.

Only the ids of the person and of their agencies differ between such readers (lib.prepared).
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial, wraps
from typing import Any, Protocol

from django.db.models import QuerySet

from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.prepared import OWN, PreparedObjects, prepared

SOMEBODY = -1  # stands for a person's id, where nothing else comes before it
Posts = tuple[tuple[Role, int], ...]  # the role, and which of the person's agencies: 0, 1, …


def posts_of(user: User) -> tuple[Posts, list[int]]:
    """The posts of a person today, and the ids of the agencies that they name by their place."""
    held = user.current_memberships
    agencies = list(dict.fromkeys(one.agency_id for one in held))
    return tuple((Role(one.role), agencies.index(one.agency_id)) for one in held), agencies


def own_id(user: User) -> int:
    """The id that a person is named by in a statement: of the few who review their own, else 0.

    PostgreSQL then knows in how little they had a part themselves, and looks that up once. For
    anybody it would look through the notes of each filing that waits.
    """
    return user.pk if user.can(Perm.READ_UNACCEPTED) else 0


def stand_in(posts: Posts, *, person: int, own: int = 0) -> User:
    """Somebody who holds these posts, with the stand-ins `person`, `person` - 1 … for the ids.

    `own`: their own id, where it is said (own_id).
    """
    user = User(pk=own or person)
    user.current_memberships = [
        Membership(user=user, role=role, agency=Agency(pk=person - 1 - place, order=place))
        for role, place in posts
    ]
    return user


def planned_with_own(spell: Callable[..., Any]) -> Callable[..., Any]:
    """Spell a statement once, and have it planned for each id of those who review their own.

    `spell` takes what the statement depends on, and last that id, or 0 (own_id).
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
    """The types of the ids of a person with these posts, and of their agencies."""
    return ["bigint"] * (1 + len({place for _, place in posts}))


class Rows(Protocol):
    """The rows of what has the id, as a person sees them on a day."""

    def __call__(self, reader: User, on: date, pk: int = 0) -> list[Any]: ...


Spelling = Callable[[User, date], QuerySet]


def for_readers(spell: Spelling, kept: Callable[..., Any] = prepared) -> Rows:
    """A queryset as its readers see it on a day; -1 stands in it for the id of what it is about.

    `kept`: what makes a statement of it.
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
    """The same whose rows are objects; `shape`: as PreparedObjects takes it."""
    return partial(for_readers, kept=partial(PreparedObjects, **shape))
