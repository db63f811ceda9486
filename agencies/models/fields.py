"""Validity in time, and people whom a row may name: said once for every table that has them."""

from typing import TYPE_CHECKING

from django.db.models import PROTECT, F, ForeignKey, Func, Q
from django.db.models.expressions import Combinable

if TYPE_CHECKING:
    from agencies.models.user import User


class DateRange(Func):
    """daterange(from, to, '[]') in SQL: both ends included, an empty end is open."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, start: str | Combinable, end: str | Combinable) -> None:
        super().__init__(start, end)


VALIDITY = DateRange(F("valid_from"), F("valid_to"))
ORDERED = Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from"))


def optional_person(label: str) -> "ForeignKey[User | None, User | None]":
    """A person whom a row may name, as who decided or ended it; looked up from the row alone."""
    return ForeignKey(
        "agencies.User", PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )
