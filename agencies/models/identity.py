"""The link between an account and a subject of the single sign-on provider."""

from django.db import models

from agencies.models.user import User


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
