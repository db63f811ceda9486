"""Which agencies are responsible for a measure, from a day to a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Cast

from agencies.models import Agency
from agencies.models.fields import ORDERED, VALIDITY, MemberOf, holds, holds_q, known, link_to
from measures.choices import LeadBasis, ResponsibilityRole
from measures.models.totals import DUTY_TOTALS


class ResponsibilityQuerySet(QuerySet):
    def valid(self, *, on: date | Cast) -> Self:
        return self.filter(holds_q(on))

    def leads(self, *, on: date | Cast) -> Self:
        """Those with the role of lead on a day; at most one for each measure."""
        return self.valid(on=on).filter(role=ResponsibilityRole.LEAD)

    def named(self, *, on: date) -> list["Responsibility"]:
        """Return those effective on a day, with `name_then` and `agency_order`; one query."""
        return named_of(self.with_names(), on=on)

    def with_names(self) -> Self:
        """Return a row for each name that the agency ever had, for named_of().

        Joining all names and choosing in Python takes half the time of a query by day.
        """
        return self.order_by("order").annotate(
            agency_order=F("agency__order"),
            name_then=F("agency__short_name"),
            name=F("agency__names__short_name"),
            named_from=F("agency__names__valid_from"),
            named_to=F("agency__names__valid_to"),
        )


NAMES = ("agency_order", "name_then", "name", "named_from", "named_to")  # set by with_names()


def named_of(rows: Iterable[Any], *, on: date) -> list["Responsibility"]:
    """Return those of with_names() that are effective on a day, each with its name then."""
    found: dict[int, Responsibility] = {}
    for row in rows:
        if row.is_valid(on=on):
            duty = found.setdefault(row.pk, row)
            if row.name and holds(row.named_from, row.named_to, on=on):
                duty.name_then = row.name
    return list(found.values())


class Responsibility(models.Model):
    """An agency's role in a measure, from a day to a day (both included, empty is open)."""

    measure = models.ForeignKey(
        "measures.Measure", models.PROTECT, related_name="responsibilities", verbose_name="措施"
    )
    agency = link_to(Agency, "单位", "responsibilities")
    order = models.PositiveSmallIntegerField("原文次序")
    role = models.CharField("责任", max_length=20, choices=ResponsibilityRole)
    lead_basis = models.CharField("牵头依据", max_length=20, choices=LeadBasis, blank=True)
    duty = models.CharField("分工", max_length=200, blank=True)
    valid_from = models.DateField("起", null=True, blank=True)
    valid_to = models.DateField("止", null=True, blank=True)
    # When somebody entered the end: on that day it may be undone, whatever day it ends on.
    ended_at = models.DateTimeField("终止办理时间", null=True, blank=True, editable=False)

    name_then: str  # its agency's name; this and the next are set by named()
    agency_order: int  # the agency's place in the protocol

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "order"]
        verbose_name = verbose_name_plural = "责任"
        constraints = [
            ExclusionConstraint(
                name="responsibility_one_lead",
                expressions=[
                    ("measure", RangeOperators.EQUAL),
                    (VALIDITY, RangeOperators.OVERLAPS),
                ],
                condition=Q(role=ResponsibilityRole.LEAD),
                violation_error_message="每项措施同一时间只能有一个牵头单位。",
            ),
            ExclusionConstraint(
                name="responsibility_once_an_agency",
                expressions=[
                    ("measure", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (VALIDITY, RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一单位在一项措施中同一时间只能有一种责任。",
            ),
            models.CheckConstraint(name="responsibility_dates_in_order", condition=ORDERED),
            models.CheckConstraint(
                name="responsibility_ended_has_its_day",
                condition=Q(ended_at__isnull=True) | Q(valid_to__isnull=False),
            ),
            known("responsibility_role_known", role=ResponsibilityRole),
            models.CheckConstraint(
                name="responsibility_lead_has_basis",
                condition=Q(role=ResponsibilityRole.LEAD, lead_basis__in=LeadBasis.values)
                | (~Q(role=ResponsibilityRole.LEAD) & Q(lead_basis="")),
                violation_error_message="牵头单位须写明认定依据，其他单位不写。",
            ),
        ]
        triggers = DUTY_TOTALS.triggers()

    def __str__(self) -> str:
        return f"{self.agency} {self.get_role_display()}"

    role_choice = MemberOf(ResponsibilityRole, "role")

    def is_valid(self, *, on: date) -> bool:
        """Whether it is effective on a day; the same rule as ResponsibilityQuerySet.valid()."""
        return holds(self.valid_from, self.valid_to, on=on)
