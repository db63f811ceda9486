"""批示: a leader's instructions on a measure, the agencies addressed, and their answers."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Self

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import MD5

from agencies.models import Agency, User
from agencies.models.fields import ChecksAtOnce, MemberOf, known, link_to, optional_person
from agencies.permissions import Perm
from measures.choices import InstructionRung, InstructionState
from measures.models.limits import SHORT_MOST, written
from measures.models.measure import Measure
from measures.rules.instructions import OPEN


def agencies_told(user: "User") -> frozenset[int] | None:
    """Return the agencies whose instructions a person may see; None: all."""
    if user.can(Perm.INSTRUCT) or user.can(Perm.READ_UNACCEPTED):
        return None
    return frozenset(user.own_agencies())


class InstructionQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Leaders and the commission see all, an agency's people those addressed to it."""
        return self.told_to(agencies_told(user))

    def told_to(self, agencies: Collection[int] | None) -> Self:
        """Those addressed to one of some agencies; None: all."""
        if agencies is None:
            return self
        return self.filter(Exists(_addressees(agency__in=agencies)))

    def with_state(self, *, on: date) -> Self:
        """Add `state_now`: the same rule as rules.instructions.state_of, in SQL."""
        owing = Exists(_addressees(replies__isnull=True))
        cases = (
            When(withdrawn_at__isnull=False, then=Value(InstructionState.WITHDRAWN.value)),
            When(closed_at__isnull=False, then=Value(InstructionState.CLOSED.value)),
            When(~owing, then=Value(InstructionState.ANSWERED.value)),
            When(due_on__lt=on, then=Value(InstructionState.OVERDUE.value)),
        )
        state = Case(
            *cases, default=Value(InstructionState.WAITING.value), output_field=CharField()
        )
        return self.annotate(state_now=state)

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True, withdrawn_at__isnull=True)

    def awaiting(self, agency_ids: Collection[int]) -> Self:
        """Open ones to which one of some agencies has not answered yet."""
        owed = Addressee.objects.filter(agency__in=agency_ids, replies__isnull=True)
        return self.open().filter(pk__in=owed.values("instruction"))

    def by_urgency(self) -> Self:
        """Order by deadline, the earliest first; then without a deadline, the newest first."""
        return self.order_by(F("due_on").asc(nulls_last=True), "-written_at", "-id")

    def with_parties(self) -> Self:
        """Fetch measure, people, and the agencies with their answers; three queries.

        Adds `notice_number`.
        """
        told = InstructionReply.objects.select_related("by").order_by("at", "id")
        replies = Prefetch("replies", queryset=told, to_attr="said")
        rows: QuerySet = Addressee.objects.order_by("order", "id")
        found = self.annotate(notice_number=F("measure__notice__number"))
        return found.select_related("measure", "by", "closed_by").prefetch_related(
            Prefetch("addressees", queryset=rows.prefetch_related(replies), to_attr="parties")
        )

    def counted(self) -> Counter[str]:
        """Return how many are in each state; needs with_state(); one query."""
        rows = self.order_by().values_list("state_now").annotate(n=Count("pk"))
        return Counter(dict(rows))


def _addressees(**conditions: object) -> QuerySet:
    rows = Addressee.objects.all()
    return rows.filter(Q(instruction=OuterRef("pk")) & Q(**conditions))


class Instruction(ChecksAtOnce):
    """A leader's instruction on a measure. Its state is computed, except how it ended."""

    state_now: str  # set by with_state()
    parties: list["Addressee"]  # set by with_parties()

    measure = link_to(Measure, "措施", "instructions")
    text = models.TextField("批示内容", max_length=SHORT_MOST)
    due_on = models.DateField("办理期限", null=True, blank=True)
    by = link_to(User, "批示人")
    written_at = models.DateTimeField("批示时间")
    closed_by = optional_person("办结人")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closing_words = models.TextField("办结意见", max_length=SHORT_MOST, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        verbose_name = verbose_name_plural = "批示"
        constraints = [
            written("instruction_says_something", "text", "请写明批示内容。"),
            models.CheckConstraint(
                name="instruction_closed_by_somebody",
                condition=Q(closed_by__isnull=True, closed_at__isnull=True, closing_words="")
                | Q(closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="instruction_ends_once",
                condition=Q(closed_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                F("measure"),
                F("by"),
                MD5("text"),
                condition=Q(closed_at__isnull=True, withdrawn_at__isnull=True),
                name="instruction_said_once",
                violation_error_message="您对这项措施已有同样内容的批示尚未办结，不必重复提交。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}对{self.measure}的批示"

    @property
    def state(self) -> InstructionState:
        """Its state; needs with_state()."""
        return InstructionState(self.state_now)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended; needs with_state()."""
        return self.state in OPEN

    @property
    def answered(self) -> int:
        """How many of its agencies have answered; needs with_parties()."""
        return sum(bool(party.said) for party in self.parties)


class Addressee(models.Model):
    """An agency that an instruction is addressed to, with its name on that day."""

    said: list["InstructionReply"]  # set by with_parties()

    instruction = link_to(Instruction, "批示", "addressees")
    agency = link_to(Agency, "办理单位", "instructions")
    agency_name = models.CharField("单位（当时名称）", max_length=40)
    order = models.PositiveIntegerField("排序")

    class Meta:
        ordering = ["order", "id"]
        verbose_name = verbose_name_plural = "批示办理单位"
        constraints = [
            models.UniqueConstraint(
                fields=["instruction", "agency"],
                name="addressee_once_an_agency",
                violation_error_message="同一批示对一个单位只列一次。",
            )
        ]

    def __str__(self) -> str:
        return self.agency_name


class InstructionReply(ChecksAtOnce):
    """An agency's answer; it may answer again while the instruction is open."""

    addressee = link_to(Addressee, "办理单位", "replies")
    text = models.TextField("回复内容", max_length=SHORT_MOST)
    by = link_to(User, "回复人")
    at = models.DateTimeField("回复时间")

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = "批示回复"
        constraints = [
            written("instruction_reply_says_something", "text", "请写明回复内容。"),
            models.UniqueConstraint(
                F("addressee"),
                MD5("text"),
                name="instruction_reply_said_once",
                violation_error_message="本单位已提交过同样内容的回复，不必重复提交。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee}的回复"


class InstructionTold(models.Model):
    """A reminder that was sent, or skipped because a later one was reached."""

    instruction = link_to(Instruction, "批示", "told")
    rung = models.CharField("事项", max_length=10, choices=InstructionRung)
    at = models.DateTimeField("时间")
    is_passed = models.BooleanField("略过", default=False)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = "批示提醒"
        constraints = [
            known("instruction_told_rung_known", rung=InstructionRung),
            models.UniqueConstraint(
                fields=["instruction", "rung"], name="instruction_told_once_a_rung"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instruction}的{self.rung_choice.label}"

    rung_choice = MemberOf(InstructionRung, "rung")
