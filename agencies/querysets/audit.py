"""Words about the audit trail."""

from datetime import date, datetime, time, timedelta
from typing import Self

from django.db.models import QuerySet
from django.utils.timezone import make_aware


class EventQuerySet(QuerySet):
    """Events, newest first. An empty value narrows nothing."""

    def by_name(self, name: str) -> Self:
        """Those of people whose name of that day contains the words."""
        return self.filter(actor_name__icontains=name) if name else self

    def of_action(self, action: str) -> Self:
        """Those of one kind; the code is the start of what is stored."""
        return self.filter(action__startswith=action) if action else self

    def ended(self, outcome: str) -> Self:
        """Those that ended so."""
        return self.filter(outcome=outcome) if outcome else self

    def between(self, first: date | None, last: date | None) -> Self:
        """Those of the days from `first` to `last`, both included, Beijing time."""
        found = self
        if first:
            found = found.filter(at__gte=_midnight(first))
        if last:
            found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
        return found

    def older_than(self, pk: int | None) -> Self:
        """Those written before one of them, for paging that never counts the whole trail."""
        return self.filter(pk__lt=pk) if pk else self


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
