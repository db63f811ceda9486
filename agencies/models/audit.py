"""The audit trail: one row for each action done or refused, with the names of that day."""

from datetime import date, datetime, time, timedelta
from typing import Self

import pgtrigger
from django.db import connection, models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import make_aware

from agencies.choices import EventSource, Outcome, RefusalKind, TrailAction
from agencies.models.fields import MemberOf, known
from agencies.models.seal import Seal
from agencies.models.user import User


class EventQuerySet(QuerySet):
    """Events. An empty argument does not filter."""

    def matching(
        self, *, person: str = "", action: str = "", outcome: str = "", source: str = ""
    ) -> Self:
        """Filter by person (name of that day, or username), kind of action, outcome and source."""
        wanted = {"action__startswith": action, "outcome": outcome}
        found = self.filter(**{lookup: value for lookup, value in wanted.items() if value})
        if source:
            is_inside = Q(request_id="")
            found = found.filter(is_inside if source == EventSource.INSIDE else ~is_inside)
        if not person:
            return found
        part = person.casefold()
        names = [name for name in _actor_names() if part in name.casefold()]
        users = User.objects.filter(username__icontains=person).values_list("pk", flat=True)
        # Lists, not subqueries: with them PostgreSQL can estimate how many events match.
        return found.filter(Q(actor_name__in=names) | Q(actor__in=list(users)))

    def about(self, target_type: str, target_id: int) -> Self:
        """Events about one object; `target_type` is its model's label."""
        return self.filter(target_type=target_type, target_id=target_id)

    def with_seal(self) -> Self:
        """Add `seal`, the number of the seal that holds each event; None if it is not sealed."""
        holding = Seal.objects.filter(last_id__gte=OuterRef("pk")).order_by("last_id")
        return self.annotate(seal=Subquery(holding.values("number")[:1]))

    def broken(self) -> Self:
        """The last verification, if it found a difference."""
        return self.last_verification().filter(action=TrailAction.BROKEN)

    def newest_first(self, *, before: "Event | None" = None) -> Self:
        """Newest first; with `before`, only events older than that one.

        A further page begins after the last event of the one before it, not at a number of rows:
        so no page counts or skips rows of the whole trail.
        """
        found = self
        if before is not None:
            same_time = Q(at=before.at, pk__lt=before.pk)
            found = found.filter(Q(at__lt=before.at) | same_time, at__lte=before.at)
        return found.order_by("-at", "-pk")

    def unsealed(self) -> Self:
        """Events after the last sealed one."""
        last = Seal.objects.newest()
        return self.filter(pk__gt=last.last_id) if last else self

    def last_verification(self) -> Self:
        """The last event of a verification; empty if there is none."""
        found = self.filter(action__in=(TrailAction.VERIFIED, TrailAction.BROKEN))
        return self.filter(pk__in=found.order_by("-pk").values("pk")[:1])

    def dropped_before(self, seal: Seal) -> Self:
        """The event of dropping all events up to this seal."""
        told = {"after__last_seal": seal.number - 1, "after__digest": seal.previous}
        return self.filter(action=TrailAction.DROPPED, **told)

    def without_plain_sign_ins(self) -> Self:
        """Leave out successful sign-ins and sign-outs, which are half of a day's events."""
        return self.exclude(action__in=("user.sign_in", "user.sign_out"), outcome=Outcome.DONE)

    def between(self, first: date | None, last: date | None) -> Self:
        """Events of the days from `first` to `last`, both included, Beijing time."""
        found = self
        if first:
            found = found.filter(at__gte=_midnight(first))
        if last:
            found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
        return found


# Each step jumps to the next name in the index: about a hundred steps for a million events.
_ACTOR_NAMES = """
    WITH RECURSIVE found (name) AS (
        (SELECT actor_name FROM agencies_event ORDER BY actor_name LIMIT 1)
        UNION ALL
        SELECT (
            SELECT actor_name FROM agencies_event
            WHERE actor_name > found.name ORDER BY actor_name LIMIT 1
        ) FROM found WHERE found.name IS NOT NULL
    ) SELECT name FROM found WHERE name IS NOT NULL
"""


def _actor_names() -> list[str]:
    """Return all names in the trail, also those that nobody has any more."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTOR_NAMES)
        return [name for (name,) in cursor.fetchall()]


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


class Event(models.Model):
    """Written in the transaction of the change that it records; never changed or removed.

    Names and the sentence are stored as they were, so that history needs no look-ups
    (GB/T 22239-2019 8.1.4.3: time, person, unit, address, object, before and after, result).
    """

    at = models.DateTimeField("时间", db_index=True)
    # No index of its own: the one below, with the time, serves it.
    actor = models.ForeignKey(
        "agencies.User",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="操作人",
        db_index=False,
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
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="event_by_target"),
            models.Index(fields=["actor", "at"], name="event_by_actor"),
            models.Index(fields=["actor_name", "at"], name="event_by_name"),
            # Actions are filtered by prefix, and some are very rare.
            models.Index(
                fields=["action"], opclasses=["varchar_pattern_ops"], name="event_by_action"
            ),
            models.Index(
                fields=["action", "id"],
                name="event_of_the_trail",
                condition=Q(action__in=TrailAction.values),
            ),
        ]
        constraints = [known("event_outcome_known", outcome=Outcome)]
        # No trigger for TRUNCATE, which the suite needs: the database role lacks that right
        # (docs/operations.md).
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.sentence

    ended = MemberOf(Outcome, "outcome")

    @property
    def source(self) -> str:
        """The address that it came from; without a request, the job or command."""
        return str(self.address or (EventSource.INSIDE.label if not self.request_id else "未知"))


class RefusalCount(models.Model):
    """How often one person or address was refused in the same way within a minute.

    Such a count becomes one event. An attacker who guesses sends hundreds of requests a minute,
    and the trail never deletes a row.
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
            known("refusalcount_kind_known", kind=RefusalKind),
            models.UniqueConstraint(
                name="refusalcount_one_a_minute",
                fields=["kind", "actor", "address", "minute"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
