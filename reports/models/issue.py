"""What makes a document official: its number, its day and its signer."""

import pgtrigger
from django.db import models
from django.db.models import Q

from agencies.models import Agency, User
from agencies.models.fields import known, optional_link_to
from reports.choices import UNISSUED, IssueState, ReportKind
from reports.models.report import Report, any_changed

ISSUED_KINDS = [kind for kind in ReportKind if kind.is_issued]
_WITH_NUMBER = ("year", "serial", "issued_on", "issued_at", "issued_by")
NUMBERED = Q(number__gt="", **{f"{name}__isnull": False for name in _WITH_NUMBER})
UNNUMBERED = Q(number="", **{f"{name}__isnull": True for name in _WITH_NUMBER})


def _together(*names: str, words: str = "") -> Q:
    """All of the columns have a value, or none; `words`: a column that is empty instead of null."""
    filled = Q(**{f"{name}__isnull": False for name in names})
    empty = Q(**{f"{name}__isnull": True for name in names})
    if words:
        filled, empty = filled & Q(**{f"{words}__gt": ""}), empty & Q(**{words: ""})
    return filled | empty


class Issue(models.Model):
    """The state of a document: draft, submitted, returned, issued or withdrawn.

    It gets its number once, when it is issued, and keeps it even if it is withdrawn. The row keeps
    who submitted it last and who returned it last.
    """

    report = models.OneToOneField(Report, models.PROTECT, related_name="issue", verbose_name="报告")
    kind = models.CharField("类别", max_length=20, choices=ReportKind)
    state = models.CharField(
        "签发状态", max_length=10, choices=IssueState, default=IssueState.DRAFT
    )
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    submitted_by = optional_link_to(User, "送审人")
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = optional_link_to(User, "退回人")
    returned_reason = models.CharField("退回意见", max_length=1000, blank=True)
    author = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发文单位"
    )  # whose series of numbers; none: the commission's
    word = models.CharField("机关代字", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    serial = models.PositiveIntegerField("序号", null=True, blank=True)
    number = models.CharField("发文字号", max_length=60, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = optional_link_to(User, "签发人")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = optional_link_to(User, "撤回人")
    withdrawn_reason = models.CharField("撤回理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = verbose_name_plural = "签发"
        constraints = [
            models.CheckConstraint(name="issue_kind_issued", condition=Q(kind__in=ISSUED_KINDS)),
            known("issue_state_known", state=IssueState),
            models.UniqueConstraint(
                fields=["kind", "author", "year", "serial"],
                condition=Q(serial__isnull=False),
                nulls_distinct=False,
                name="issue_number_once",
                violation_error_message="这个文号已经用过。",
            ),
            models.CheckConstraint(
                name="issue_number_when_issued",
                condition=(Q(state__in=UNISSUED) & UNNUMBERED)
                | (Q(state=IssueState.ISSUED) & NUMBERED)
                | (Q(state=IssueState.WITHDRAWN) & (NUMBERED | UNNUMBERED)),
            ),
            models.CheckConstraint(
                name="issue_submitted_by_whom",
                condition=_together("submitted_at", "submitted_by")
                & (~Q(state=IssueState.SUBMITTED) | Q(submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="issue_returned_by_whom",
                condition=_together("returned_at", "returned_by", words="returned_reason")
                & (~Q(state=IssueState.RETURNED) | Q(returned_at__isnull=False)),
                violation_error_message="退回须写明意见。",
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
                & any_changed("number", "word", "year", "serial", "issued_on", "report_id"),
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
    def is_submitted(self) -> bool:
        return self.state == IssueState.SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.state == IssueState.RETURNED

    @property
    def takes_edits(self) -> bool:
        return self.state in UNISSUED

    @property
    def is_issued(self) -> bool:
        return self.state == IssueState.ISSUED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == IssueState.WITHDRAWN


class NumberCounter(models.Model):
    """The last number in a year for one kind and author; locked while a number is assigned."""

    kind = models.CharField("类别", max_length=20, choices=ReportKind)
    author = optional_link_to(Agency, "发文单位")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        ordering = ["kind", "-year"]
        verbose_name = verbose_name_plural = "文号"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "author", "year"],
                nulls_distinct=False,
                name="numbercounter_one_a_year",
            ),
            models.CheckConstraint(
                name="numbercounter_kind_issued", condition=Q(kind__in=ISSUED_KINDS)
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_kind_display()}"


def locked_with_issue(pk: int) -> Report:
    """Return the report with `issue` set to its locked issue, if it has one.

    The issue is read after the report is locked, so that a caller that had to wait sees the changes
    of the previous one; a joined row would be from before the wait.
    """
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    report = locked.select_related("period", "agency").get(pk=pk)
    issue = Issue.objects.select_for_update(of=("self",), no_key=True).filter(report=report).first()
    if issue is not None:
        report.issue = issue
    return report
