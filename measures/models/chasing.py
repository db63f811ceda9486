"""催报: ladders with their first effective days, and the record of reminders sent."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncDate

from agencies.choices import OutboxChannel, OutboxState
from agencies.models import Agency, Message
from agencies.models.fields import (
    ChecksAtOnce,
    MemberOf,
    known,
    link_to,
    optional_link_to,
    optional_person,
)
from measures.choices import REMINDERS, ChaseAudience, Rung
from measures.models.filing import Filing
from measures.models.limits import REASON_MOST, WORDS_MOST, together, written
from measures.rules.chasing import OFFSET_LEAST, OFFSET_MOST, Ladder, LadderScale, LadderStep


class ChaseLadderQuerySet(QuerySet["ChaseLadder"]):
    """Ladders, the newest day first by default."""

    def as_scale(self) -> LadderScale:
        """Return all ladders with their days, the oldest first, for rules.chasing; two queries."""
        rows = self.order_by("valid_from").prefetch_related("rungs")
        return [(row.valid_from, row.ladder) for row in rows]


class ChaseLadder(models.Model):
    """A ladder, effective from a day until the next one's day."""

    valid_from = models.DateField(
        "起始日期", unique=True, error_messages={"unique": "这一天已设定催报阶梯，请换一天。"}
    )
    reason = models.CharField("理由", max_length=REASON_MOST)
    set_by = optional_person("设定人")
    set_at = models.DateTimeField("设定时间")

    objects = ChaseLadderQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = verbose_name_plural = "催报阶梯"
        constraints = [written("ladder_has_reason", "reason", "设定催报阶梯须写明理由。")]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}起的催报阶梯"

    @property
    def ladder(self) -> Ladder:
        """Its rungs for rules.chasing."""
        return [row.step for row in self.rungs.all()]


