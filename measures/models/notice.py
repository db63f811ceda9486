"""The notice and its sections."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet

from agencies.models.fields import link_to
from lib.chinese import chinese_number
from lib.errors import DomainError
from measures.choices import PeriodKind

MADE_UP = "演示〔"  # how the numbers of invented demonstration notices begin
LOST_TITLE = "〔标题原文缺失〕"


class NoticeQuerySet(QuerySet):
    def open(self) -> Self:
        """Those not archived; an archived notice requires nothing and is counted nowhere."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def are_several(self) -> bool:
        """Whether more than one is not archived, so that exported texts must name the notice."""
        return self.open()[:2].count() > 1

    def named_like(self, words: str) -> Self:
        """Those whose number or title contains these words."""
        return self.filter(Q(number__icontains=words) | Q(title__icontains=words))

    def open_first(self) -> Self:
        """Order by creation, the archived ones last."""
        return self.order_by(F("archived_at").asc(nulls_first=True), "pk")


class Notice(models.Model):
    number = models.CharField("发文字号", max_length=40, unique=True)
    title = models.CharField("标题", max_length=200)
    issuer = models.CharField("发文机关", max_length=80)
    issued_on = models.DateField("成文日期")
    coordinator = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name="统筹单位"
    )
    higher_notice = models.CharField("依据文件", max_length=40, blank=True)
    preamble = models.TextField("引言")
    closing = ArrayField(models.TextField(), verbose_name="结尾")
    drafted_by = ArrayField(models.CharField(max_length=40), verbose_name="起草单位")
    addressed_to = ArrayField(models.CharField(max_length=80), verbose_name="主送")
    captured_text = models.TextField("采集文本")
    captured_digest = models.CharField("采集文本摘要", max_length=64)
    main_kind = models.CharField(
        "主要填报期", max_length=20, choices=PeriodKind, default=PeriodKind.QUARTERLY
    )
    demonstrated_at = models.DateTimeField("演示数据载入时间", null=True, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = "文件"
        constraints = [
            models.CheckConstraint(
                name="notice_main_kind_known",
                # Lights and pages need a regular kind; 专项 is irregular.
                condition=models.Q(main_kind__in=PeriodKind.values)
                & ~models.Q(main_kind=PeriodKind.SPECIAL),
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="notice_archived",
                condition=Q(archived_at__isnull=False),
            ),
            # The rows are long because they contain the captured text.
            models.Index(
                fields=["id"], include=["main_kind", "archived_at"], name="notice_in_short"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def demand_open(self) -> None:
        """Raise DomainError if the notice is archived."""
        if self.archived_at is not None:
            raise DomainError(f"{self}已归档，不再布置填报和办理；确需继续的，请先恢复文件。")


class Section(models.Model):
    """A section of the notice; an empty title means that the title was lost."""

    notice = link_to(Notice, "文件", "sections")
    ordinal = models.PositiveSmallIntegerField("序号")
    title = models.CharField("标题", max_length=100, blank=True)

    class Meta:
        ordering = ["notice", "ordinal"]
        verbose_name = verbose_name_plural = "部分"
        constraints = [
            models.UniqueConstraint(fields=["notice", "ordinal"], name="section_ordinal_once")
        ]

    def __str__(self) -> str:
        return f"{chinese_number(self.ordinal)}、{self.shown_title}"

    @property
    def shown_title(self) -> str:
        return self.title or LOST_TITLE
