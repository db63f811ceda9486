"""Seals of the audit trail, by which a later change of an event is found."""

from collections.abc import Iterator
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, IntegerField, Q, QuerySet

from agencies.choices import SealAlgorithm
from agencies.models.fields import MemberOf, known

DIGEST_BYTES = 32  # for both algorithms


def _number(column: str, function: str) -> Func:
    return Func(column, function=function, output_field=IntegerField())


class SealQuerySet(QuerySet["Seal"]):
    def newest(self) -> "Seal | None":
        return self.order_by("-number").first()

    def without_digests(self) -> Self:
        """Leave out the digests for a page: those of a thousand events are 40 kB."""
        return self.defer("event_ids", "digests")


class Seal(models.Model):
    """Holds the digests of the events after the previous seal's, up to `last_id`.

    An event in that range whose id is not in the seal was added later.
    """

    number = models.BigIntegerField("封存编号", primary_key=True)
    at = models.DateTimeField("封存时间")
    first_id = models.BigIntegerField("首条编号")
    last_id = models.BigIntegerField("末条编号", unique=True)
    count = models.PositiveIntegerField("条数")
    algorithm = models.CharField("算法", max_length=10, choices=SealAlgorithm)
    # The number of the set of columns that an event's digest covers (agencies.audit.canonical).
    form = models.PositiveSmallIntegerField("格式")
    event_ids = ArrayField(models.BigIntegerField(), verbose_name="记录编号")
    digests = models.BinaryField("记录摘要")  # concatenated, in the order of the ids
    previous = models.CharField("上一封存的摘要", max_length=64, blank=True)
    digest = models.CharField("摘要", max_length=64, unique=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = verbose_name_plural = "审计封存"
        constraints = [
            known("seal_algorithm_known", algorithm=SealAlgorithm),
            models.CheckConstraint(
                name="seal_first_to_last", condition=Q(number__gte=1, first_id__lte=F("last_id"))
            ),
            models.CheckConstraint(
                name="seal_each_after_one",
                condition=Q(number=1, previous="") | Q(number__gt=1) & ~Q(previous=""),
            ),
            models.CheckConstraint(
                name="seal_a_digest_for_each_event",
                condition=Q(count__gte=1, count=_number("event_ids", "cardinality"))
                & Q(count=_number("digests", "octet_length") / DIGEST_BYTES),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"封存{self.number}"

    how = MemberOf(SealAlgorithm, "algorithm")

    @property
    def digest_parts(self) -> list[str]:
        """The digest in four parts, so that it can wrap on a narrow page."""
        return [self.digest[start : start + 16] for start in range(0, 64, 16)]

    def digests_of_events(self) -> Iterator[tuple[int, str]]:
        """Yield each event's id with its digest in hexadecimal."""
        whole = bytes(self.digests)
        for place, pk in enumerate(self.event_ids):
            yield pk, whole[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES].hex()
