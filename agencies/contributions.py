"""What each app adds to the pages they share: audit words and scopes, messages, to-dos, hooks.

This app imports no other app. Each calls `contribute` from `ready()` in its `apps.py`.
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

# Groups listed first for people who decide; they only look at the others.
OWN_DECISIONS = (ToDoGroup.DECIDE, ToDoGroup.REVIEW)
OTHER = "其他"  # the group of actions that is listed last


class Action(NamedTuple):
    """An action's label on the audit page.

    A sentence may quote business text after its colon, so the page cuts it there. `whole` means
    that sentences of this action never quote any and are shown in full.
    """

    label: str
    whole: bool = False


class AuditWords(NamedTuple):
    """What the audit page shows of an app's events. A field or key not listed here stays hidden.

    A subject is the part of an action's code before the dot: `user` of `user.sign_in`.
    """

    actions: Mapping[str, Mapping[str, Action]] = {}  # group → code → action
    fields: Mapping[str, Set[str]] = {}  # model's label → its fields that an auditor may read
    # subject or whole code → models whose fields its events store, besides those of the target
    models: Mapping[str, tuple[str, ...]] = {}
    # subject → key that its events store, is no field, and an auditor may read → label
    keys: Mapping[str, Mapping[str, str]] = {}
    hidden_keys: Mapping[str, str] = {}  # key that is stored, is no field and stays hidden → label
    places: Mapping[str, str] = {}  # prefix of URLs → name of the page there


class AuditScope(NamedTuple):
    """A select on the audit page that restricts events to one object, such as one measure."""

    name: str  # of the URL's parameter
    label: str
    # (id, name) pairs, or groups of them with the group's name
    choices: Callable[[], Sequence[tuple[int, str]] | Sequence[tuple[str, list[tuple[int, str]]]]]


class MessageScope(NamedTuple):
    """A select on the inbox that restricts messages to one object."""

    name: str  # of the URL's parameter
    label: str
    # of what the person may read: (id, name) pairs, or groups of them with the group's name
    choices: Callable[
        ["User"], Sequence[tuple[int, str]] | Sequence[tuple[str, list[tuple[int, str]]]]
    ]
    where: Callable[[int], Q]


class PassOn(Protocol):
    def __call__(
        self, holder: "User", successor: "User", *, role: Role, agency: "Agency", at: datetime
    ) -> list[str]:
        """Reassign open work in the handover's transaction; return what it was, in Chinese."""


class Found(NamedTuple):
    """What a to-do's query returned for one line."""

    facts: dict[str, Any]
    number: int
    user: "User"
    on: date


class ToDoLine(NamedTuple):
    """One line of 今日待办: the task, whose it is, since when, and the next action."""

    label: str
    url: str  # the list that it counts, or the page of a single object
    whom: str = ""
    act: str = "查看"
    act_url: str = ""  # empty: `url`
    since: date | None = None
    word: str = ""  # what was done on the day `since`
    due: date | None = None
    is_urgent: bool = False
    order: int = 0  # among lines of one day
    notice: str = ""  # the notice's number, shown if there are several notices
    part: str = ""  # lines of one part are listed together; only a notice's newest is not folded