class LadderRung(models.Model):
    ladder = models.ForeignKey(
        ChaseLadder, models.CASCADE, related_name="rungs", verbose_name="催报阶梯"
    )
    rung = models.CharField("事项", max_length=10, choices=Rung)
    offset = models.SmallIntegerField("距截止的工作日数")
    audience = models.CharField("发给", max_length=10, choices=ChaseAudience)

    class Meta:
        ordering = ["offset"]
        verbose_name = verbose_name_plural = "催报阶梯的一级"
        constraints = [
            known("ladder_rung_known", audience=ChaseAudience),
            models.CheckConstraint(
                name="ladder_rung_is_no_manual",
                condition=Q(rung__in=[rung for rung in Rung.values if rung != Rung.MANUAL]),
            ),
            models.CheckConstraint(
                name="ladder_rung_near_its_day",
                condition=Q(offset__gte=OFFSET_LEAST, offset__lte=OFFSET_MOST),
            ),
            models.UniqueConstraint(fields=["ladder", "rung"], name="ladder_rung_once"),
            models.UniqueConstraint(fields=["ladder", "offset"], name="ladder_one_rung_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.step.rung.label}（{self.step.day_words}）"

    @property
    def step(self) -> LadderStep:
        """The rung for rules.chasing."""
        return LadderStep(Rung(self.rung), self.offset, ChaseAudience(self.audience))


class ChaseRound(models.Model):
    """The reminders sent to one agency together: by the job, or by hand with a text."""

    agency = link_to(Agency, "单位", "chase_rounds")
    by = optional_person("催报人")
    words = models.CharField("催报说明", max_length=WORDS_MOST, blank=True)
    asked_at = models.DateTimeField("发起时间")
    messages = models.ManyToManyField(Message, related_name="+", verbose_name="消息")

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = verbose_name_plural = "催报批次"

    def __str__(self) -> str:
        return f"对{self.agency}的催报"

    @property
    def channels(self) -> list[str]:
        """Labels of the channels, beside the inbox, that accepted one of its messages.

        Reads the messages with their digests and outbox items: prefetch them for a list.
        """
        items = [
            item
            for message in self.messages.all()
            for item in (*message.outbox.all(), *filter(None, [message.digest]))
        ]
        accepted = {item.channel for item in items if item.state == OutboxState.SENT}
        return [channel.label for channel in OutboxChannel if channel in accepted]


class UrgeQuerySet(QuerySet):
    """Rungs sent or skipped, and chases by hand."""

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)

    def chases(self) -> Self:
        """Those sent because something was late."""
        return self.sent().exclude(rung__in=REMINDERS)

    def of_what_is_owed(self) -> Self:
        """Those whose filing is still owed with the same due day as when they were sent."""
        owed: Any = Filing.objects.chased().filter(pk=OuterRef("filing"))
        return self.filter(Exists(owed.filter(chased_day=OuterRef("due_on"))))

    def to_answer(self) -> Self:
        """Those sent because something was late that is still owed with the same due day."""
        return self.chases().of_what_is_owed()

    def queued(self) -> Self:
        """Chases by hand that will be sent on the next working day."""
        return self.filter(sent_at__isnull=True, passed_at__isnull=True)

    def to_tell(self, *, on: date) -> Self:
        """Those queued, except where the agency has since promised a day that is not past."""
        answered = Urge.objects.filter(
            Q(promised_on__isnull=True) | Q(promised_on__gte=on),
            filing=OuterRef("filing"),
            answered_at__gte=OuterRef("round__asked_at"),
        )
        return self.queued().filter(~Exists(answered))

    def newest(self) -> Self:
        """The last one sent for each filing; of several at one moment, the one sent by hand."""
        by_hand_first = F("round__by_id").desc(nulls_last=True)
        ordered = self.order_by("filing_id", "-sent_at", by_hand_first, "-pk")
        return ordered.distinct("filing_id")

    def with_number(self) -> Self:
        """Add `number`: the number of the filing's notice."""
        return self.annotate(number=F("filing__measure__notice__number"))

    def with_read_at(self) -> Self:
        """Add `read_at`: when the first recipient opened the message."""
        return self.annotate(read_at=Min("round__messages__read_at"))


class Urge(ChecksAtOnce):
    """One rung of one filing, or one chase by hand: sent, skipped, or queued."""

    filing = link_to(Filing, "填报任务", "urges")
    rung = models.CharField("事项", max_length=10, choices=Rung)
    due_on = models.DateField("所催的截止日期")
    round = optional_link_to(ChaseRound, "催报批次", "urges")
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    passed_at = models.DateTimeField("略过时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=WORDS_MOST, blank=True)
    promised_on = models.DateField("拟报送日期", null=True, blank=True)
    answered_by = optional_person("答复人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    number: str  # set by with_number()

    objects = UrgeQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = verbose_name_plural = "催报"
        constraints = [
            known("urge_rung_known", rung=Rung),
            models.UniqueConstraint(
                fields=["filing", "rung", "due_on"],
                name="urge_once_a_rung_and_day",
                condition=~Q(rung=Rung.MANUAL),
            ),
            models.UniqueConstraint(
                fields=["filing"],
                name="urge_one_waiting",
                condition=Q(sent_at__isnull=True, passed_at__isnull=True),
                violation_error_message="这项填报已有一次催报待发送，不必重复提交。",
            ),
            models.CheckConstraint(
                name="urge_sent_or_passed",
                condition=Q(sent_at__isnull=True) | Q(passed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="urge_only_manual_waits",
                condition=Q(rung=Rung.MANUAL)
                | Q(sent_at__isnull=False)
                | Q(passed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="urge_told_in_a_round",
                condition=Q(round__isnull=False) | (~Q(rung=Rung.MANUAL) & Q(sent_at__isnull=True)),
            ),
            together("urge_answered_by_somebody", "answered_by", "answered_at"),
            models.CheckConstraint(
                name="urge_answer_says_something",
                condition=Q(answered_at__isnull=True, answer="", promised_on__isnull=True)
                | Q(sent_at__isnull=False, answered_at__gte=F("sent_at"))
                & (~Q(answer="") | Q(promised_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing}的{self.rung_choice.label}"

    rung_choice = MemberOf(Rung, "rung")


def chase_facts(**of: OuterRef) -> Subquery:
    """Return a subquery for rules.chasing.chased_words: reminders sent for filings still owed.

    `of`: filters on Urge that refer to the outer query.
    """
    rows = Urge.objects.sent().of_what_is_owed().filter(**of).order_by().values(*of)
    chased_on = Max(TruncDate("sent_at"), filter=~Q(rung__in=REMINDERS))
    answered = Count("filing", filter=Q(answered_at__isnull=False), distinct=True)
    told = JSONObject(
        chased_on=chased_on,
        answered=answered,
        promised_on=Max("promised_on"),
        candidates=Count("filing", filter=Q(rung=Rung.CIRCULAR), distinct=True),
    )
    return Subquery(rows.annotate(told=told).values("told"))
