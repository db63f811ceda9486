"""Filings: what one agency owes for one measure in one period."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from agencies.models import Agency
from agencies.models.fields import (
    BusinessQuerySet,
    MemberOf,
    known,
    link_to,
    only_when,
    optional_link_to,
    optional_person,
)
from lib.arrays import array_of
from measures.choices import (
    CoordinationState,
    Decision,
    FilingState,
    ObjectionState,
    OpenWork,
    PeriodState,
    ResponsibilityRole,
)
from measures.models.arrival import arrived_q, debt_q, mending_q, missing_q, owed_q
from measures.models.coordination import BriefItem, CoordinationItem, brief_items, briefs_of
from measures.models.evidence import Evidence
from measures.models.indicator import Indicator
from measures.models.limits import REASON_MOST, together
from measures.models.measure import Measure
from measures.models.note import Note
from measures.models.period import Period
from measures.models.totals import FILING_TOTALS
from measures.models.waiting import SET
from measures.rules.figures import AskedIndicator
from measures.rules.periods import is_late
from measures.rules.plan import LateMilestone
from measures.rules.workflow import INSIDE, is_owed, is_withdrawn

SETTLED = Q(state__in=[FilingState.ACCEPTED, FilingState.WAIVED])


class FilingQuerySet(BusinessQuerySet):
    def owed_by(self, agency_ids: Collection[int]) -> Self:
        return self.filter(agency__in=agency_ids)

    def awaiting_review(self) -> Self:
        """Submitted and not decided; oldest first."""
        return self.filter(state=FilingState.SUBMITTED).order_by("first_submitted_at", "id")

    def awaiting_approval(self, agency_ids: Collection[int]) -> Self:
        """Submitted for approval inside some agencies; oldest first."""
        return self.filter(state=FilingState.IN_AGENCY, agency__in=agency_ids).order_by("id")

    def filed(self) -> Self:
        return self.filter(first_submitted_at__isnull=False)

    def owed(self) -> Self:
        return self.filter(owed_q())

    def missing(self) -> Self:
        return self.filter(missing_q())

    def unfiled(self) -> Self:
        return self.filter(first_submitted_at__isnull=True).exclude(state=FilingState.WAIVED)

    def unsettled(self) -> Self:
        """Those whose current version is not accepted and that were not waived."""
        return self.exclude(SETTLED)

    def leading(self) -> Self:
        """Those of the agency that leads the measure."""
        return self.filter(role=ResponsibilityRole.LEAD)

    def debts(self, *, on: date) -> Self:
        return self.filter(debt_q(on=on))

    def earlier_debts(self, *, on: date) -> Self:
        """欠报 of closed periods: they can only be filed late (补报)."""
        return self.debts(on=on).filter(period__state=PeriodState.CLOSED)

    def with_open_work(self, *, on: date, tells_drafts: bool = True) -> Self:
        """Add `open_work`: what still has to be done about each on a day; None for nothing.

        Debts are DRAFTED if the agency has begun a draft, else OWED; without `tells_drafts` all
        are OWED.
        """
        found = [
            When(state=FilingState.WAIVED, then=Value(None)),
            When(
                state=FilingState.SUBMITTED,
                accepted_note__isnull=False,
                then=Value(OpenWork.CORRECTING.value),
            ),
            When(state=FilingState.SUBMITTED, then=Value(OpenWork.WAITING.value)),
            When(contested_q(), then=Value(OpenWork.CONTESTED.value)),
            When(accepted_note__isnull=False, then=Value(None)),
            When(arrived_q(), then=Value(OpenWork.MENDING.value)),
            When(written_off_at__isnull=False, then=Value(None)),
            When(due_on__gte=on, then=Value(OpenWork.EXTENDED.value)),
        ]
        if tells_drafts:
            written = Note.objects.kept().with_text().filter(filing=OuterRef("pk"))
            found.append(When(Exists(written), then=Value(OpenWork.DRAFTED.value)))
        owed = Value(OpenWork.OWED.value)
        work = Case(*found, default=owed, output_field=models.CharField())
        return self.annotate(open_work=work)

    def waiting_for(self, work: OpenWork, *, on: date) -> Self:
        """Those with this open work on a day, with drafts counted as OWED (OpenWork.told)."""
        if work == OpenWork.OWED:
            return self.debts(on=on)
        return self.with_open_work(on=on).filter(open_work=work)

    def contested(self) -> Self:
        return self.filter(contested_q())

    def left_open(self, *, on: date) -> Self:
        """Filings of closed periods with open work, each with `open_work`; defined only here.

        Filings that are OWED, with nothing written, are left out: see earlier_debts.
        """
        closed = self.filter(period__state=PeriodState.CLOSED).unsettled().with_open_work(on=on)
        return closed.filter(open_work__isnull=False).exclude(open_work=OpenWork.OWED)

    def to_be_mended(self) -> Self:
        """Those that were submitted, are now back with their agency, and were never accepted."""
        back = self.filed().filter(state__in=(FilingState.RETURNED, *INSIDE))
        return back.filter(accepted_note__isnull=True, written_off_at__isnull=True)

    def chased(self) -> Self:
        """Those that their agency has to work on, each with the values that rules.chasing needs.

        `is_mending`: it was filed and has to be corrected. `chased_day`: the last day to correct it
        in that case, else its due day.
        """
        elsewhere = (FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.WAIVED)
        owed = self.exclude(state__in=elsewhere)
        owed = owed.filter(
            accepted_note__isnull=True,
            written_off_at__isnull=True,
            period__notice__archived_at__isnull=True,
        )
        mended = When(arrived_q(), then=Coalesce("mend_by", "due_on"))
        return owed.annotate(
            is_mending=Case(When(arrived_q(), then=True), default=False),
            chased_day=Case(mended, default=F("due_on"), output_field=models.DateField()),
        )

    def chased_late(self, *, on: date) -> Self:
        """Those of chased() that are past `chased_day`: they may be chased by hand."""
        return self.chased().filter(chased_day__lt=on)

    def late(self, *, on: date) -> Self:
        """Unfiled and past due. Due today is not late."""
        return self.unfiled().filter(due_on__lt=on)

    def with_history(self) -> Self:
        """Add `has_ever_filed`: whether its agency filed for its measure in any main period."""
        same = self.model._default_manager.filter(
            measure=OuterRef("measure"),
            agency=OuterRef("agency"),
            period__kind=F("period__notice__main_kind"),
        )
        return self.annotate(has_ever_filed=Exists(same.filter(arrived_q())))

    def with_protocol(self) -> Self:
        """Add `agency_order`: its agency's place in protocol order."""
        return self.annotate(agency_order=F("agency__order"))

    def with_files(self) -> Self:
        """Fetch the files of each accepted note in the same query, as `files_found`."""
        files = Evidence.objects.filter(note=OuterRef("accepted_note")).order_by("pk")
        return self.annotate(files_found=array_of(files, "id", "name", "kind", "size"))

    def with_returns(self) -> Self:
        """Add `returns`: how often the commission returned a version."""
        # A subquery per filing: a join would read all notes as soon as one notice is large.
        own = Note.objects.filter(filing=OuterRef("pk"), left_at__isnull=False)
        sent_back = own.filter(review__decision=Decision.RETURN).order_by().values("filing")
        number = Subquery(sent_back.annotate(number=Count("pk")).values("number"))
        return self.annotate(returns=Coalesce(number, 0))

    def with_contested(self) -> Self:
        """Add `is_contested`: whether an objection to its return is not answered yet."""
        return self.annotate(is_contested=Exists(_objected()))

    def with_coordination(self) -> Self:
        """Add the 需协调事项 of its notes, for Filing.coordination."""
        own = CoordinationItem.objects.filter(note__filing=OuterRef("pk"))
        own = own.exclude(state=CoordinationState.WITHDRAWN)
        return self.annotate(coordination_found=brief_items(own))

    def with_counted(self) -> Self:
        """Add `is_counted`: whether its measure has indicators (see measures.filings.figures)."""
        indicators = Indicator.objects.filter(measure=OuterRef("measure"))
        return self.annotate(is_counted=Exists(indicators))

    def with_reviewable(self, condition: Q | Value) -> Self:
        """Add `is_reviewable`, from the condition of bars.may_be_reviewed_by for one person."""
        return self.annotate(is_reviewable=condition)

    def with_notes(self) -> Self:
        """Fetch all versions of each, newest first, as `versions`, with reviews and names."""
        notes = Note.objects.with_all_said()
        return self.prefetch_related(Prefetch("notes", notes, to_attr="versions"))


