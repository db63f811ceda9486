"""Messages to people, and which kinds of message they want by e-mail."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.choices import MailChoice, MessageKind, OutboxAction
from agencies.contributions import mailed_by_default, message_kind
from agencies.models.fields import known

if TYPE_CHECKING:
    from agencies.models.user import User


class MessageQuerySet(QuerySet):
    def to(self, user: "User") -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        """Messages that are neither read nor settled."""
        return self.in_inbox().filter(read_at__isnull=True)

    def in_inbox(self) -> Self:
        """Messages that are not settled."""
        return self.filter(settled_at__isnull=True)

    def settled(self) -> Self:
        return self.filter(settled_at__isnull=False)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self

    def matching(self, words: str) -> Self:
        """Messages whose sentence contains every word."""
        return self.filter(*(Q(sentence__icontains=word) for word in words.split()))

    def for_digest(self) -> Self:
        """Messages for a digest: unread, of kinds that the person wants by e-mail, not yet sent.

        A message wanted at once but sent outside working hours had no e-mail, so it is included.
        """
        chosen = MailSetting.objects.filter(user=OuterRef("user"), kind=OuterRef("kind"))
        wanted = chosen.exclude(choice=MailChoice.NONE).filter(since__lte=OuterRef("created_at"))
        by_default = Q(kind__in=mailed_by_default()) & ~Exists(chosen)
        return (
            self.unread()
            .filter(digest__isnull=True, user__is_active=True)
            .filter(Exists(wanted) | by_default)
            .exclude(user__email="")
            .exclude(outbox__action=OutboxAction.NOTIFY)
        )


class Message(models.Model):
    user = models.ForeignKey(
        "agencies.User", models.CASCADE, related_name="inbox", verbose_name="收件人"
    )
    # No choices: each app contributes its kinds, and `tell` refuses any other.
    kind = models.CharField("类别", max_length=20)
    sentence = models.CharField("内容", max_length=500)
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    digest = models.ForeignKey(
        "agencies.OutboxItem",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="digested",
        verbose_name="所在摘要",
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = verbose_name_plural = "消息"
        indexes = [
            models.Index(
                fields=["user"],
                name="message_unread",
                condition=models.Q(read_at__isnull=True, settled_at__isnull=True),
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
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def is_unread(self) -> bool:
        return self.read_at is None and self.settled_at is None

    @property
    def about(self) -> MessageKind:
        return message_kind(self.kind)


class MailSetting(models.Model):
    """How a person wants a kind of message by e-mail. Without a row, the kind's `mail_default`."""

    user = models.ForeignKey(
        "agencies.User", models.CASCADE, related_name="mail_settings", verbose_name="人员"
    )
    kind = models.CharField("类别", max_length=20)
    choice = models.CharField("邮件提醒", max_length=10, choices=MailChoice)
    since = models.DateTimeField("起")  # earlier messages do not come by e-mail

    class Meta:
        ordering = ["user", "kind"]
        verbose_name = verbose_name_plural = "邮件提醒"
        constraints = [
            models.UniqueConstraint(name="mailsetting_one_a_kind", fields=["user", "kind"]),
            known("mailsetting_choice_known", choice=MailChoice),
            models.CheckConstraint(
                name="mailsetting_kind_is_a_code", condition=Q(kind__regex=r"^[a-z_]+$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_choice_display()}"
