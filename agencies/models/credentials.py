"""What belongs to a person's sign-in: former passwords, recovery codes, the single sign-on link."""

from django.db import models
from django.db.models import QuerySet

from agencies.models.fields import link_to
from agencies.models.user import User


class FormerPasswordQuerySet(QuerySet):
    def newest(self, count: int) -> QuerySet:
        """Return the hashes of the last `count` passwords."""
        return self.order_by("-ended_at", "-pk").values_list("encoded", flat=True)[:count]


class FormerPassword(models.Model):
    """A former password, which may not be used again (GB/T 22239-2019 8.1.4.1)."""

    user = link_to(User, "人员", "former_passwords")
    encoded = models.CharField("密码摘要", max_length=128, editable=False)
    ended_at = models.DateTimeField("停用时间")

    objects = FormerPasswordQuerySet.as_manager()

    class Meta:
        ordering = ["user", "-ended_at"]
        verbose_name = verbose_name_plural = "曾用密码"

    def __str__(self) -> str:
        return f"{self.user_id} {self.ended_at}"


class RecoveryCode(models.Model):
    """The digest of a code. Each works once: using it deletes the row."""

    user = link_to(User, "人员", "recovery_codes")
    digest = models.CharField("恢复码摘要", max_length=64, editable=False)

    class Meta:
        ordering = ["user", "pk"]
        verbose_name = verbose_name_plural = "恢复码"
        constraints = [
            models.UniqueConstraint(name="recoverycode_once", fields=["user", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.pk}"


class Identity(models.Model):
    """A link made by the system administrator; accounts are found by nothing else."""

    user = models.OneToOneField(User, models.PROTECT, related_name="identity", verbose_name="人员")
    issuer = models.CharField("签发者", max_length=255, editable=False)
    subject = models.CharField("标识", max_length=255)

    class Meta:
        ordering = ["user"]
        verbose_name = verbose_name_plural = "统一身份"
        constraints = [
            models.UniqueConstraint(
                name="identity_of_one_person",
                fields=["issuer", "subject"],
                violation_error_message="这个标识已关联另一个账号，请先取消那里的关联。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject}"
