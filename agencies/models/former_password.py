"""Hashes of a person's former passwords."""

from django.db import models
from django.db.models import QuerySet

from agencies.models.user import User


class FormerPasswordQuerySet(QuerySet):
    def newest(self, count: int) -> QuerySet:
        """Return the hashes of the last `count` passwords."""
        return self.order_by("-ended_at", "-pk").values_list("encoded", flat=True)[:count]


class FormerPassword(models.Model):
    """A former password, which may not be used again (GB/T 22239-2019 8.1.4.1)."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="former_passwords", verbose_name="人员"
    )
    encoded = models.CharField("密码摘要", max_length=128, editable=False)
    ended_at = models.DateTimeField("停用时间")

    objects = FormerPasswordQuerySet.as_manager()

    class Meta:
        ordering = ["user", "-ended_at"]
        verbose_name = verbose_name_plural = "曾用密码"

    def __str__(self) -> str:
        return f"{self.user_id} {self.ended_at}"
