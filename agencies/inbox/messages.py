"""The one way to send people a message; its text is written in the action that sends it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from agencies.choices import MessageKind
from agencies.contributions import message_kind
from agencies.models import Message, User
from agencies.outbound.channels import channels_on
from agencies.outbound.outbox import queue_settled, queue_told
from lib.chinese import ended_once
from lib.inserting import insert_rows
from lib.prepared import Argument, Prepared, prepared


def settle_asked(
    *kinds: MessageKind,
    url: str,
    at: datetime,
    to: QuerySet[User] | None = None,
    is_void: bool = False,
) -> None:
    """Settle messages of these kinds with this `url`: remove them from the inboxes, read or not.

    Call it when what they asked for is done or void, for everybody or only for the people `to`.
    `is_void`: it is no longer needed, so a 待办 elsewhere is cancelled, not finished.
    """
    if to is None:
        settle_by(_settling_asked(kinds), [url], at=at, is_void=is_void)
        return
    asked = Message.objects.filter(kind__in=kinds, url=url, user__in=to.values("pk"))
    settle(asked, at=at, is_void=is_void)


@cache
def _settling_asked(kinds: tuple[MessageKind, ...]) -> Prepared:
    return settling(Message.objects.filter(kind__in=kinds, url="-1"), "varchar")


def settling(asked: QuerySet[Message], *types: str) -> Prepared:
    """Return the statement that settles messages, for settle_by(); `types` as in prepared()."""
    found = prepared(asked.filter(settled_at__isnull=True).order_by().values_list("pk"), *types)
    table = connections[DEFAULT_DB_ALIAS].ops.quote_name(Message._meta.db_table)
    # As an array, PostgreSQL looks for the messages once, and then by their keys. Whoever waits for
    # another settling of the same message must not write it again.
    own = f"{table}.settled_at IS NULL AND id = ANY(ARRAY({found.sql}))"
    sql = f"UPDATE {table} SET settled_at = %s WHERE {own} RETURNING id"  # noqa: S608
    at = Argument(len(types))
    return Prepared(sql, [at, *found.parameters], types=[*types, "timestamptz"])


def settle_by(
    statement: Prepared, values: Sequence[object], *, at: datetime, is_void: bool = False
) -> None:
    """Do the same as settle() by a statement of settling(), with the values of its placeholders."""
    settled = [pk for (pk,) in statement.write([*values, at])]
    if settled and channels_on():
        queue_settled(settled, is_void=is_void, at=at)


def settle(asked: QuerySet[Message], *, at: datetime, is_void: bool = False) -> None:
    """Remove these messages from the inboxes; do not change when they were read."""
    asked = asked.filter(settled_at__isnull=True)
    # Their ids are needed only if a channel is on.
    settled = list(asked.values_list("pk", flat=True)) if channels_on() else []
    asked.update(settled_at=at)
    if settled:
        queue_settled(settled, is_void=is_void, at=at)


def tell(
    people: Iterable[User],
    *,
    kind: MessageKind,
    sentence: str,
    url: str = "",
    at: datetime,
    is_news: bool = False,
) -> None:
    """Put one message into each person's inbox, in the caller's transaction.

    Also queues e-mails and 待办 elsewhere, by the people's settings. `sentence` is a complete
    Chinese text of at most 500 characters, `url` a path of this site. `is_news`: this message asks
    for no action although its kind does. Raises LookupError for a kind that no app contributes.
    """
    tell_each([(people, sentence, url)], kind=kind, at=at, is_news=is_news)


def tell_each(
    told: Iterable[tuple[Iterable[User], str, str]],
    *,
    kind: MessageKind,
    at: datetime,
    is_news: bool = False,
) -> None:
    """Do the same as tell() for several groups: people, sentence and URL; in one statement.

    Either all have a URL or none.
    """
    known = message_kind(kind)
    rows = [
        Message(user=one, kind=known, sentence=words, url=url, created_at=at)
        for people, words, url in ((who, ended_once(said)[:500], url) for who, said, url in told)
        for one in {person.pk: person for person in people}.values()
    ]
    insert_rows(rows)
    if rows:
        asks = known.asks and not is_news and bool(rows[0].url)
        queue_told(rows, kind=known, asks=asks, at=at)
