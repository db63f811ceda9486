"""Filings: what one agency owes for one measure in one period."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from agencies.models import Agency, User
from measures.choices import (
    FilingState,
    ResponsibilityRole,
)
from measures.models.measure import Measure
from measures.models.period import Period
from measures.querysets import FilingQuerySet
from measures.rules.arrival import is_owed, is_withdrawn
from measures.rules.figures import Asked, asked_of
from measures.rules.periods import is_late
from measures.rules.plan import LateMilestone
from measures.rules.workflow import OPEN_TO_LIAISON

if TYPE_CHECKING:
    from measures.models.note import Note

TEXT_MOST = 4000
SHORT_MOST = 1000
REASON_MOST = 300


class Filing(models.Model):
    """What one agency owes for one measure in one period.

    `state` is that of the version in hand; `accepted_note` is the last accepted one, and lights,
    lists and reports read only that.
    """

    period = models.ForeignKey(
        Period, models.PROTECT, related_name="filings", verbose_name="填报期"
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="filings", verbose_name="措施"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="filings", verbose_name="单位")
    role = models.CharField("责任", max_length=20, choices=ResponsibilityRole)
    agency_name = models.CharField("单位（当时名称）", max_length=40)
    due_on = models.DateField("报送截止")
    state = models.CharField(
        "状态", max_length=10, choices=FilingState, default=FilingState.PENDING
    )
    first_submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True)
    mend_by = models.DateField("补正截止", null=True, blank=True)
    accepted_note = models.ForeignKey(
        "measures.Note",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="已采用版本",
    )
    waived_reason = models.CharField("免报理由", max_length=REASON_MOST, blank=True)
    waived_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="免报决定人"
    )
    waived_at = models.DateTimeField("免报时间", null=True, blank=True)

    versions: list["Note"]  # set by with_notes()
    asked_found: list[dict]  # set by with_asked()
    milestones_found: list[dict]  # set by with_counted()
    returns: int  # set by with_returns()

    objects = FilingQuerySet.as_manager()

    class Meta:
        ordering = ["measure__ordinal", "agency__order"]
        verbose_name = verbose_name_plural = "填报任务"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "measure", "agency"], name="filing_once_an_agency"
            ),
            models.CheckConstraint(
                name="filing_state_known", condition=Q(state__in=FilingState.values)
            ),
            models.CheckConstraint(
                name="filing_role_known", condition=Q(role__in=ResponsibilityRole.values)
            ),
            models.CheckConstraint(
                name="filing_accepted_has_note",
                condition=~Q(state=FilingState.ACCEPTED) | Q(accepted_note__isnull=False),
            ),
            models.CheckConstraint(
                name="filing_submitted_has_moment",
                condition=~Q(state__in=[FilingState.SUBMITTED, FilingState.ACCEPTED])
                | Q(first_submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="filing_waived_has_reason",
                condition=Q(state=FilingState.WAIVED, waived_at__isnull=False)
                & ~Q(waived_reason="")
                | ~Q(state=FilingState.WAIVED) & Q(waived_at__isnull=True, waived_reason=""),
                violation_error_message="免报须写明理由。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["first_submitted_at"],
                name="filing_awaiting_review",
                condition=Q(state=FilingState.SUBMITTED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_name}·{self.measure}·{self.period}"

    @property
    def state_choice(self) -> FilingState:
        """The state with its tone, for templates."""
        return FilingState(self.state)

    @property
    def role_choice(self) -> ResponsibilityRole:
        """The role with its mark, for templates."""
        return ResponsibilityRole(self.role)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the agency took it back after it had left (rules.arrival)."""
        return is_withdrawn(
            state=self.state,
            has_left=self.first_submitted_at is not None,
            is_returned=self.mend_by is not None,
            has_accepted=self.accepted_note_id is not None,
        )

    @property
    def is_in(self) -> bool:
        """Whether it counts as filed (rules.arrival)."""
        return self.first_submitted_at is not None and not self.is_withdrawn

    @property
    def is_owed(self) -> bool:
        """Whether it counts among those asked for: all but the waived."""
        return is_owed(self.state)

    @property
    def is_open_to_liaison(self) -> bool:
        """Whether the liaison may write now."""
        return self.state in OPEN_TO_LIAISON

    @property
    def is_filed_late(self) -> bool:
        """迟报: whether it first left the agency after the due day."""
        first = self.first_submitted_at
        return is_late(localdate(first) if first else None, self.due_on)

    @property
    def asked(self) -> list[Asked]:
        """The indicators whose values it is to say; needs with_asked(), empty without."""
        return [asked_of(found) for found in self.__dict__.get("asked_found", ())]

    @property
    def late_milestones(self) -> list[LateMilestone]:
        """The agency's own whose day has passed; needs with_counted(), empty without."""
        found = self.__dict__.get("milestones_found", ())
        return [LateMilestone(one["title"], date.fromisoformat(one["due_on"])) for one in found]

    @property
    def in_hand(self) -> "Note | None":
        """The newest version that was not dropped; needs with_notes()."""
        return next((note for note in self.versions if note.dropped_at is None), None)
