"""Words about uploaded sheets."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from agencies.permissions import Perm
from measures.choices import SheetState
from measures.querysets.filing import user_agency_ids

if TYPE_CHECKING:
    from agencies.models import User


class SheetImportQuerySet(QuerySet):
    """Uploaded sheets, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """Those of the person's agencies; the commission sees its own.

        A filled sheet holds drafts, and another agency's draft does not exist for anybody else.
        """
        seen = Q(agency__in=user_agency_ids(user))
        if user.can(Perm.READ_UNACCEPTED):
            seen |= Q(agency__isnull=True)
        return self.filter(seen)

    def under_way(self) -> Self:
        """Those that wait for their check, or are being checked."""
        return self.filter(state__in=[SheetState.QUEUED, SheetState.CHECKING])

    def held_by(self, attempt: int) -> Self:
        """Those that are being checked by this very attempt."""
        return self.filter(attempts=attempt, state=SheetState.CHECKING)

    def left_lying(self, *, since: datetime, at: datetime) -> Self:
        """Those whose checker was not heard of until its lease ran out, or nobody picked up."""
        return self.filter(
            Q(state=SheetState.CHECKING, lease_until__lt=at)
            | Q(state=SheetState.QUEUED, queued_at__lt=since)
        )

    def without_result(self) -> Self:
        """Leave the rows of the result in the database: lists do not need them."""
        return self.defer("result")
