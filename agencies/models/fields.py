"""Shared by many models: links, validity in time, closed lists, constraints, checked saving."""

from collections.abc import Collection
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import (
    PROTECT,
    CheckConstraint,
    F,
    ForeignKey,
    Func,
    Model,
    Q,
    QuerySet,
    TextChoices,
)
from django.db.models.expressions import Combinable

from agencies.permissions import Perm
from lib import inserting

if TYPE_CHECKING:
    from agencies.models.user import User

E = TypeVar("E", bound=Enum)
M = TypeVar("M", bound=Model)


class DateRange(Func):
    """daterange(from, to, '[]') in SQL: both ends included, an empty end is open."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, start: str | Combinable, end: str | Combinable) -> None:
        super().__init__(start, end)


VALIDITY = DateRange(F("valid_from"), F("valid_to"))
ORDERED = Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from"))


def holds(since: date | None, until: date | None, *, on: date) -> bool:
    """Return whether a day is within a validity: both ends included, None means no end."""
    return (since is None or since <= on) and (until is None or on <= until)


def holds_q(on: date | Combinable, prefix: str = "valid_") -> Q:
    """Return `holds` as a condition on rows; the fields are `prefix` + "from" and + "to"."""
    since = Q(**{f"{prefix}from__isnull": True}) | Q(**{f"{prefix}from__lte": on})
    return since & (Q(**{f"{prefix}to__isnull": True}) | Q(**{f"{prefix}to__gte": on}))


def link_to(to: type[M], label: str, related_name: str = "+") -> "ForeignKey[M, M]":
    """Return a foreign key to a row that cannot be deleted as long as this one exists."""
    return ForeignKey(to, PROTECT, related_name=related_name, verbose_name=label)


def optional_link_to(
    to: type[M] | str, label: str, related_name: str = "+"
) -> "ForeignKey[M | None, M | None]":
    """The same, empty if there is none."""
    return ForeignKey(
        to, PROTECT, null=True, blank=True, related_name=related_name, verbose_name=label
    )


def optional_person(label: str) -> "ForeignKey[User | None, User | None]":
    """Return the link to a person, such as who decided; without a reverse name."""
    return optional_link_to("agencies.User", label)


def known(name: str, **choices: type[TextChoices]) -> CheckConstraint:
    """Return the constraint that fields hold values of their lists: known("…", state=State)."""
    fields = {f"{field}__in": listed.values for field, listed in choices.items()}
    return CheckConstraint(name=name, condition=Q(**fields))


def only_when(
    name: str, *fields: str, reason: str = "", message: str | None = None, **state: object
) -> CheckConstraint:
    """Return the constraint that fields (and a reason) are filled in a state, else empty."""
    said = {reason: ""} if reason else {}
    empty = Q(**{f"{field}__isnull": True for field in fields}, **said)
    filled = Q(**{f"{field}__isnull": False for field in fields}, **state)
    condition = (filled & ~Q(**said) if said else filled) | (~Q(**state) & empty)
    return CheckConstraint(name=name, condition=condition, violation_error_message=message)


class MemberOf(Generic[E]):
    """A column's value as member of its closed list: `MemberOf(Stage, "claimed_stage")`."""

    def __init__(self, listed: type[E], column: str) -> None:
        self.listed, self.column = listed, column

    def __get__(self, row: object, owner: type) -> E:
        return self.listed(getattr(row, self.column))


class BusinessQuerySet(QuerySet):
    """Rows that every business role sees, and none of the three administrators."""

    def visible_to(self, user: "User") -> Self:
        return self if user.can(Perm.READ) else self.none()


class ChecksAtOnce(Model):
    """A model whose constraints only the database checks.

    Django first checks each one in a savepoint of its own: 21 statements for a note's seven.
    """

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the fields without a query; the database checks that referenced rows exist."""
        fields = self._meta.concrete_fields
        sure = {one.name for one in fields if one.is_relation and getattr(self, one.attname)}
        super().clean_fields(exclude=sure | set(exclude or ()))

    def save_checked(self, *, update_fields: Collection[str] | None = None) -> None:
        """Check the fields, then save; the database checks the constraints. One statement.

        Raises ValidationError with the message of the violated constraint; the transaction cannot
        be continued then.
        """
        self.clean_fields()
        self.clean()
        try:
            if update_fields is not None:
                inserting.update_fields([self], update_fields)
            elif self.pk is None:
                inserting.insert_rows([self])
                self._state.adding = False
            else:
                self.save()
        except IntegrityError as error:
            raise ValidationError(sentence_of(type(self), error)) from error


def sentence_of(model: type[Model], error: IntegrityError) -> str:
    """Return the message of the violated constraint; raises `error` again if it is not ours."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return str(constraint.get_violation_error_message())
    raise error
