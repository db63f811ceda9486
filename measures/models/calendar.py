"""The working-day calendar."""

from datetime import date
from functools import cache
from typing import Self

from django.db import models
from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractYear

from lib.prepared import Prepared, prepared

PUBLISHED_DAYS = 5


class WorkdayQuerySet(QuerySet):
    def as_calendar(self) -> dict[date, bool]:
        """Return all days that differ from Monday to Friday, for lib.workdays; one query."""
        return dict(_workdays().rows([]))

    def of_year(self, year: int) -> Self:
        return self.filter(date__year=year)

    def published_years(self) -> set[int]:
        """Return the years whose holidays are known; in other years Monday to Friday are workdays.

        Every published holiday schedule has more than PUBLISHED_DAYS days off between Monday and
        Friday; a few days entered by hand do not make a year known.
        """
        off = self.filter(is_workday=False, date__iso_week_day__lte=5).order_by()
        years = off.values(year=ExtractYear("date")).annotate(days=Count("pk"))
        return set(years.filter(days__gte=PUBLISHED_DAYS).values_list("year", flat=True))


@cache
def _workdays() -> Prepared:
    return prepared(Workday.objects.values_list("date", "is_workday"))


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
        return "上班" if self.is_workday else "休息"