def contested_q() -> Q:
    """Return a condition for returned filings with an unanswered objection to the return."""
    return Q(state=FilingState.RETURNED) & Q(Exists(_objected()))


def _objected() -> QuerySet:
    """Return the filing of the outer query, if an objection to its return is not answered yet."""
    return Filing.objects.filter(pk=OuterRef("pk"), objections__state=ObjectionState.OPEN)


class FilingFacts:
    """Properties computed from a filing's columns; shared by the model and by partial rows."""

    agency_id: Any
    measure_id: Any
    state: Any
    due_on: Any
    first_submitted_at: Any
    mend_by: Any
    accepted_note_id: Any
    written_off_at: Any
    period: Any

    @property
    def is_withdrawn(self) -> bool:
        """Whether the agency withdrew it after submitting it (rules.workflow)."""
        return is_withdrawn(
            state=self.state,
            has_left=self.first_submitted_at is not None,
            is_returned=self.mend_by is not None,
            has_accepted=self.accepted_note_id is not None,
        )

    @property
    def is_in(self) -> bool:
        """Whether it counts as filed (rules.workflow)."""
        return self.first_submitted_at is not None and not self.is_withdrawn

    @property
    def is_owed(self) -> bool:
        """Whether it counts among those owed: all except the waived."""
        return is_owed(self.state)

    def is_debt(self, *, on: date) -> bool:
        """Whether its agency owes it on a day: a debt does not end with time (rules.light)."""
        is_late = self.due_on < on and self.written_off_at is None
        return self.is_owed and not self.is_in and is_late

    @property
    def is_backfilled(self) -> bool:
        """补报: whether it was first submitted after its period had closed; needs the period.

        A filing with an extension that was submitted by its own due day does not count.
        """
        first, closed = self.first_submitted_at, self.period.closed_at
        return first is not None and closed is not None and first > closed and self.is_filed_late

    @property
    def is_filed_late(self) -> bool:
        """迟报: whether it was first submitted after the due day."""
        first = self.first_submitted_at
        return is_late(localdate(first) if first else None, self.due_on)


