"""Requests to the chief: the base class, due date requests and closing requests."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q, QuerySet

from agencies.models import Agency, User
from agencies.models.fields import MemberOf, link_to, only_when, optional_person
from agencies.permissions import Perm
from measures.choices import Nature, RequestState
from measures.models.evidence import StoredFile, fixed_file
from measures.models.limits import SHORT_MOST, percentage, written
from measures.models.responsibility import Responsibility
from measures.rules.closing import word_of
from measures.rules.due_dates import words_of
from measures.rules.requests import (
    CLOSING_STEPS,
    DUE_DATE_STEPS,
    EFFECTIVE,
    RequestStep,
    RequestSteps,
    demand_step,
    states_of,
)


class RequestQuerySet(QuerySet):
    def visible_to(self, user: User, *, on: date) -> Self:
        """The commission sees all, a measure's agencies theirs, others those that took effect."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        if not user.can(Perm.READ):
            return self.none()
        own = user.own_agencies()
        duties = Responsibility.objects.valid(on=on)
        parties = Q(agency__in=own) | Q(measure__in=duties.filter(agency__in=own).values("measure"))
        return self.filter(Q(state__in=EFFECTIVE) | parties)

    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN).order_by("asked_at", "id")

    def settled(self) -> Self:
        return self.exclude(state=RequestState.OPEN)

    def effective(self) -> Self:
        """Those that took effect, even if they were undone later."""
        return self.filter(state__in=EFFECTIVE)

    def with_people(self) -> Self:
        """Fetch the measure with its section and the people; add `notice_number`."""
        found = self.annotate(notice_number=F("measure__notice__number"))
        return found.select_related("measure__section", "asked_by", "decided_by")


class RequestFacts:
    """Properties computed from a request's state; shared by the models and by partial rows."""

    state: Any

    @property
    def is_open(self) -> bool:
        return bool(self.state == RequestState.OPEN)

    @property
    def took_effect(self) -> bool:
        """Whether it changed the measure, even if that was undone later."""
        return self.state in EFFECTIVE


class ChiefRequest(RequestFacts, models.Model):
    """The base of all requests to the chief; `agency` is the lead when the request is made.

    A subclass adds `headline` (the request in one line), its steps and its constraints, and
    overrides texts that differ. `slug` is part of its page's URL.
    """

    slug: ClassVar[str]
    steps: ClassVar[RequestSteps]
    # The states in which `decided_by` is empty.
    undecided: ClassVar[tuple[RequestState, ...]] = (RequestState.OPEN, RequestState.PASSED)
    # The section of the measure's page that decisions link to; empty: the request's own page.
    decision_section: ClassVar[str] = ""

    measure = models.ForeignKey(
        "measures.Measure", models.PROTECT, related_name="%(class)ss", verbose_name="措施"
    )
    agency = link_to(Agency, "牵头单位", "%(class)ss")
    agency_name = models.CharField("牵头单位（当时名称）", max_length=40)
    post = models.CharField("申请人身份", max_length=40)
    asked_by = link_to(User, "申请人")
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.OPEN)
    decided_by = optional_person("办理人")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decision_note = models.TextField("办理意见", max_length=SHORT_MOST, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-asked_at", "-id"]

    state_choice = MemberOf(RequestState, "state")

    @property
    def subject(self) -> str:
        """What the request is called inside a sentence."""
        return f"申请“{self.headline}”"  # type: ignore[attr-defined]

    @property
    def withdrawal_sentence(self) -> str:
        return f"撤回{self.measure}的{self.subject}。"

    @property
    def decision_sentence(self) -> str:
        """The text of the event and the messages when the chief has decided."""
        words = f"：{self.decision_note}" if self.decision_note else "。"
        return f"{self.measure}的{self.subject}{self.state_choice.label}{words}"

    @property
    def concerns_lead(self) -> bool:
        """Whether the lead's people are notified of the decision, beside the person who asked."""
        return True

    @property
    def event_target(self) -> models.Model:
        """The target of its events: the measure, so that they appear in the measure's trail."""
        return self.measure

    @property
    def event_state(self) -> dict[str, object]:
        """The request and its state, as stored in each of its events."""
        return {"request": str(self.pk), "request_state": self.state_choice.label}

    @property
    def event_before(self) -> dict[str, object]:
        """The old values, stored in the event of a decision beside the new ones."""
        return {}

    @property
    def event_decision(self) -> dict[str, object]:
        """The chief's note, stored in the event of the decision beside the state."""
        return {"decision_note": self.decision_note}

    def demand_step(self, name: str) -> RequestStep:
        """Return the step of that name; raises DomainError if it may not start from this state."""
        return demand_step(self.steps, name, self.state_choice)


def decision_constraints(
    table: str,
    kind: str,
    steps: RequestSteps,
    undecided: Collection[RequestState] = ChiefRequest.undecided,
) -> list[models.CheckConstraint]:
    """Return the two constraints of every kind on who decided, named after its table.

    `kind` is its name in a sentence, `undecided` as ChiefRequest.undecided. The first constraint
    also limits the state to those that the steps can reach.
    """
    states = states_of(steps)
    open_ones = [state for state in states if state in undecided]
    others = [state for state in states if state not in undecided]
    plain = [state for state in others if state != RequestState.REFUSED]
    by_chief = [state for state in others if state != RequestState.WITHDRAWN]
    nobody = Q(decided_by__isnull=True, decided_at__isnull=True, decision_note="")
    somebody = Q(decided_by__isnull=False, decided_at__isnull=False)
    refused = Q(state=RequestState.REFUSED) & ~Q(decision_note="")
    return [
        models.CheckConstraint(
            name=f"{table}_decided_whole",
            condition=(Q(state__in=open_ones) & nobody)
            | (Q(state__in=plain) & somebody)
            | (refused & somebody),
            violation_error_message="不同意须写明意见。",
        ),
        models.CheckConstraint(
            name=f"{table}_decided_by_another",
            condition=~Q(state__in=by_chief) | ~Q(decided_by=F("asked_by")),
            violation_error_message=f"{kind}须由申请人以外的负责人审批。",
        ),
    ]


class DueDateRequest(ChiefRequest):
    """One change of a measure's due date, requested or passed at once; None is 长期坚持.

    All are kept: `from_on` of the first one, or else its `to_on`, is the original date.
    """

    slug = "due-date"
    steps = DUE_DATE_STEPS

    from_on = models.DateField("原时限", null=True, blank=True)
    to_on = models.DateField("新时限", null=True, blank=True)
    wording = models.CharField("时限表述", max_length=100, blank=True)
    percent = models.PositiveSmallIntegerField("当时完成比例", null=True, blank=True)
    reason = models.TextField("理由", max_length=SHORT_MOST)

    class Meta(ChiefRequest.Meta):
        verbose_name = verbose_name_plural = "时限申请"
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(state=RequestState.OPEN),
                name="due_date_request_one_open",
                violation_error_message="这项措施已有一项时限申请待审批，请等待审批，或先撤回。",
            ),
            written("due_date_request_has_reason", "reason", "调整时限须写明理由。"),
            models.CheckConstraint(
                name="due_date_request_moves",
                condition=Q(from_on__isnull=True, to_on__isnull=False)
                | Q(from_on__isnull=False, to_on__isnull=True)
                | (Q(from_on__isnull=False, to_on__isnull=False) & ~Q(from_on=F("to_on"))),
                violation_error_message="与现行时限相同，无需调整。",
            ),
            models.CheckConstraint(
                name="due_date_request_passed_is_earlier",
                condition=~Q(state=RequestState.PASSED)
                | Q(from_on__isnull=True, to_on__isnull=False)
                | Q(from_on__isnull=False, to_on__isnull=False, to_on__lt=F("from_on")),
                violation_error_message="推迟或取消时限须经负责人同意。",
            ),
            percentage("due_date_request_percent_in_range", "percent", "完成比例须在0到100之间。"),
            *decision_constraints("due_date_request", "时限申请", DUE_DATE_STEPS),
        ]

    def __str__(self) -> str:
        return f"{self.measure}{self.headline}"

    @property
    def headline(self) -> str:
        return words_of(self.from_on, self.to_on)

    @property
    def event_before(self) -> dict[str, object]:
        """The due date before the change."""
        return {"due_on": self.from_on}


