"""What people add to a report: edits of its text, choices for a circular; never overwritten."""

from typing import Any, Self

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models import User
from agencies.models.fields import link_to
from reports.choices import ReportKind
from reports.models.report import Report, version_triggers

EDIT_MOST = 5000


class ReportEditQuerySet(QuerySet):
    def of(self, report_id: int) -> Self:
        return self.filter(report=report_id)

    def said(self) -> list[tuple[str, str | None]]:
        return list(self.order_by("version").values_list("key", "text"))


class ReportEdit(models.Model):
    """One version of a part's text, numbered from 1; the highest is current, null: generated."""

    report = link_to(Report, "报告", "edits")
    key = models.CharField("部分", max_length=40)
    heading = models.CharField("部分标题", max_length=200)
    version = models.PositiveIntegerField("版本")
    text = models.TextField("修改后的文字", max_length=EDIT_MOST, null=True, blank=True)  # noqa: DJ001
    by = link_to(User, "修改人")
    at = models.DateTimeField("修改时间")

    objects = ReportEditQuerySet.as_manager()

    class Meta:
        ordering = ["report", "key", "-version"]
        verbose_name = verbose_name_plural = "报告修改"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key", "version"],
                name="reportedit_version_once",
                violation_error_message="这一部分刚被别人修改过。",
            ),
            models.CheckConstraint(
                name="reportedit_says_something",
                condition=Q(version__gt=0) & (Q(text__isnull=True) | ~Q(text="")),
                violation_error_message="请填写文字；不需要修改时，请恢复生成的文字。",
            ),
        ]
        triggers = version_triggers("a final report is not edited")

    def __str__(self) -> str:
        return f"{self.report}“{self.heading}”第{self.version}版"

    @property
    def is_undo(self) -> bool:
        return self.text is None


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

    report = link_to(Report, "情况通报", "circular_choices")
    version = models.PositiveIntegerField("版本")
    praised = models.JSONField("表扬的单位", default=list, blank=True)
    named = models.JSONField("点名的单位", default=list, blank=True)
    with_consent = models.BooleanField("经市政府同意", default=False)
    by = link_to(User, "选定人")
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
