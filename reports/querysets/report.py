"""Words about reports."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.permissions import Perm
from reports.choices import RUNNING, UNDER_WAY, IssueState, ReportKind, ReportState
from reports.rules.asking import may_issue

if TYPE_CHECKING:
    from agencies.models import User
    from measures.models import Period
    from reports.models import Report
    from reports.models.report import Scope


class ReportQuerySet(QuerySet):
    """Reports, newest first by default."""

    def visible_to(self, user: "User") -> Self:
        """The commission sees all; leaders all but drafts; an agency its own and what it was sent.

        Sent to an agency are the letters to it, and the circulars on periods it owed filings in,
        once they bear a number.
        """
        if user.can(Perm.DRAFT_DOCUMENT):
            return self
        numbered = Q(issue__number__gt="")
        own = user.own_agencies()
        seen = Q(pk__in=[])
        if user.can(Perm.ASK_REPORT):
            seen |= Q(issue__isnull=True) | numbered
        if own:
            filings = apps.get_model("measures", "Filing").objects
            owed = filings.filter(period=OuterRef("period"), agency__in=own)
            seen |= Q(kind=ReportKind.AGENCY, agency__in=own)
            seen |= Q(kind=ReportKind.LETTER, agency__in=own) & numbered
            seen |= Q(Exists(owed), kind=ReportKind.CIRCULAR) & numbered
        return self.filter(seen)

    def about(self, scope: "Scope") -> Self:
        """Those about one period and the same part of it."""
        return self.filter(period=scope.period_id, section=scope.section_id, agency=scope.agency_id)

    def matching(self, *, kind: str = "", period: "Period | None" = None, state: str = "") -> Self:
        """Those of one kind, on one period, whose making or issuing stands at one state."""
        found = self.filter(kind=kind) if kind else self
        if period is not None:
            found = found.filter(period=period)
        if state in IssueState.values:
            return found.filter(issue__state=state)
        return found.filter(state=state) if state else found

    def in_order(self, order: str) -> Self:
        """Newest first, or by period or by kind, the newest of each first."""
        first = {"period": ("-period__covers_from",), "kind": ("kind",)}.get(order, ())
        return self.order_by(*first, "-requested_at", "-pk")

    def awaiting_word_of(self, user: "User") -> Self:
        """Those that a chief may issue now: drafted and written, not to an agency of their own.

        Its twin for one report is may_issue_now (reports.archive.issue).
        """
        drafted = self.done().filter(issue__state=IssueState.DRAFT)
        if not may_issue(user):
            return self.none()
        return drafted.exclude(agency__in=user.own_agencies())

    def standing(self) -> Self:
        """All but those that were withdrawn."""
        return self.exclude(issue__state=IssueState.WITHDRAWN)

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
        """Those that answer the same request: one kind, one period, the same part and annexes."""
        same = self.filter(kind=report.kind, against=report.against_id)
        return same.about(report.scope)

    def before(self, report: "Report") -> Self:
        """Those of the same kind and part on earlier periods, the newest first."""
        return self.filter(
            kind=report.kind,
            section=report.section_id,
            agency=report.agency_id,
            period__covers_from__lt=report.period.covers_from,
        ).order_by("-period__covers_from", "-frozen_at")

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
