"""Validity in time, said once for every table that has it."""

from django.db.models import F, Func, Q
from django.db.models.expressions import Combinable


class DateRange(Func):
    """daterange(from, to, '[]') in SQL: both ends included, an empty end is open."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, start: str | Combinable, end: str | Combinable) -> None:
        super().__init__(start, end)


VALIDITY = DateRange(F("valid_from"), F("valid_to"))
ORDERED = Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from"))
