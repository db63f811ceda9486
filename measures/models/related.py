"""Documents above or below a notice, with their clauses and links to measures."""

from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models.fields import known, link_to, optional_link_to, optional_person
from lib.chinese import chinese_number
from measures.choices import DocumentRelation, LinkKind
from measures.models.limits import written
from measures.models.measure import Measure
from measures.models.notice import Notice

LOST_TEXT = "〔原文待核对〕"


class RelatedDocument(models.Model):
    """A document above the notice (the notice implements it) or below it."""

    notice = link_to(Notice, "文件", "related_documents")
    relation = models.CharField("关系", max_length=10, choices=DocumentRelation)
    number = models.CharField("发文字号", max_length=40)
    title = models.CharField("标题", max_length=200, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    recorded_by = optional_person("登记人")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["notice", "relation", "id"]
        verbose_name = verbose_name_plural = "上下位文件"
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "number"],
                name="related_document_once",
                violation_error_message="这份文件已经登记。",
            ),
            known("related_document_relation_known", relation=DocumentRelation),
            written("related_document_has_number", "number", "请填写发文字号。"),
        ]

    def __str__(self) -> str:
        return self.number


class DocumentClause(models.Model):
    """A clause of a related document; an empty text has not been checked yet."""

    document = link_to(RelatedDocument, "上下位文件", "clauses")
    ordinal = models.PositiveSmallIntegerField("序号")
    heading = models.CharField("标题", max_length=100)
    text = models.TextField("原文", blank=True)

    class Meta:
        ordering = ["document", "ordinal"]
        verbose_name = verbose_name_plural = "条款"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "ordinal"],
                name="clause_ordinal_once",
                violation_error_message="这个序号已有条款。",
            ),
            written("clause_has_heading", "heading", "请填写条款标题。"),
        ]

    def __str__(self) -> str:
        return f"{chinese_number(self.ordinal)}、{self.heading}"

    @property
    def shown_text(self) -> str:
        return self.text or LOST_TEXT


class ClauseLinkQuerySet(QuerySet):
    def with_sides(self) -> Self:
        return self.select_related("clause", "measure").order_by(
            "clause__ordinal", "measure__ordinal", "pk"
        )


class ClauseLink(models.Model):
    """A link between a measure and a clause. If the kind is 新增, one side is empty."""

    document = link_to(RelatedDocument, "上下位文件", "links")
    clause = optional_link_to(DocumentClause, "条款", "links")
    measure = optional_link_to(Measure, "措施", "clause_links")
    kind = models.CharField("对应", max_length=10, choices=LinkKind)
    linked_by = optional_person("登记人")
    linked_at = models.DateTimeField("登记时间")

    objects = ClauseLinkQuerySet.as_manager()

    class Meta:
        ordering = ["document", "id"]
        verbose_name = verbose_name_plural = "条款对应"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "clause", "measure"],
                name="clause_link_once",
                nulls_distinct=False,
                violation_error_message="这一对应已经登记。",
            ),
            known("clause_link_kind_known", kind=LinkKind),
            models.CheckConstraint(
                name="clause_link_sides",
                condition=(~Q(kind=LinkKind.ADDS) & Q(clause__isnull=False, measure__isnull=False))
                | Q(kind=LinkKind.ADDS, clause__isnull=True, measure__isnull=False)
                | Q(kind=LinkKind.ADDS, clause__isnull=False, measure__isnull=True),
                violation_error_message="承接、细化须选定条款和措施；新增只选多出来的一方。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure or self.document}{self.get_kind_display()}"
