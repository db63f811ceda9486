"""需协调事项: matters an agency needs others to settle before it can go on, and their steps."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, Self

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import MD5, JSONObject, TruncDate
from django.utils.timezone import localdate

from agencies.models import Agency, Membership, User
from agencies.models.fields import (
    ChecksAtOnce,
    MemberOf,
    known,
    link_to,
    optional_link_to,
    optional_person,
)
from agencies.permissions import Perm, Role
from lib.chinese import ordinal as cn_ordinal
from measures.choices import CoordinationAct, CoordinationState
from measures.models.limits import SHORT_MOST, written
from measures.models.measure import Measure
from measures.models.note import Note
from measures.rules.coordination import (
    ENDED,
    LEADERS,
    UNANSWERED,
    WITH_HOLDER,
    StepFact,
    StoodFact,
    is_overdue,
    waiting_since,
)

WORDS_MOST = 120
NAME_MOST = 40
OPTIONS_MOST = 60
S = CoordinationState


class CoordinationQuerySet(QuerySet):
    def visible_to(self, user: User) -> Self:
        """Leaders and the commission see all, an agency's people those it ever took part in."""
        if user.can(Perm.INSTRUCT) or user.can(Perm.READ_UNACCEPTED):
            return self
        return self.of_agencies(user.own_agencies())

    def of_agencies(self, agencies: Collection[int]) -> Self:
        """Those that one of some agencies raised, is or was asked, or has to carry out."""
        steps = CoordinationStep.objects.filter(item=OuterRef("pk"), holder_agency__in=agencies)
        return self.filter(Q(asked_by__in=agencies) | Q(doer__in=agencies) | Exists(steps))

    def unanswered(self) -> Self:
        return self.filter(state__in=UNANSWERED)

    def open(self) -> Self:
        """Those not ended; an answered one is open until the asker confirms it."""
        return self.exclude(state__in=ENDED)

    def late(self, *, on: date) -> Self:
        return self.unanswered().filter(due_on__lt=on)

    def awaiting(self, user: User, *, on: date) -> Self:
        """Those in which the person has the next step: to answer, to explain, or to close."""
        return self.filter(self._held(user, on=on) | self._to_explain(user) | self._to_end(user))

    def to_answer(self, user: User, *, on: date) -> Self:
        return self.filter(self._held(user, on=on))

    def to_end(self, user: User) -> Self:
        """Those answered, or returned with a question, for which the person is the asker."""
        return self.filter(self._to_explain(user) | self._to_end(user))

    def decided_by(self, user: User) -> Self:
        """您已定、正在办: decided by this leader, being carried out by others."""
        own = Q(steps__act=CoordinationAct.DECIDE, steps__by=user)
        return self.filter(own, state=S.DECIDED).distinct()

    def by_age(self) -> Self:
        return self.order_by("raised_at", "pk")

    def by_urgency(self) -> Self:
        return self.order_by("due_on", "raised_at", "pk")

    def with_parties(self) -> Self:
        return self.select_related(
            "measure__notice", "asked_by", "holder_agency", "holder_leader", "raised_by", "doer"
        )

    def with_wait(self) -> Self:
        """Add the states each has had, for CoordinationItem.waiting_since()."""
        return self.annotate(stood_found=step_rows(item=OuterRef("pk")))

    def counted(self) -> Counter[str]:
        """Return how many are in each state; one query."""
        rows = self.order_by().values_list("state").annotate(n=Count("pk"))
        return Counter(dict(rows))

    def _held(self, user: User, *, on: date) -> Q:
        held = Q(holder_agency__in=user.own_agencies())
        if user.can(Perm.READ_UNACCEPTED):
            held |= Q(holder_agency=F("measure__notice__coordinator"))
        if user.can(Perm.INSTRUCT):
            # An item asked of a leader who has left may be answered by any leader.
            leaders = Membership.objects.current(on=on).filter(role=Role.LEADER)
            is_left = Q(holder_leader__isnull=False) & ~Q(holder_leader__in=leaders.values("user"))
            held |= Q(holder_leader=user) | is_left
        return held & Q(state__in=WITH_HOLDER)

    def _asked(self, user: User) -> Q:
        asked = Q(asked_by__in=user.own_agencies())
        if user.can(Perm.READ_UNACCEPTED):
            asked |= Q(asked_by=F("measure__notice__coordinator"))
        return asked

    def _to_explain(self, user: User) -> Q:
        return self._asked(user) & Q(state=S.ASKED_BACK)

    def _to_end(self, user: User) -> Q:
        return self._asked(user) & Q(state=S.ANSWERED)


