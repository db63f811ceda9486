"""What people were told inside the product."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import QuerySet

from agencies.choices import MessageKind
from agencies.contributions import message_kind

if TYPE_CHECKING:
    from agencies.models.user import User


class MessageQuerySet(QuerySet):
    def to(self, user: "User") -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def in_inbox(self) -> Self:
        """All but those whose act is done or void, whoever did it."""
        return self.filter(settled_at__isnull=True)

    def settled(self) -> Self:
        return self.filter(settled_at__isnull=False)


class Message(models.Model):
    user = models.ForeignKey(
        "agencies.User", models.CASCADE, related_name="inbox", verbose_name="收件人"
    )
    # No choices: each app contributes its kinds, and `tell` takes no other.
    kind = models.CharField("类别", max_length=20)
    sentence = models.CharField("内容", max_length=500)
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = verbose_name_plural = "消息"
        indexes = [
            models.Index(
                fields=["user"], name="message_unread", condition=models.Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["url"],
                name="message_unsettled",
                condition=models.Q(settled_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_kind_is_a_code", condition=models.Q(kind__regex=r"^[a-z_]+$")
            ),
            models.CheckConstraint(
                name="message_settled_is_read",
                condition=models.Q(settled_at__isnull=True) | models.Q(read_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def about(self) -> MessageKind:
        return message_kind(self.kind)
