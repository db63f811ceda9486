"""The audit trail: one row for each thing done or refused, in words that were true that day."""

from datetime import date, datetime, time, timedelta
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from agencies.choices import Outcome, RefusalKind
from agencies.models.fields import MemberOf
from agencies.models.seal import Seal


class EventQuerySet(QuerySet):
    """Events. An empty value narrows nothing."""

    def matching(self, *, person: str = "", action: str = "", outcome: str = "") -> Self:
        """Those by a name of that day or a username, of one kind, with one outcome."""
        wanted = {"action__startswith": action, "outcome": outcome}
        found = self.filter(**{lookup: value for lookup, value in wanted.items() if value})
        if not person:
            return found
        return found.filter(Q(actor_name__icontains=person) | Q(actor__username__icontains=person))

    def newest_first(self, *, before: "Event | None" = None) -> Self:
        """By their time, those older than one of them.

        A page goes on from its last event and not from a number of rows: it never counts or skips
        through the whole trail.
        """
        found = self
        if before is not None:
            same_time = Q(at=before.at, pk__lt=before.pk)
            found = found.filter(Q(at__lt=before.at) | same_time, at__lte=before.at)
        return found.order_by("-at", "-pk")

    def unsealed(self) -> Self:
        """Those after the last sealed one."""
        last = Seal.objects.newest()
        return self.filter(pk__gt=last.last_id) if last else self

    def without_plain_sign_ins(self) -> Self:
        """All but those who signed in or out as they should: half of a day's rows."""
        return self.exclude(action__in=("user.sign_in", "user.sign_out"), outcome=Outcome.DONE)

    def between(self, first: date | None, last: date | None) -> Self:
        """Those of the days from `first` to `last`, both included, Beijing time."""
        found = self
        if first:
            found = found.filter(at__gte=_midnight(first))
        if last:
            found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
        return found


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


class Event(models.Model):
    """Written in the transaction of the change it tells of; never changed, never removed.

    Names and the sentence are stored as they were, so that history needs no look-ups
    (GB/T 22239-2019 8.1.4.3: time, person, unit, address, object, before and after, result).
    """

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    actor_name = models.CharField("姓名", max_length=40)
    actor_post = models.TextField("单位与角色", blank=True)
    action = models.CharField("事项", max_length=60)
    target_type = models.CharField("对象类型", max_length=40, blank=True)
    target_id = models.BigIntegerField("对象编号", null=True)
    sentence = models.TextField("内容")
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.DONE)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=36, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = verbose_name_plural = "审计记录"
        indexes = [models.Index(fields=["target_type", "target_id"], name="event_by_target")]
        constraints = [
            models.CheckConstraint(
                name="event_outcome_known", condition=models.Q(outcome__in=Outcome.values)
            )
        ]
        # TRUNCATE is barred by the database role (docs/operations.md): the suite needs it here.
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.sentence

    ended = MemberOf(Outcome, "outcome")


class RefusalCount(models.Model):
    """How often one person or address was refused alike within a minute, until that is an event.

    Guessing sends hundreds of requests a minute, and the trail keeps every row for good.
    """

    kind = models.CharField("类别", max_length=20, choices=RefusalKind)
    actor = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    address = models.GenericIPAddressField("来源地址", null=True)
    minute = models.DateTimeField("起始时间")
    number = models.PositiveIntegerField("次数", default=1)
    method = models.CharField("方式", max_length=10)
    path = models.CharField("最先的地址", max_length=200)
    request_id = models.CharField("请求编号", max_length=36, blank=True)

    class Meta:
        ordering = ["minute", "id"]
        verbose_name = verbose_name_plural = "被拒尝试"
        constraints = [
            models.CheckConstraint(
                name="refusalcount_kind_known", condition=models.Q(kind__in=RefusalKind.values)
            ),
            models.UniqueConstraint(
                name="refusalcount_one_a_minute",
                fields=["kind", "actor", "address", "minute"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
