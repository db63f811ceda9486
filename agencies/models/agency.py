"""Organisations, and the names they had over time."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from agencies.choices import AgencyKind
from agencies.models.fields import ORDERED, VALIDITY, holds_q, known, link_to


class AgencyQuerySet(QuerySet):
    """Agencies; the default order is protocol order."""

    def named(self, *, on: date) -> Self:
        """Add `name_then`: the short name on a day, or the current one if none is recorded."""
        names = AgencyName.objects.filter(holds_q(on), agency=OuterRef("pk"))
        return self.annotate(name_then=Subquery(names.values("short_name")[:1]))

    def responsible(self) -> Self:
        """Agencies that are or were responsible for a measure."""
        return self.filter(responsibilities__isnull=False).distinct()

    def existing(self, *, on: date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))


class Agency(models.Model):
    """An organisation. Never deleted: one that has ended names its successor."""

    code = models.CharField("代码", max_length=20, unique=True)
    short_name = models.CharField("简称", max_length=40)  # today's; history in AgencyName
    full_name = models.CharField("全称", max_length=80)
    kind = models.CharField("类别", max_length=20, choices=AgencyKind)
    gbt2260 = models.CharField("行政区划代码", max_length=6, blank=True)
    order = models.PositiveSmallIntegerField("排序", unique=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="承接单位"
    )
    note = models.TextField("备注", blank=True)
    needs_inner_approval = models.BooleanField("报送前须本单位审核", default=False)

    name_then: str  # set by named()

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = verbose_name_plural = "单位"
        constraints = [
            known("agency_kind_known", kind=AgencyKind),
        ]

    def __str__(self) -> str:
        return self.short_name


class AgencyName(models.Model):
    """A name that an agency had. No first day means "as far back as we know"."""

    agency = link_to(Agency, "单位", "names")
    short_name = models.CharField("简称", max_length=40)
    full_name = models.CharField("全称", max_length=80)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    since_words = models.CharField("启用时间说明", max_length=100, blank=True)

    class Meta:
        ordering = ["agency", "valid_from"]
        verbose_name = verbose_name_plural = "单位名称"
        constraints = [
            ExclusionConstraint(
                name="agency_name_one_at_a_time",
                expressions=[("agency", RangeOperators.EQUAL), (VALIDITY, RangeOperators.OVERLAPS)],
                violation_error_message="同一单位同一天只能有一个名称。",
            ),
            models.CheckConstraint(name="agency_name_dates_in_order", condition=ORDERED),
        ]

    def __str__(self) -> str:
        return self.short_name


class AgencyAlias(models.Model):
    """Another spelling found in texts. It may mean different agencies at different times."""

    agency = link_to(Agency, "单位", "aliases")
    text = models.CharField("别名", max_length=80)
    valid_from = models.DateField("起", null=True, blank=True)
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        ordering = ["text"]
        verbose_name = verbose_name_plural = "单位别名"
        constraints = [
            ExclusionConstraint(
                name="agency_alias_means_one_body",
                expressions=[("text", RangeOperators.EQUAL), (VALIDITY, RangeOperators.OVERLAPS)],
                violation_error_message="同一别名同一天只能指一个单位。",
            ),
            models.CheckConstraint(name="agency_alias_dates_in_order", condition=ORDERED),
        ]

    def __str__(self) -> str:
        return self.text


def labels_of(agencies: Iterable[Agency]) -> dict[int, str]:
    """Return labels of choices by id: the short name, with the full name if it is not unique."""
    rows = list(agencies)
    names = {one.pk: getattr(one, "name_then", "") or one.short_name for one in rows}
    counts = Counter(names.values())
    return {
        one.pk: names[one.pk]
        if counts[names[one.pk]] == 1
        else f"{names[one.pk]}（{one.full_name}，{one.code}）"
        for one in rows
    }


def grouped_by_kind(agencies: Iterable[Agency]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return agencies as grouped choices, both in protocol order; uses `name_then` if set."""
    rows = sorted(agencies, key=lambda agency: agency.order)
    labels = labels_of(rows)
    named = [(one.kind, (one.pk, labels[one.pk])) for one in rows]
    groups = [(str(k.label), [one for kind, one in named if kind == k]) for k in AgencyKind]
    return [group for group in groups if group[1]]
