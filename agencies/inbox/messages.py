"""The one way to send people a message inside the product."""

from collections.abc import Iterable
from datetime import datetime

from agencies.choices import MessageKind
from agencies.contributions import message_kind
from agencies.models import Message, User


def settle_asked(*, kind: MessageKind, url: str, at: datetime) -> None:
    """Mark messages of this `kind` and `url` as read: what they asked for is done or void."""
    Message.objects.unread().filter(kind=kind, url=url).update(read_at=at)


def tell(
    people: Iterable[User], *, kind: MessageKind, sentence: str, url: str = "", at: datetime
) -> None:
    """Put one message into each person's inbox, in the caller's transaction.

    `sentence` is whole Chinese text of at most 500 characters, `url` a path of this site. Raises
    LookupError for a kind that no app contributes: the inbox could not show it.
    """
    known = message_kind(kind)
    Message.objects.bulk_create(
        Message(user=person, kind=known, sentence=sentence[:500], url=url, created_at=at)
        for person in people
    )
