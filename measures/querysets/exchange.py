"""Words about uploaded sheets."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from agencies.permissions import Perm
from measures.choices import SHEETS_HELD, SHEETS_UNDER_WAY, SHEETS_WAITING

if TYPE_CHECKING:
    from agencies.models import User


class SheetImportQuerySet(QuerySet):
    """Uploaded sheets, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """Those of the person's agencies; the commission sees its own.

        A filled sheet holds drafts, and another agency's draft does not exist for anybody else.
        """
        seen = Q(agency__in=user.own_agencies())
        if user.can(Perm.READ_UNACCEPTED):
            seen |= Q(agency__isnull=True)
        return self.filter(seen)

    def under_way(self) -> Self:
        """Those that wait for a worker, or that one works on."""
        return self.filter(state__in=SHEETS_UNDER_WAY)

    def held_by(self, attempt: int) -> Self:
        """Those that this very attempt works on."""
        return self.filter(attempts=attempt, state__in=SHEETS_HELD)

    def left_lying(self, *, since: datetime, at: datetime) -> Self:
        """Those whose worker was not heard of until its lease ran out, or nobody picked up."""
        return self.filter(
            Q(state__in=SHEETS_HELD, lease_until__lt=at)
            | Q(state__in=SHEETS_WAITING, queued_at__lt=since)
        )

    def without_result(self) -> Self:
        """Leave the rows of the result in the database: lists do not need them."""
        return self.defer("result")
