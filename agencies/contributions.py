"""What each app adds to the pages they share: audit words and scopes, messages, to-dos, hooks.

This app names nothing of the others. Each calls `contribute` from `ready()` in its `apps.py`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from agencies.choices import MailChoice, MessageKind, ToDoGroup
from agencies.permissions import Perm, Role
from lib.workdays import Calendar

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from agencies.models import Agency, User

# What stands first for who decides: the rest is only looked at.
OWN_DECISIONS = (ToDoGroup.DECIDE, ToDoGroup.REVIEW)
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
    places: Mapping[str, str] = {}  # the start of addresses → what the page there is called


class AuditScope(NamedTuple):
    """A select on the audit page, over things of one kind."""

    name: str  # in the address
    label: str
    # id and name, or such pairs under the name of their group
    choices: Callable[[], Sequence[tuple[int, str]] | Sequence[tuple[str, list[tuple[int, str]]]]]


class MessageScope(NamedTuple):
    """A select on the inbox: what messages are about."""

    name: str  # in the address
    label: str
    # of what the person may read: id and name, or such pairs under the name of their group
    choices: Callable[
        ["User"], Sequence[tuple[int, str]] | Sequence[tuple[str, list[tuple[int, str]]]]
    ]
    where: Callable[[int], Q]


class PassOn(Protocol):
    def __call__(
        self, holder: "User", successor: "User", *, role: Role, agency: "Agency", at: datetime
    ) -> list[str]:
        """Returns what was passed on, in words; runs in the handover's transaction."""


class Found(NamedTuple):
    """What the query of a to-do found for one line."""

    facts: dict[str, Any]
    number: int
    user: "User"
    on: date


class ToDoLine(NamedTuple):
    """One line of 今日待办: what waits, with whom, since when, and the next act."""

    label: str
    url: str  # the list that it counts, or the one thing
    whom: str = ""
    act: str = "查看"
    act_url: str = ""  # empty: to `url`
    since: date | None = None
    word: str = ""  # what was done on that day
    due: date | None = None
    is_urgent: bool = False
    order: int = 0  # among lines of one day
    notice: str = ""  # the number of the document it is about, told where there are several
    part: str = ""  # lines of one part stand together; of a notice only the newest is not folded


@dataclass(frozen=True)
class ToDo:
    """A kind of thing that waits for people. A further one is one such object.

    Its number in the menu, its lines on 今日待办 and the list behind them all ask `rows`. These
    depend on the person, their posts and the day alone (the menu keeps the SQL of a day): the
    moment is asked of the database (Now), and no query is made to find out what to ask.

    To-dos with the same function `among` are counted in one pass over its rows, each by its own
    `where`: PostgreSQL takes longer to plan each further part of the menu's statement than to
    answer it.
    """

    name: str
    group: ToDoGroup
    page: str  # the name of the page with its list, which bears its number in the menu
    perms: Set[Perm]  # for whoever holds one of these, in any agency
    among: Callable[["User", date], "QuerySet[Any]"]
    facts: Mapping[str, Any]  # what a line tells of a row, as JSONObject takes it
    line: Callable[[Found], ToDoLine]
    where: Callable[[date], Q] = lambda on: Q()  # which of them; all, if not said
    order: tuple[str, ...] = ()  # which are read where they are many; else that of `among`
    by: tuple[str, ...] = ()  # rows that share these stand in one line
    query: str = ""  # what leads from the page to the whole list
    unit: str = "件"
    newest_first: bool = False  # the last days stand on top, where the older would hide them
    not_for: Set[Perm] = frozenset()  # and none of these: they find it under another to-do

    def is_for(self, user: "User") -> bool:
        held = user.granted
        return not self.perms.isdisjoint(held) and self.not_for.isdisjoint(held)

    def rows(self, user: "User", on: date) -> "QuerySet[Any]":
        found = self.among(user, on).filter(self.where(on))
        return found.order_by(*self.order) if self.order else found


