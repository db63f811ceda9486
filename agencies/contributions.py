"""What each app adds to the pages they share: audit words and scopes, message kinds, two hooks.

This app names nothing of the others. Each calls `contribute` from `ready()` in its `apps.py`.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from agencies.choices import MessageKind
from agencies.permissions import Role

if TYPE_CHECKING:
    from agencies.models import Agency, User

OTHER = "其他"  # the group of actions that is listed last


class Action(NamedTuple):
    """How the audit page calls an action.

    A sentence may quote business text behind its colon, so the page cuts it there unless `whole`
    says that sentences of this action never do.
    """

    label: str
    whole: bool = False


class AuditWords(NamedTuple):
    """What the audit page shows of an app's events. What is not listed here stays hidden.

    A subject is the part of an action's code before the point: `user` of `user.sign_in`.
    """

    actions: Mapping[str, Mapping[str, Action]] = {}  # group → code → action
    fields: Mapping[str, Set[str]] = {}  # model's label → its fields that an auditor may read
    # subject, or one code → models whose fields its events store, besides those of the target
    models: Mapping[str, tuple[str, ...]] = {}
    # subject → what its events store that is no field, and an auditor may read → label
    keys: Mapping[str, Mapping[str, str]] = {}
    hidden_keys: Mapping[str, str] = {}  # what is stored, is no field and stays hidden → label


class AuditScope(NamedTuple):
    """A select on the audit page, over things of one kind."""

    name: str  # in the address
    label: str
    choices: Callable[[], list[tuple[int, str]]]  # id and name


class PassOn(Protocol):
    def __call__(
        self, holder: "User", successor: "User", *, role: Role, agency: "Agency", at: datetime
    ) -> list[str]:
        """Returns what was passed on, in words; runs in the handover's transaction."""


@dataclass(frozen=True)
class Contribution:
    audit: AuditWords = AuditWords()
    scopes: tuple[AuditScope, ...] = ()
    # scope → which events belong to a thing of it, of those that this app writes
    events_of: Mapping[str, Callable[[int], Q]] = field(default_factory=dict)
    messages: type[MessageKind] | None = None
    pass_on: PassOn | None = None
    is_demonstrated: Callable[[], bool] | None = None  # whether the demonstration is loaded


_BY_APP: dict[str, Contribution] = {}


def contribute(app_label: str, added: Contribution) -> None:
    """Register what an app adds. Raises ImproperlyConfigured where another app has it already."""
    codes, kinds = set(_codes(added)), set(_kinds(added))
    for other, had in _BY_APP.items():
        if other == app_label:
            continue
        if taken := codes.intersection(_codes(had)) | kinds.intersection(_kinds(had)):
            raise ImproperlyConfigured(f"{other} and {app_label} both contribute {sorted(taken)}.")
    _BY_APP[app_label] = added


def contributions() -> Mapping[str, Contribution]:
    return _BY_APP


def audit_words() -> list[AuditWords]:
    return [added.audit for added in _BY_APP.values()]


def audit_scopes() -> list[AuditScope]:
    return [scope for added in _BY_APP.values() for scope in added.scopes]


def events_in(scope: str, pk: int) -> Q:
    """Which events belong to a thing of a scope, by what every app says of its own."""
    own = (added.events_of.get(scope) for added in _BY_APP.values())
    return reduce(or_, (events(pk) for events in own if events))


def action_of(code: str) -> Action | None:
    """None for an unknown code. The code of a refusal goes on with the page after a space."""
    wanted = code.partition(" ")[0]
    groups = (group for words in audit_words() for group in words.actions.values())
    return next((group[wanted] for group in groups if wanted in group), None)


def action_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for words in audit_words():
        for name, actions in words.actions.items():
            said = groups.setdefault(name, [])
            said += [(code, action.label) for code, action in actions.items()]
    return sorted(groups.items(), key=lambda group: group[0] == OTHER)


def message_kind(value: str) -> MessageKind:
    """The message kind that is stored so. Raises LookupError where no app contributes it."""
    for added in _BY_APP.values():
        if value in _kinds(added):
            assert added.messages is not None  # it has a kind
            return added.messages(value)
    raise LookupError(f"No app contributes the message kind “{value}”.")


def hooks_on_handover() -> list[PassOn]:
    return [added.pass_on for added in _BY_APP.values() if added.pass_on]


def is_demonstrated() -> bool:
    return any(added.is_demonstrated() for added in _BY_APP.values() if added.is_demonstrated)


def _codes(added: Contribution) -> Iterator[str]:
    for group in added.audit.actions.values():
        yield from group


def _kinds(added: Contribution) -> list[str]:
    return list(added.messages.values) if added.messages else []
