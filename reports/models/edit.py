"""People's edits of a report's text, separate from the dataset, never overwritten."""

from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models import User
from reports.models.report import Report, version_triggers

EDIT_MOST = 5000


class ReportEditQuerySet(QuerySet):
    def of(self, report_id: int) -> Self:
        return self.filter(report=report_id)

    def said(self) -> list[tuple[str, str | None]]:
        return list(self.order_by("version").values_list("key", "text"))


class ReportEdit(models.Model):
    """One version of a part's text, numbered from 1; the highest is current, null: generated."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="edits", verbose_name="报告")
    key = models.CharField("部分", max_length=40)
    heading = models.CharField("部分标题", max_length=200)
    version = models.PositiveIntegerField("版本")
    text = models.TextField("修改后的文字", max_length=EDIT_MOST, null=True, blank=True)  # noqa: DJ001
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
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
