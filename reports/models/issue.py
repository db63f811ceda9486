"""What makes a document official: its number, its day, and who answered for it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from agencies.models import User
from reports.choices import IssueState, ReportKind
from reports.models.report import Report, any_changed

ISSUED_KINDS = [kind for kind in ReportKind if kind.is_issued]
_WITH_NUMBER = ("year", "serial", "issued_on", "issued_at", "issued_by")
NUMBERED = Q(number__gt="", **{f"{name}__isnull": False for name in _WITH_NUMBER})
UNNUMBERED = Q(number="", **{f"{name}__isnull": True for name in _WITH_NUMBER})


class Issue(models.Model):
    """How far a circular or a letter has got: drafted, issued under a number, or withdrawn.

    A number is given once, at issuing, and stays with the document for good, withdrawn or not.
    """

    report = models.OneToOneField(Report, models.PROTECT, related_name="issue", verbose_name="报告")
    kind = models.CharField("类别", max_length=20, choices=ReportKind)
    state = models.CharField(
        "签发状态", max_length=10, choices=IssueState, default=IssueState.DRAFT
    )
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    serial = models.PositiveIntegerField("序号", null=True, blank=True)
    number = models.CharField("发文字号", max_length=60, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    withdrawn_reason = models.CharField("撤回理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = verbose_name_plural = "签发"
        constraints = [
            models.CheckConstraint(name="issue_kind_issued", condition=Q(kind__in=ISSUED_KINDS)),
            models.CheckConstraint(
                name="issue_state_known", condition=Q(state__in=IssueState.values)
            ),
            models.UniqueConstraint(
                fields=["kind", "year", "serial"],
                name="issue_number_once",
                violation_error_message="这个文号已经用过。",
            ),
            models.CheckConstraint(
                name="issue_number_when_issued",
                condition=(Q(state=IssueState.DRAFT) & UNNUMBERED)
                | (Q(state=IssueState.ISSUED) & NUMBERED)
                | (Q(state=IssueState.WITHDRAWN) & (NUMBERED | UNNUMBERED)),
            ),
            models.CheckConstraint(
                name="issue_withdrawn_has_reason",
                condition=Q(
                    state=IssueState.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawn_reason__gt="",
                )
                | (
                    ~Q(state=IssueState.WITHDRAWN)
                    & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                ),
                violation_error_message="撤回须写明理由。",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="number_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__serial__isnull=False)
                & any_changed("number", "year", "serial", "issued_on", "report_id"),
                func="RAISE EXCEPTION 'a number once given stays';",
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.report}（{self.state_choice.label}）"

    @property
    def state_choice(self) -> IssueState:
        return IssueState(self.state)

    @property
    def is_draft(self) -> bool:
        return self.state == IssueState.DRAFT

    @property
    def is_issued(self) -> bool:
        return self.state == IssueState.ISSUED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == IssueState.WITHDRAWN


class NumberCounter(models.Model):
    """The last number given in a year, of one kind; its row is locked while one is given."""

    kind = models.CharField("类别", max_length=20, choices=ReportKind)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        ordering = ["kind", "-year"]
        verbose_name = verbose_name_plural = "文号"
        constraints = [
            models.UniqueConstraint(fields=["kind", "year"], name="numbercounter_one_a_year"),
            models.CheckConstraint(
                name="numbercounter_kind_issued", condition=Q(kind__in=ISSUED_KINDS)
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_kind_display()}"