class CoordinationItem(ChecksAtOnce):
    """A matter that an agency cannot settle alone.

    Its state follows from its steps. The actions also store it on the row, for lists and
    constraints, and check_data checks that both agree. `holder…`: who must answer.
    """

    measure = link_to(Measure, "措施", "coordination_items")
    note = optional_link_to(Note, "来自填报", "coordination_items")
    asked_by = link_to(Agency, "提出单位", "coordination_asked")
    asked_by_name = models.CharField("提出单位（当时名称）", max_length=NAME_MOST)
    words = models.CharField("请协调什么", max_length=WORDS_MOST)
    background = models.TextField("情况说明", max_length=SHORT_MOST, blank=True)
    options = models.CharField("备选答复", max_length=OPTIONS_MOST, blank=True)
    doer = optional_link_to(Agency, "定后请谁办", "coordination_to_do")
    doer_name = models.CharField("办理单位（当时名称）", max_length=NAME_MOST, blank=True)
    raised_by = link_to(User, "提出人")
    raised_at = models.DateTimeField("提出时间")

    state = models.CharField("状态", max_length=12, choices=CoordinationState)
    holder_agency = optional_link_to(Agency, "请办单位", "coordination_held")
    holder_leader = optional_person("请定的市领导")
    holder_name = models.CharField("请谁办（当时名称）", max_length=NAME_MOST)
    due_on = models.DateField("答复期限")
    advice = models.TextField("意见", max_length=SHORT_MOST, blank=True)
    moved_at = models.DateTimeField("最近一步时间")

    stood_found: list[dict[str, Any]]  # set by with_wait()

    objects = CoordinationQuerySet.as_manager()
    state_choice = MemberOf(CoordinationState, "state")

    class Meta:
        ordering = ["-raised_at", "-id"]
        verbose_name = verbose_name_plural = "需协调事项"
        indexes = [models.Index(fields=["state", "due_on"], name="coordination_by_state")]
        constraints = [
            written("coordination_says_something", "words", "请写明请协调什么。"),
            known("coordination_state_known", state=CoordinationState),
            models.CheckConstraint(
                name="coordination_one_holder",
                condition=Q(holder_agency__isnull=False, holder_leader__isnull=True)
                | Q(holder_agency__isnull=True, holder_leader__isnull=False),
                violation_error_message="请选择一个请办单位，或者一位市领导。",
            ),
            models.CheckConstraint(
                name="coordination_asks_another",
                condition=Q(holder_agency__isnull=True) | ~Q(holder_agency=F("asked_by")),
                violation_error_message="不能请提出单位自己办。",
            ),
            models.UniqueConstraint(
                fields=["note"],
                condition=~Q(state=S.WITHDRAWN),
                name="coordination_once_a_note",
                violation_error_message="这份填报的需协调事项已经提出，不必重复提交。",
            ),
            models.UniqueConstraint(
                F("measure"),
                F("asked_by"),
                MD5("words"),
                condition=~Q(state__in=ENDED),
                name="coordination_said_once",
                violation_error_message="这项措施已有同样内容的需协调事项尚未办结，不必重复提交。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by_name}就{self.measure}提出的需协调事项"

    @property
    def is_unanswered(self) -> bool:
        return self.state in UNANSWERED

    @property
    def holder_shown(self) -> str:
        """Who must answer; for a leader, with the person's name."""
        if self.holder_leader is None:
            return self.holder_name
        return f"{LEADERS}（{self.holder_leader}）"

    def step_facts(self) -> list[StepFact]:
        """Return its steps for rules.coordination, the oldest first."""
        rows = self.steps.order_by("pk").values_list("act", "holder_name", "at")
        return [StepFact(CoordinationAct(act), name, localdate(at)) for act, name, at in rows]

    def waiting_since(self) -> date:
        """Return the day since which its present party has had it; needs with_wait()."""
        since = waiting_since(
            StoodFact(CoordinationState(one["state"]), one["holder"], date.fromisoformat(one["on"]))
            for one in self.stood_found
        )
        assert since is not None  # an item is created with its first step
        return since

    def is_late(self, *, on: date) -> bool:
        return is_overdue(self.due_on, self.state_choice, on=on)


class CoordinationStep(ChecksAtOnce):
    """One step of an item; never changed or deleted. `holder…`: who had to answer after it."""

    item = link_to(CoordinationItem, "需协调事项", "steps")
    act = models.CharField("步骤", max_length=12, choices=CoordinationAct)
    words = models.TextField("内容", max_length=SHORT_MOST, blank=True)
    state = models.CharField("此后状态", max_length=12, choices=CoordinationState)
    holder_agency = optional_link_to(Agency, "请办单位")
    holder_leader = optional_person("请定的市领导")
    holder_name = models.CharField("请谁办（当时名称）", max_length=NAME_MOST)
    due_on = models.DateField("答复期限")
    by = link_to(User, "经办人")
    at = models.DateTimeField("时间")

    act_choice = MemberOf(CoordinationAct, "act")

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = "协调经过"
        constraints = [
            known("coordination_step_known", act=CoordinationAct, state=CoordinationState),
            models.CheckConstraint(
                name="coordination_step_has_words",
                condition=~Q(words="")
                | Q(act__in=[CoordinationAct.CLOSE, CoordinationAct.WITHDRAW]),
                violation_error_message="请写明内容。",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.item}：{self.act_choice.label}"


class BriefItem(NamedTuple):
    """An item in short form, for pages about something else."""

    pk: int
    words: str
    state: CoordinationState
    asked_by: str
    holder: str
    due_on: date
    ordinal: int  # of its measure

    @property
    def mark(self) -> str:
        """The number of its measure as the notice prints it: （三）."""
        return cn_ordinal(self.ordinal)

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_unanswered(self) -> bool:
        return self.state in UNANSWERED

    def is_late(self, *, on: date) -> bool:
        return is_overdue(self.due_on, self.state, on=on)


def brief_items(rows: CoordinationQuerySet) -> ArraySubquery:
    """Return an annotation for briefs_of(): items, oldest first; `rows` use OuterRef."""
    row = JSONObject(
        pk="pk",
        words="words",
        state="state",
        asked_by="asked_by_name",
        holder="holder_name",
        due_on="due_on",
        ordinal="measure__ordinal",
    )
    return ArraySubquery(rows.by_age().values(row=row))


def briefs_of(found: Iterable[Mapping[str, Any]] | None) -> list[BriefItem]:
    """Return the items of brief_items(); its value is null if Django skipped an empty query."""
    return [
        BriefItem(
            **{
                **row,
                "state": CoordinationState(row["state"]),
                "due_on": date.fromisoformat(row["due_on"]),
            }
        )
        for row in found or ()
    ]


def step_rows(**conditions: Any) -> ArraySubquery:
    """Return an annotation with the steps of the matching items, the oldest first."""
    row = JSONObject(
        item="item",
        asker="item__asked_by",
        asker_name="item__asked_by_name",
        state="state",
        holder="holder_name",
        on=TruncDate("at"),
    )
    rows = CoordinationStep.objects.filter(**conditions).order_by(
        "item__raised_at", "item_id", "pk"
    )
    return ArraySubquery(rows.values(row=row))