@dataclass(frozen=True)
class ToDo:
    """A kind of task. To add one, contribute one such object.

    The number in the menu, the lines on 今日待办 and the list that they open all use `rows`. This
    queryset may depend only on the person, their posts and the day, because the menu keeps its SQL
    for a day: use Now() for the current time, and make no query to build it.

    To-dos with the same function `among` are counted in one pass over its rows, each by its own
    `where`: PostgreSQL needs more time to plan a further part of the menu's statement than to
    execute it.
    """

    name: str
    group: ToDoGroup
    page: str  # URL name of the page with its list; the menu shows the number there
    perms: Set[Perm]  # shown to people with one of these in any agency
    among: Callable[["User", date], "QuerySet[Any]"]
    facts: Mapping[str, Any]  # the values that a line shows, as arguments of JSONObject
    line: Callable[[Found], ToDoLine]
    where: Callable[[date], Q] = lambda on: Q()  # which rows of `among`
    order: tuple[str, ...] = ()  # decides which rows are shown if there are many; else `among`'s
    # Rows with equal values of these share a line; of many lines, those first due are shown.
    by: tuple[str, ...] = ()
    query: str = ""  # query string that opens the whole list on the page
    unit: str = "件"
    newest_first: bool = False  # where many older lines would hide the newest
    not_for: Set[Perm] = frozenset()  # not shown to people with one of these: another to-do has it

    def is_for(self, user: "User") -> bool:
        held = user.granted
        return not self.perms.isdisjoint(held) and self.not_for.isdisjoint(held)

    def rows(self, user: "User", on: date) -> "QuerySet[Any]":
        found = self.among(user, on).filter(self.where(on))
        return found.order_by(*self.order) if self.order else found


class SideLine(NamedTuple):
    """A number in the column beside 今日待办, with the list it counts."""

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
    """A block of the column beside 今日待办: numbers that add up, and important dates."""

    title: str
    lines: list[SideLine]
    facts: list[SideFact]
    notice: str = ""  # the notice's number, shown if there are several notices


@dataclass(frozen=True)
class Contribution:
    audit: AuditWords = AuditWords()
    scopes: tuple[AuditScope, ...] = ()
    # scope → condition for this app's events about the object with an id
    events_of: Mapping[str, Callable[[int], Q]] = field(default_factory=dict)
    messages: type[MessageKind] | None = None
    message_scopes: tuple[MessageScope, ...] = ()
    to_dos: tuple[ToDo, ...] = ()
    beside_to_dos: Callable[["User", date, Calendar], list[SideBlock]] | None = None
    calendar: Callable[[], Calendar] | None = None  # of working days; one app provides it
    pass_on: PassOn | None = None
    # The lookup path from a model to the number of the notice its rows are about; empty if none.
    document_of: Callable[[type["Model"]], str] | None = None
    # URL name of a page about one object → label of the object's model. After the name may follow
    # the page's kind (`name kind`), or the URL's parameter that holds the id (`name?parameter`).
    pages: Mapping[str, str] = field(default_factory=dict)
    is_demonstrated: Callable[[], bool] | None = None  # whether the demonstration is loaded


_BY_APP: dict[str, Contribution] = {}


def contribute(app_label: str, added: Contribution) -> None:
    """Register what an app adds. Raises ImproperlyConfigured if another app has added it."""
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
    """Return the condition for all apps' events about the object of a scope with this id."""
    own = (added.events_of.get(scope) for added in _BY_APP.values())
    return reduce(or_, (events(pk) for events in own if events))


def action_of(code: str) -> Action | None:
    """Return the action with this code, or None; a refusal's code is followed by its page."""
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
    """Return the message kind with this value. Raises LookupError if no app contributes it."""
    for added in _BY_APP.values():
        if value in _kinds(added):
            assert added.messages is not None  # it has a kind
            return added.messages(value)
    raise LookupError(f"No app contributes the message kind “{value}”.")


def mailed_by_default() -> list[MessageKind]:
    """Return the kinds that a digest contains for people who have not chosen."""
    kinds = [kind for added in _BY_APP.values() if added.messages for kind in added.messages]
    return [kind for kind in kinds if kind.mail_default == MailChoice.DIGEST]


def message_kinds_for(user: "User") -> list[MessageKind]:
    """Return the kinds that a person may get, by their role."""
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
    """Return the to-dos that apply to a person, in the order of the page."""
    found = [one for added in _BY_APP.values() for one in added.to_dos if one.is_for(user)]
    groups = list(ToDoGroup)
    if user.can(Perm.DECIDE):
        groups.sort(key=lambda group: [*OWN_DECISIONS, group].index(group))
    return sorted(found, key=lambda one: groups.index(one.group))


@cache
def pages_of_to_dos() -> dict[str, str]:
    """Return the URL name of the page with its list, by the name of each to-do."""
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