class ClosingRequest(ChiefRequest):
    """A lead's request to close its measure (办结; for an ongoing measure 转入常态)."""

    slug = "closing"
    steps = CLOSING_STEPS

    nature = models.CharField("性质", max_length=10, choices=Nature)
    result = models.TextField("完成情况", max_length=2000)
    completed_on = models.DateField("完成日期")
    reopened_by = optional_person("重新启动人")
    reopened_at = models.DateTimeField("重新启动时间", null=True, blank=True)
    reopened_reason = models.TextField("重新启动理由", max_length=SHORT_MOST, blank=True)

    class Meta(ChiefRequest.Meta):
        verbose_name = verbose_name_plural = "办结申请"
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(state__in=[RequestState.OPEN, RequestState.AGREED]),
                name="closing_request_one_standing",
                violation_error_message="这项措施已有办结申请待审批，或已办结。",
            ),
            written("closing_request_has_result", "result", "申请办结须写明完成情况。"),
            only_when(
                "closing_request_reopened_whole",
                "reopened_by",
                "reopened_at",
                reason="reopened_reason",
                state=RequestState.REOPENED,
                message="重新启动须写明理由。",
            ),
            *decision_constraints("closing_request", "办结申请", CLOSING_STEPS),
        ]

    def __str__(self) -> str:
        return f"{self.measure}{self.word}申请"

    @property
    def word(self) -> str:
        return word_of(self.nature)

    @property
    def subject(self) -> str:
        """What the request is called inside a sentence."""
        return f"{self.word}申请"

    @property
    def headline(self) -> str:
        day = f"{self.completed_on:%Y-%m-%d}"
        if self.nature == Nature.DATED:
            return f"申请{self.word}，{day}完成"
        return f"申请{self.word}，自{day}起"


class ClosingFile(StoredFile):
    """One file of a closing request; created with the request and never changed."""

    request = link_to(ClosingRequest, "办结申请", "files")

    class Meta:
        ordering = ["request", "id"]
        verbose_name = verbose_name_plural = "办结佐证材料"
        constraints = fixed_file("request", "closing_file")
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
