"""The one way to write the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Model

from agencies.choices import Outcome
from agencies.contributions import action_of
from agencies.models import Event, User
from lib.chinese import ended_once
from lib.inserting import insert_rows
from lib.origin import origin

SYSTEM = "系统"


class AuditEntry(NamedTuple):
    action: str
    target: Model | None
    sentence: str
    before: Mapping[str, object] = {}
    after: Mapping[str, object] = {}


def record(
    action: str,
    target: Model | None,
    *,
    by: User | None,
    at: datetime,
    sentence: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    outcome: Outcome = Outcome.DONE,
) -> Event:
    """Write one event in the caller's transaction, so that no change is saved without its event.

    `by` is None for the system itself. `before` and `after` hold the changed fields; values without
    a JSON type are written as text. In `sentence`, quoted business text must follow a colon, where
    the audit page cuts it off. Raises LookupError for an action that no app contributes.
    """
    entry = AuditEntry(action, target, sentence, before or {}, after or {})
    return record_all([entry], by=by, at=at, outcome=outcome)[0]


def record_all(
    entries: Iterable[AuditEntry], *, by: User | None, at: datetime, outcome: Outcome = Outcome.DONE
) -> list[Event]:
    """Write several events in one statement, like record()."""
    events = [_event(entry, by, at, outcome) for entry in entries]
    insert_rows(events)
    return events


def _event(entry: AuditEntry, by: User | None, at: datetime, outcome: Outcome) -> Event:
    if action_of(entry.action) is None:
        raise LookupError(f"No app contributes the action “{entry.action}”.")
    where = origin.get()
    target = entry.target
    return Event(
        at=at,
        actor=by,
        actor_name=by.name if by else SYSTEM,
        actor_post="、".join(str(m) for m in by.current_memberships) if by else "",
        action=entry.action,
        target_type=target._meta.label_lower if target else "",
        target_id=target.pk if target else None,
        sentence=ended_once(entry.sentence),
        before=_plain(entry.before),
        after=_plain(entry.after),
        outcome=outcome,
        address=where.address,
        request_id=where.request_id,
    )


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, date):  # includes datetime
        return value.isoformat()
    is_json = value is None or isinstance(value, str | int | float | bool | list | dict)
    return value if is_json else str(value)
