"""The working-day calendar."""

from django.db import models

from measures.querysets import WorkdayQuerySet


class Workday(models.Model):
    """A day that differs from Monday–Friday, with the holiday's name and where it is published."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("来源", max_length=100)

    objects = WorkdayQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        verbose_name = verbose_name_plural = "工作日历"

    def __str__(self) -> str:
        return f"{self.date} {self.word}"

    @property
    def word(self) -> str:
        """What the day is: 上班 or 休息."""
        return "上班" if self.is_workday else "休息"
