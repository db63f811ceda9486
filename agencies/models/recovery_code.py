"""Recovery codes of the second factor, for people who have lost their telephone."""

from django.db import models

from agencies.models.user import User


class RecoveryCode(models.Model):
    """The digest of a code. Each works once: using it deletes the row."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="recovery_codes", verbose_name="人员"
    )
    digest = models.CharField("恢复码摘要", max_length=64, editable=False)

    class Meta:
        ordering = ["user", "pk"]
        verbose_name = verbose_name_plural = "恢复码"
        constraints = [
            models.UniqueConstraint(name="recoverycode_once", fields=["user", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.pk}"
