"""The files written from a report's dataset."""

from django.db import models
from django.db.models import Q

from agencies.models.fields import known, link_to
from reports.choices import FileFormat
from reports.models.report import SHA256, Report


class ReportFile(models.Model):
    """One file of a report: stored with a random name, shown with a Chinese one."""

    report = link_to(Report, "报告", "files")
    format = models.CharField("格式", max_length=10, choices=FileFormat)
    file = models.FileField("文件", max_length=200)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    written_at = models.DateTimeField("生成时间")
    removed_at = models.DateTimeField("到期清理时间", null=True, blank=True)

    class Meta:
        ordering = ["report", "format"]
        verbose_name = verbose_name_plural = "报告文件"
        constraints = [
            models.UniqueConstraint(fields=["report", "format"], name="reportfile_once_a_format"),
            known("reportfile_format_known", format=FileFormat),
            models.CheckConstraint(
                name="reportfile_has_digest", condition=Q(sha256__regex=SHA256, size__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def format_choice(self) -> FileFormat:
        return FileFormat(self.format)

    @property
    def digest_parts(self) -> list[str]:
        """The digest in four parts, so that it can wrap on a narrow page."""
        return [self.sha256[start : start + 16] for start in range(0, 64, 16)]
