"""Reviews of a version of a note."""

from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models import User
from agencies.models.fields import ChecksAtOnce, link_to, optional_person
from measures.choices import Decision
from measures.models.limits import SHORT_MOST
from measures.models.note import Note


class ReviewQuerySet(QuerySet):
    def decided(self) -> Self:
        """Those with a decision, the newest first."""
        return self.exclude(decision="").order_by("-decided_at", "-pk")

    def under_way(self) -> Self:
        return self.filter(decision="")


class Review(ChecksAtOnce):
    """The review of one version, by the commission or by the agency's own head."""

    note = models.OneToOneField(Note, models.PROTECT, related_name="review", verbose_name="进展")
    begun_by = link_to(User, "开始人")
    begun_at = models.DateTimeField("开始时间")
    decided_by = optional_person("审核人")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decision = models.CharField("决定", max_length=10, choices=Decision, blank=True)
    comment = models.TextField("意见", max_length=SHORT_MOST, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = verbose_name_plural = "审核"
        constraints = [
            models.CheckConstraint(
                name="review_return_has_comment",
                condition=~Q(decision=Decision.RETURN) | ~Q(comment=""),
                violation_error_message="退回时须填写意见。",
            ),
            models.CheckConstraint(
                name="review_decided_by_someone",
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    decision__in=Decision.values,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
        ]
        indexes = [  # for the few open ones among all that are decided
            models.Index(fields=["note"], name="review_under_way", condition=Q(decision=""))
        ]

    def __str__(self) -> str:
        return f"{self.note} {self.get_decision_display() or '审核中'}"

    @property
    def decision_choice(self) -> Decision | None:
        """The decision with its tone, for templates; None while the review is open."""
        return Decision(self.decision) if self.decision else None
