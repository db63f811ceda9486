"""Notices that are being imported: the text, the reading, and people's corrections."""

from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models import User
from agencies.models.fields import link_to, optional_person
from agencies.permissions import Perm
from measures.models.limits import written
from measures.models.notice import Notice


class IntakeDraftQuerySet(QuerySet):
    def visible_to(self, user: User) -> Self:
        """All, for people who may keep notices; nobody else sees an unfinished import."""
        return self if user.can(Perm.KEEP_NOTICE) else self.none()

    def unfinished(self) -> Self:
        return self.filter(notice__isnull=True)

    def without_text(self) -> Self:
        """Do not load text and reading: lists do not need them."""
        return self.defer("text", "reading", "acts")


class IntakeDraft(models.Model):
    """A notice that is being imported, from its text until it is confirmed.

    `reading` is the text as it was read (measures.intake.work), `acts` are people's corrections in
    order (measures.intake.editing). Pages show the reading with the corrections applied.
    """

    name = models.CharField("名称", max_length=200)
    file_name = models.CharField("文件名", max_length=150, blank=True)
    text = models.TextField("原文")
    reading = models.JSONField("读取结果")
    acts = models.JSONField("核对记录", default=list, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    doubts_left = models.PositiveIntegerField("未处理存疑", default=0)
    started_by = link_to(User, "导入人")
    started_at = models.DateTimeField("导入时间")
    saved_by = link_to(User, "保存人")
    saved_at = models.DateTimeField("保存时间")
    confirmed_by = optional_person("确认人")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )

    objects = IntakeDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        verbose_name = verbose_name_plural = "文件导入草稿"
        constraints = [
            written("intakedraft_has_text", "text", "文件导入须有原文。"),
            models.CheckConstraint(
                name="intakedraft_confirmed_has_notice",
                condition=Q(
                    notice__isnull=True, confirmed_at__isnull=True, confirmed_by__isnull=True
                )
                | Q(notice__isnull=False, confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
