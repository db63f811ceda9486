"""Words about thresholds, lights set by hand, and how lights went."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from agencies.permissions import Perm
from measures.rules.thresholds import Scale

if TYPE_CHECKING:
    from agencies.models import User


HELD = ("agreed", "ended")  # what decides, or has decided, a light


class LightThresholdsQuerySet(QuerySet):
    """Sets of thresholds, the newest day first by default."""

    def as_scale(self) -> Scale:
        """All sets with their days, the oldest first, as the rule takes them; one query."""
        rows: Iterable[Any] = self.order_by("valid_from")
        return [(row.valid_from, row.values) for row in rows]

    def to_come(self, *, on: date) -> Self:
        """Those that do not hold yet on a day."""
        return self.filter(valid_from__gt=on)


class OverrideQuerySet(QuerySet):
    """Requests to set a light by hand, newest first by default."""

    def visible_to(self, user: "User", *, on: date) -> Self:
        """The commission sees all; everybody else what was agreed to, on whichever day."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(state__in=HELD) if user.can(Perm.READ) else self.none()

    def open(self) -> Self:
        """Those that wait for the chief, the oldest first."""
        return self.filter(state="open").order_by("asked_at", "id")

    def settled(self) -> Self:
        """Those that wait no more."""
        return self.exclude(state="open")

    def with_people(self) -> Self:
        """Fetch the measure, who asked, decided and ended it early."""
        people = ("asked_by", "decided_by", "ended_by")
        return self.select_related("measure__section", "measure__notice", "agency", *people)

    def holding(self, *, on: date) -> Self:
        """Those that decide the light on a day, also where that day is past."""
        early = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
        held = self.filter(early, state__in=HELD)
        return held.filter(starts_on__lte=on, ends_on__gte=on)


class LightChangeQuerySet(QuerySet):
    """How lights went, the newest day first."""

    def of_measure(self, measure_id: int, most: int) -> Self:
        """The newest rows of one measure."""
        return self.filter(measure=measure_id).order_by("-on")[:most]