class Filing(FilingFacts, models.Model):
    """What one agency owes for one measure in one period.

    `state` describes the current version; `accepted_note` is the last accepted version, and
    lights, lists and reports read only that one.
    """

    period = link_to(Period, "填报期", "filings")
    measure = link_to(Measure, "措施", "filings")
    agency = link_to(Agency, "单位", "filings")
    role = models.CharField("责任", max_length=20, choices=ResponsibilityRole)
    agency_name = models.CharField("单位（当时名称）", max_length=40)
    due_on = models.DateField("报送截止")
    due_was = models.DateField("延期前的报送截止", null=True, blank=True)
    due_moved_at = models.DateTimeField("延期时间", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=FilingState, default=FilingState.PENDING
    )
    first_submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True)
    mend_by = models.DateField("补正截止", null=True, blank=True)
    accepted_note = optional_link_to(Note, "已通过版本")
    waived_reason = models.CharField("免报理由", max_length=REASON_MOST, blank=True)
    waived_by = optional_person("免报决定人")
    waived_at = models.DateTimeField("免报时间", null=True, blank=True)
    written_off_reason = models.CharField("核销理由", max_length=REASON_MOST, blank=True)
    written_off_by = optional_person("核销人")
    written_off_at = models.DateTimeField("核销时间", null=True, blank=True)
    # Facts of the version that waits for its reviewer, set only by triggers (models.waiting).
    came_at = models.DateTimeField("送达审核时间", null=True, blank=True, editable=False)
    says_doubtful = models.BooleanField("自评有风险或难以完成", null=True, editable=False)
    says_unchanged = models.BooleanField("本期无新进展", null=True, editable=False)

    chased_day: date  # set by chased()
    open_work: str | None  # set by with_open_work()
    versions: list[Note]  # set by with_notes() and measures.filings.page
    is_contested: bool  # set by with_contested()
    is_counted: bool  # set by with_counted()
    # Set by measures.filings: the indicators whose values it must report, and its agency's overdue
    # milestones.
    asked: Sequence[AskedIndicator] = ()
    late_milestones: Sequence[LateMilestone] = ()
    coordination_found: Sequence[dict] = ()  # set by with_coordination()
    files_found: list[dict]  # set by with_files()
    returns: int  # set by with_returns()
    is_reviewable: bool  # set by with_reviewable()
    is_unchanged: bool | None  # these two are set by measures.periods.opening
    is_unconfirmed: bool

    objects = FilingQuerySet.as_manager()

    class Meta:
        ordering = ["measure__ordinal", "agency__order"]
        verbose_name = verbose_name_plural = "填报任务"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "measure", "agency"], name="filing_once_an_agency"
            ),
            known("filing_state_known", state=FilingState),
            known("filing_role_known", role=ResponsibilityRole),
            models.CheckConstraint(
                name="filing_accepted_has_note",
                condition=~Q(state=FilingState.ACCEPTED) | Q(accepted_note__isnull=False),
            ),
            models.CheckConstraint(
                name="filing_submitted_has_moment",
                condition=~Q(state__in=[FilingState.SUBMITTED, FilingState.ACCEPTED])
                | Q(first_submitted_at__isnull=False),
            ),
            only_when(
                "filing_waived_has_reason",
                "waived_at",
                reason="waived_reason",
                state=FilingState.WAIVED,
                message="免报须写明理由。",
            ),
            models.CheckConstraint(
                name="filing_written_off_has_reason",
                condition=Q(written_off_at__isnull=False, written_off_by__isnull=False)
                & ~Q(written_off_reason="")
                | Q(written_off_at__isnull=True, written_off_by__isnull=True)
                & Q(written_off_reason=""),
                violation_error_message="核销欠报须写明理由。",
            ),
            together("filing_moved_has_day", "due_was", "due_moved_at"),
        ]
        indexes = [
            models.Index(
                fields=["first_submitted_at"],
                include=["id", "period", "agency"],
                name="filing_awaiting_review",
                condition=Q(state=FilingState.SUBMITTED),
            ),
            # The list of 审核, in its order, with what its filters compare.
            models.Index(
                fields=["came_at", "id"],
                include=[
                    *("state", "period", "agency", "measure", "role"),
                    *("says_doubtful", "says_unchanged"),
                ],
                name="filing_came",
                condition=Q(state=FilingState.SUBMITTED),
            ),
            # The few filings with open work among all settled ones, with the columns that the menu
            # of every page needs.
            models.Index(
                fields=["period", "agency"],
                include=[
                    *("id", "state", "due_on", "first_submitted_at"),
                    *("mend_by", "accepted_note", "written_off_at"),
                ],
                name="filing_unsettled",
                condition=~SETTLED,
            ),
            # The same by due day, and filings returned for correction: for the commission's lists.
            models.Index(
                fields=["due_on"],
                include=[
                    *("id", "period", "agency", "state", "first_submitted_at"),
                    *("mend_by", "accepted_note", "written_off_at"),
                ],
                name="filing_unsettled_due",
                condition=~SETTLED,
            ),
            # The same by agency: for its own pages and menu.
            models.Index(
                fields=["agency", "due_on"],
                include=[
                    *("id", "period", "state", "first_submitted_at"),
                    *("mend_by", "accepted_note", "written_off_at"),
                ],
                name="filing_unsettled_own",
                condition=~SETTLED,
            ),
            models.Index(
                fields=["mend_by"],
                include=["id", "period", "agency"],
                name="filing_to_mend",
                condition=~SETTLED & mending_q(),
            ),
        ]
        triggers = [SET, *FILING_TOTALS.triggers()]

    def __str__(self) -> str:
        return f"{self.agency_name}·{self.measure}·{self.period}"

    state_choice = MemberOf(FilingState, "state")

    role_choice = MemberOf(ResponsibilityRole, "role")

    @property
    def coordination(self) -> list[BriefItem]:
        """The 需协调事项 of its notes; needs with_coordination()."""
        return briefs_of(self.coordination_found)

    @property
    def in_hand(self) -> Note | None:
        """The newest version that was not dropped; needs with_notes()."""
        return next((note for note in self.versions if note.dropped_at is None), None)
