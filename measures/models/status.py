"""The commission's word on how far a measure has got."""

from django.db import models
from django.db.models import Q

from agencies.models import User
from measures.choices import SETTABLE_STAGES, Stage
from measures.models.filing import Note
from measures.models.measure import Measure
from measures.models.period import Period


class StatusUpdate(models.Model):
    """One word, with its reason and the accepted notes it rests on. The newest one holds."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="status_updates", verbose_name="措施"
    )
    period = models.ForeignKey(
        Period, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报期"
    )
    stage = models.CharField("进度", max_length=20, choices=Stage)
    percent = models.PositiveSmallIntegerField("完成比例", null=True, blank=True)
    reason = models.TextField("变化与依据", max_length=1000)
    notes = models.ManyToManyField(Note, related_name="+", verbose_name="依据的进展")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="更新人")
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = verbose_name_plural = "状态更新"
        constraints = [
            models.CheckConstraint(
                name="status_has_reason",
                condition=~Q(reason=""),
                violation_error_message="更新进度须写明变化与依据。",
            ),
            models.CheckConstraint(
                name="status_stage_settable", condition=Q(stage__in=SETTABLE_STAGES)
            ),
            models.CheckConstraint(
                name="status_percent_in_range",
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                violation_error_message="完成比例须在0到100之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_stage_display()}"

    @property
    def stage_choice(self) -> Stage:
        """The stage with its tone, for templates."""
        return Stage(self.stage)