class SideLine(NamedTuple):
    """A number beside 今日待办, with the list it counts."""

    sign: str
    label: str
    number: int
    url: str
    is_urgent: bool = False


class SideFact(NamedTuple):
    label: str
    words: str
    is_urgent: bool = False


class SideBlock(NamedTuple):
    """What stands beside 今日待办: numbers that add up, and the days that matter."""

    title: str
    lines: list[SideLine]
    facts: list[SideFact]
    notice: str = ""  # the number of the document it is about, told where there are several


@dataclass(frozen=True)
class Contribution:
    audit: AuditWords = AuditWords()
    scopes: tuple[AuditScope, ...] = ()
    # scope → which events belong to a thing of it, of those that this app writes
    events_of: Mapping[str, Callable[[int], Q]] = field(default_factory=dict)
    messages: type[MessageKind] | None = None
    message_scopes: tuple[MessageScope, ...] = ()
    to_dos: tuple[ToDo, ...] = ()
    beside_to_dos: Callable[["User", date, Calendar], list[SideBlock]] | None = None
    calendar: Callable[[], Calendar] | None = None  # one app keeps the working days
    pass_on: PassOn | None = None
    # The way from a model's rows to the number of the document they are about, as a query spells
    # it; empty where they are about none.
    document_of: Callable[[type["Model"]], str] | None = None
    # The name of a page about one thing (its kind behind it, or the word of the address that says
    # which) → the thing's model, by its label.
    pages: Mapping[str, str] = field(default_factory=dict)
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


def mailed_by_default() -> list[MessageKind]:
    """The kinds that come with a digest to who has chosen nothing."""
    kinds = [kind for added in _BY_APP.values() if added.messages for kind in added.messages]
    return [kind for kind in kinds if kind.mail_default == MailChoice.DIGEST]


def message_kinds_for(user: "User") -> list[MessageKind]:
    """What a person may be told: of the business, of the system, or whatever their role."""
    own = [added.messages for added in _BY_APP.values() if added.messages]
    return [kind for kinds in own for kind in kinds if _is_told(kind, user)]


def _is_told(kind: MessageKind, user: "User") -> bool:
    if kind.is_of_system:
        return user.can(Perm.KEEP_SYSTEM)
    return user.can(Perm.READ) or not kind.is_business


def message_scopes() -> list[MessageScope]:
    return [scope for added in _BY_APP.values() for scope in added.message_scopes]


def hooks_on_handover() -> list[PassOn]:
    return [added.pass_on for added in _BY_APP.values() if added.pass_on]


def is_demonstrated() -> bool:
    return any(added.is_demonstrated() for added in _BY_APP.values() if added.is_demonstrated)


def to_dos_for(user: "User") -> list[ToDo]:
    """What may wait for a person, in the order of the page."""
    found = [one for added in _BY_APP.values() for one in added.to_dos if one.is_for(user)]
    groups = list(ToDoGroup)
    if user.can(Perm.DECIDE):
        groups.sort(key=lambda group: [*OWN_DECISIONS, group].index(group))
    return sorted(found, key=lambda one: groups.index(one.group))


@cache
def pages_of_to_dos() -> dict[str, str]:
    """The page with the list of each kind of to-do, by its name."""
    return {one.name: one.page for added in _BY_APP.values() for one in added.to_dos}


def beside_to_dos(user: "User", *, on: date, calendar: Calendar) -> list[SideBlock]:
    asked = [added.beside_to_dos for added in _BY_APP.values() if added.beside_to_dos]
    return [block for ask in asked for block in ask(user, on, calendar)]


def working_days() -> Calendar:
    return next((added.calendar() for added in _BY_APP.values() if added.calendar), {})


def _codes(added: Contribution) -> Iterator[str]:
    for group in added.audit.actions.values():
        yield from group


def _kinds(added: Contribution) -> list[str]:
    return list(added.messages.values) if added.messages else []
