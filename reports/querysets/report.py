"""Words about reports."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from agencies.permissions import Perm
from reports.choices import RUNNING, UNDER_WAY, ReportState

if TYPE_CHECKING:
    from agencies.models import User
    from reports.models import Report


class ReportQuerySet(QuerySet):
    """Reports, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """Who may ask for reports sees all of them; nobody else sees any."""
        return self if user.can(Perm.ASK_REPORT) else self.none()

    def shown(self) -> Self:
        """Those that are documents of their own: not the ones that ended as another's equal."""
        return self.exclude(state=ReportState.SAME)

    def done(self) -> Self:
        """Those with a frozen dataset and files, newest first."""
        return self.filter(state=ReportState.DONE)

    def under_way(self) -> Self:
        """Those asked for and not ended yet."""
        return self.filter(state__in=UNDER_WAY)

    def same_request(self, report: "Report") -> Self:
        """Those that answer the same request: one kind, one period."""
        return self.filter(kind=report.kind, period=report.period_id)

    def held_by(self, attempt: int) -> Self:
        """Those that are being made by this very attempt: a later one takes them over."""
        return self.filter(attempts=attempt, state__in=RUNNING)

    def abandoned(self, *, at: datetime) -> Self:
        """Those whose maker has not been heard of since its lease ran out."""
        return self.filter(state__in=RUNNING, lease_until__lt=at)

    def waiting_since(self, moment: datetime) -> Self:
        """Those queued before a moment and never picked up."""
        return self.filter(state=ReportState.QUEUED, queued_at__lt=moment)

    def without_dataset(self) -> Self:
        """Leave the frozen dataset in the database: lists do not need it."""
        return self.defer("dataset")
