"""Words about requests for the chief's word, of any kind."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from agencies.permissions import Perm

if TYPE_CHECKING:
    from agencies.models import User

CLOSED = ("agreed", "reopened")  # what closed its measure, for good or until it was reopened
EFFECTIVE = ("passed", "agreed", "reopened")  # what changed the measure, so that all may know


class RequestQuerySet(QuerySet):
    """Requests of one kind, newest first by default."""

    def visible_to(self, user: "User", *, on: date) -> Self:
        """The commission sees all; the measure's own agencies theirs; others what took effect."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        if not user.can(Perm.READ):
            return self.none()
        own = user.own_agencies()
        duties = apps.get_model("measures", "Responsibility").objects.valid(on=on)
        parties = Q(agency__in=own) | Q(measure__in=duties.filter(agency__in=own).values("measure"))
        return self.filter(Q(state__in=EFFECTIVE) | parties)

    def open(self) -> Self:
        """Those that wait for the chief, the oldest first."""
        return self.filter(state="open").order_by("asked_at", "id")

    def settled(self) -> Self:
        """Those that wait no more."""
        return self.exclude(state="open")

    def effective(self) -> Self:
        """Those that changed the measure."""
        return self.filter(state__in=EFFECTIVE)

    def with_people(self) -> Self:
        """Fetch the measure, who asked and who decided."""
        return self.select_related("measure__section", "asked_by", "decided_by")

    def with_file_count(self) -> Self:
        """Add `file_count`: how many files stand behind a request to close."""
        return self.annotate(file_count=Count("files"))
