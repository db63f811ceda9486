"""Objections of an agency to a decision, and remarks on a filing."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models import Agency, User
from agencies.models.fields import MemberOf, link_to, optional_link_to, optional_person
from agencies.permissions import Perm
from measures.choices import ObjectionState, ObjectionSubject
from measures.models.filing import Filing
from measures.models.limits import SHORT_MOST, written
from measures.models.measure import Measure
from measures.models.waiting import set_again

ONE_AT_A_TIME = "这一事项已有异议正在办理，请等待答复。"


def left_to_others_q(user: "User") -> Q:
    """Return a condition for objections that others must answer.

    A member of the commission may not answer one to their own return, or by their own agency. If it
    is about a light, `contested_by` is null; the condition is then false, not null.
    """
    own = Q(contested_by__isnull=False, contested_by=user)
    return own | Q(agency__in=user.own_agencies())


class ObjectionQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """The commission sees all, an agency's people its own, nobody else any."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(agency__in=user.own_agencies())

    def open(self) -> Self:
        """Those not answered yet; the earliest deadline first."""
        return self.filter(state=ObjectionState.OPEN).order_by("decide_by", "id")

    def decided(self) -> Self:
        """Those answered, newest answer first."""
        return self.exclude(state=ObjectionState.OPEN).order_by("-decided_at", "-id")

    def upheld(self) -> Self:
        """Those that were upheld, newest answer first."""
        return self.decided().filter(state=ObjectionState.UPHELD)

    def overdue(self, *, on: date) -> Self:
        """Those whose answer is late. Due today is not late."""
        return self.filter(state=ObjectionState.OPEN, decide_by__lt=on)


class RemarkQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """The commission sees all, an agency's people those on its own filings."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(filing__agency__in=user.own_agencies())


class Objection(models.Model):
    """An agency's objection to a return of its note, or, as the lead, to the measure's light.

    `against` is the decision objected to, in its words then; `contested_by` returned the note.
    """

    subject = models.CharField("事由", max_length=10, choices=ObjectionSubject)
    measure = link_to(Measure, "措施", "objections")
    agency = link_to(Agency, "单位", "objections")
    agency_name = models.CharField("单位（当时名称）", max_length=40)
    filing = optional_link_to(Filing, "填报任务", "objections")
    against = models.TextField("所异议的决定")
    contested_by = optional_person("退回人")
    text = models.TextField("异议内容", max_length=SHORT_MOST)
    raised_by = link_to(User, "提出人")
    raised_at = models.DateTimeField("提出时间")
    decide_by = models.DateField("办理期限")
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState, default=ObjectionState.OPEN
    )
    answer = models.TextField("答复", max_length=SHORT_MOST, blank=True)
    decided_by = optional_person("答复人")
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        verbose_name = verbose_name_plural = "异议"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "agency", "subject", "filing"],
                condition=Q(state=ObjectionState.OPEN),
                nulls_distinct=False,
                name="objection_one_open",
                violation_error_message=ONE_AT_A_TIME,
            ),
            models.CheckConstraint(
                name="objection_return_has_filing",
                condition=Q(
                    subject=ObjectionSubject.RETURN,
                    filing__isnull=False,
                    contested_by__isnull=False,
                )
                | Q(subject=ObjectionSubject.LIGHT, filing__isnull=True, contested_by__isnull=True),
            ),
            written("objection_says_something", "text", "须写明异议内容。"),
            models.CheckConstraint(
                name="objection_decided_with_answer",
                condition=Q(
                    state=ObjectionState.OPEN,
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    answer="",
                )
                | (
                    Q(
                        state__in=[ObjectionState.UPHELD, ObjectionState.DISMISSED],
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                    & ~Q(answer="")
                ),
                violation_error_message="办理异议须写明答复。",
            ),
        ]
        triggers = [set_again("tells_its_filing", "NEW.state = 'upheld'")]

    def __str__(self) -> str:
        return f"{self.agency_name}对{self.measure}{self.get_subject_display()}的异议"

    state_choice = MemberOf(ObjectionState, "state")

    @property
    def is_open(self) -> bool:
        return self.state == ObjectionState.OPEN

    def is_overdue(self, *, on: date) -> bool:
        """Whether its answer is late. Due today is not late."""
        return self.is_open and self.decide_by < on


class Remark(models.Model):
    """A question on a filing, or its answer; it changes no state."""

    filing = link_to(Filing, "填报任务", "remarks")
    by = link_to(User, "留言人")
    post = models.CharField("身份", max_length=40)
    at = models.DateTimeField("时间")
    text = models.TextField("留言", max_length=SHORT_MOST)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = "留言"
        constraints = [written("remark_says_something", "text", "请填写留言。")]

    def __str__(self) -> str:
        return f"{self.filing} {self.post}留言"
