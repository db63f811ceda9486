"""Words about objections and remarks."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from agencies.permissions import Perm

if TYPE_CHECKING:
    from agencies.models import User


class ObjectionQuerySet(QuerySet):
    """Objections, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """The commission sees all, an agency's people its own, nobody else any."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(agency__in=user.own_agencies())

    def open(self) -> Self:
        """Those that wait for an answer; what is due first stands first."""
        return self.filter(state="open").order_by("decide_by", "id")

    def decided(self) -> Self:
        """Those that were answered, newest answer first."""
        return self.exclude(state="open").order_by("-decided_at", "-id")

    def overdue(self, *, on: date) -> Self:
        """Those whose answer is late. Due today is not late."""
        return self.filter(state="open", decide_by__lt=on)

    def overruling(self, user: "User") -> Self:
        """Those that were upheld against a return of this person: others review afresh."""
        return self.filter(state="upheld", contested_by=user)


class RemarkQuerySet(QuerySet):
    """Remarks on filings, oldest first by default."""

    def visible_to(self, user: "User") -> Self:
        """The commission sees all, an agency's people those on its own filings."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(filing__agency__in=user.own_agencies())
