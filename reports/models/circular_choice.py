"""The agencies that a circular praises and names, in versions, separate from the dataset."""

from typing import Any

from django.db import models
from django.db.models import Q

from agencies.models import User
from reports.choices import ReportKind
from reports.models.report import Report, version_triggers


def with_choices(report: Report) -> dict[str, Any]:
    """Return a report's dataset; for a circular, with the choices if there are any."""
    data: dict[str, Any] = report.dataset or {}
    if report.kind != ReportKind.CIRCULAR:
        return data
    newest = CircularChoice.objects.filter(report=report.pk).first()
    return {**data, "choices": newest.as_data()} if newest else data


class CircularChoice(models.Model):
    """One version of a circular's choices, numbered from 1; the highest is current.

    `praised` and `named` hold codes of agencies in protocol order.
    """

    report = models.ForeignKey(
        Report, models.PROTECT, related_name="circular_choices", verbose_name="情况通报"
    )
    version = models.PositiveIntegerField("版本")
    praised = models.JSONField("表扬的单位", default=list, blank=True)
    named = models.JSONField("点名的单位", default=list, blank=True)
    with_consent = models.BooleanField("经市政府同意", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="选定人")
    at = models.DateTimeField("选定时间")

    class Meta:
        ordering = ["report", "-version"]
        verbose_name = verbose_name_plural = "通报表扬和点名"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "version"],
                name="circularchoice_version_once",
                violation_error_message="表扬和点名刚被别人改过。",
            ),
            models.CheckConstraint(name="circularchoice_counts", condition=Q(version__gt=0)),
        ]
        triggers = version_triggers("a final circular is not changed")

    def __str__(self) -> str:
        return f"{self.report}表扬和点名第{self.version}版"

    def as_data(self) -> dict[str, Any]:
        """Return it as the documents read it (ChoicesData)."""
        return {
            "version": self.version,
            "praised": self.praised,
            "named": self.named,
            "with_consent": self.with_consent,
        }
