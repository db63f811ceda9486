"""Milestones of a measure: what must be reached, by when, and by whom."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from agencies.models import Agency
from agencies.models.fields import BusinessQuerySet, ChecksAtOnce, optional_link_to, optional_person
from measures.choices import Nature
from measures.models.limits import percentage
from measures.rules.plan import Plan, is_overdue, plan_of

if TYPE_CHECKING:
    from measures.models.measure import Measure

WORDING_MOST = 200


def plan_rows() -> QuerySet:
    """Return the plan's rows for the outer query's measure, for rules.plan.plan_read."""
    planning = Milestone.objects.planning()
    own = planning.filter(measure=OuterRef("pk")).order_by("due_on")
    return own.values(json=JSONObject(day="due_on", percent="planned_percent"))


class MilestoneQuerySet(BusinessQuerySet):
    def overdue(self, *, on: date) -> Self:
        """Those past their day and not done (rules.plan.is_overdue). Due today is not late."""
        return self.filter(is_done=False, due_on__lt=on)

    def planning(self) -> Self:
        """Those that form the plan of a dated measure."""
        return self.filter(planned_percent__isnull=False, measure__nature=Nature.DATED)

    def plans_of(self, measures: Iterable["Measure"]) -> dict[int, Plan]:
        """Return the plan of each measure that has one, by measure id; one query for any number.

        A measure without a plan is left out: it is ongoing, or no milestone has a percent. The
        percent expected on a day is `rules.plan.percent_by_plan(plan, on=day)`.
        """
        points: defaultdict[int, list] = defaultdict(list)
        rows = self.planning().filter(measure__in=measures)
        for pk, due_on, percent in rows.values_list("measure", "due_on", "planned_percent"):
            points[pk].append((due_on, percent))
        return {pk: plan_of(found) for pk, found in points.items()}


class Milestone(ChecksAtOnce):
    """One milestone of a measure.

    The planned percents of a dated measure's milestones form its plan: read it with
    `Milestone.objects.plans_of(measures)`, which returns plans for `measures.rules.plan`.
    `wording` is the passage of the notice that sets the milestone, if one does; staff can neither
    change nor remove such a milestone. Every change leaves an event with the old values;
    `original_due_on` never changes.
    """

    measure = models.ForeignKey(
        "measures.Measure", models.PROTECT, related_name="milestones", verbose_name="措施"
    )
    title = models.CharField("节点内容", max_length=100)
    due_on = models.DateField("计划完成日期")
    original_due_on = models.DateField("原定日期")
    agency = optional_link_to(Agency, "责任单位", "milestones")
    agency_name = models.CharField("责任单位（当时名称）", max_length=40, blank=True)
    planned_percent = models.PositiveSmallIntegerField("计划进度", null=True, blank=True)
    wording = models.CharField("原文表述", max_length=WORDING_MOST, blank=True)
    source = models.CharField("来源", max_length=200)
    remark = models.CharField("备注", max_length=300, blank=True)
    added_at = models.DateTimeField("设定时间", null=True, blank=True)
    moved_at = models.DateTimeField("最近改期时间", null=True, blank=True)
    is_done = models.BooleanField("已完成", default=False)
    done_on = models.DateField("实际完成日期", null=True, blank=True)
    done_source = models.CharField("完成依据", max_length=200, blank=True)
    done_at = models.DateTimeField("登记时间", null=True, blank=True)
    done_by = optional_person("登记人")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "due_on", "id"]
        verbose_name = verbose_name_plural = "节点"
        constraints = [
            models.CheckConstraint(
                name="milestone_done_has_day",
                condition=Q(is_done=True, done_on__isnull=False, done_by__isnull=False)
                & ~Q(done_source="")
                | Q(is_done=False, done_on__isnull=True, done_by__isnull=True, done_source=""),
                violation_error_message="已完成的节点须有完成日期和依据，未完成的不得有。",
            ),
            percentage("milestone_percent_in_range", "planned_percent", "计划进度须在0到100之间。"),
            models.CheckConstraint(
                name="milestone_says_something",
                condition=~Q(title="") & ~Q(source=""),
                violation_error_message="须写明节点内容和来源。",
            ),
            models.CheckConstraint(
                name="milestone_agency_named",
                condition=Q(agency__isnull=True, agency_name="")
                | Q(agency__isnull=False) & ~Q(agency_name=""),
            ),
            models.UniqueConstraint(
                fields=["measure", "title", "due_on"],
                name="milestone_once_a_day",
                violation_error_message="这项措施在同一天已有同名节点。",
            ),
        ]

    def __str__(self) -> str:
        return f"节点“{self.title}”"

    @property
    def is_moved(self) -> bool:
        return self.due_on != self.original_due_on

    @property
    def comes_from_notice(self) -> bool:
        return bool(self.wording)

    def is_overdue(self, *, on: date) -> bool:
        """Whether its day has passed and it is not done (rules.plan)."""
        return is_overdue(due_on=self.due_on, is_done=self.is_done, on=on)

    @property
    def is_done_late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due_on
