"""短期专项: the chief's consent to a special period that leaves its agencies too few days."""

from django.db import models
from django.db.models import Q

from agencies.models.fields import optional_person
from measures.models.limits import REASON_MOST, together, written
from measures.models.period import Period


class ShortNotice(models.Model):
    """A request to the chief to open a special period with too few working days.

    `is_agreed` is empty until the chief has decided. A refused request may be made again.
    """

    period = models.ForeignKey(
        Period, models.CASCADE, related_name="short_notices", verbose_name="填报期"
    )
    reason = models.CharField("为什么来不及", max_length=REASON_MOST)
    asked_by = optional_person("提请人")
    asked_at = models.DateTimeField("提请时间")
    is_agreed = models.BooleanField("是否同意", null=True, blank=True)
    decided_by = optional_person("决定人")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    note = models.CharField("意见", max_length=REASON_MOST, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = verbose_name_plural = "短期专项"
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(is_agreed__isnull=True) | Q(is_agreed=True),
                name="short_notice_one_standing",
                violation_error_message="已经提请过，请等待负责人决定。",
            ),
            written("short_notice_has_reason", "reason", "须写明为什么来不及。"),
            together("short_notice_decided_by", "is_agreed", "decided_by", "decided_at"),
            models.CheckConstraint(
                name="short_notice_refused_has_note",
                condition=~Q(is_agreed=False) | ~Q(note=""),
                violation_error_message="不同意的，须写明意见。",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.period}”留给单位的时间不足"
