"""A report: a dataset frozen at one moment, and its files."""

from functools import reduce
from operator import or_
from typing import NamedTuple, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencies.audit.trail import SYSTEM
from agencies.models import Agency, User
from agencies.models.fields import known, link_to, only_when, optional_link_to
from agencies.permissions import Perm
from lib.jobs import LeasedJob, LeasedJobQuerySet
from measures.models import Filing, Period, Section
from reports.choices import RUNNING, UNDER_WAY, IssueState, ReportKind, ReportState
from reports.rules.signing import signs_own_of

SHA256 = r"^[0-9a-f]{64}$"
TAKE_SECTION = [kind for kind in ReportKind if kind.takes_section]
TAKE_AGENCY = [kind for kind in ReportKind if kind.takes_agency]
OWN = [kind for kind in ReportKind if kind.is_own]
TO_AGENCIES = [kind for kind in ReportKind if kind.goes_to_agencies]
NEED_AGENCY = [kind for kind in ReportKind if kind.needs_agency]


class Scope(NamedTuple):
    """What a report is about: a period, and a part of the notice unless it is the whole one."""

    period_id: int
    section_id: int | None = None
    agency_id: int | None = None


def any_changed(*columns: str) -> pgtrigger.Q:
    """Return a trigger's condition: an update changes one of the columns."""
    return reduce(
        or_, (pgtrigger.Q(**{f"old__{c}__df": pgtrigger.F(f"new__{c}")}) for c in columns)
    )


def version_triggers(refusal: str) -> list[pgtrigger.Trigger]:
    """Return the triggers of rows that are versions of people's edits or choices of a report.

    Rows are never changed, and none is added after the report is final: that raises `refusal`.
    """
    return [
        pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="closed_when_final",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM reports_report
                    WHERE id = NEW.report_id AND final_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION '{refusal}';
                END IF;
                RETURN NEW;
                """,  # noqa: S608 - a sentence of our own
        ),
    ]


class ReportQuerySet(LeasedJobQuerySet):
    def visible_to(self, user: "User") -> Self:
        """The commission sees all; an agency sees its own documents and those sent to it.

        Those sent to an agency are, once they have a number, letters to it and circulars on periods
        in which it owed filings. Leaders see these from then on too, and all other kinds.
        """
        if user.can(Perm.DRAFT_DOCUMENT):
            return self
        numbered = Q(issue__number__gt="")
        own = user.own_agencies()
        seen = Q(pk__in=[])
        if user.can(Perm.ASK_REPORT):
            seen |= ~Q(kind__in=TO_AGENCIES) | numbered
        if own:
            owed = Filing.objects.filter(period=OuterRef("period"), agency__in=own)
            seen |= Q(kind=ReportKind.AGENCY, agency__in=own)
            seen |= Q(kind=ReportKind.LETTER, agency__in=own) & numbered
            seen |= Q(Exists(owed), kind=ReportKind.CIRCULAR) & numbered
        return self.filter(seen)

    def about(self, scope: "Scope") -> Self:
        return self.filter(period=scope.period_id, section=scope.section_id, agency=scope.agency_id)

    def matching(self, *, kind: str = "", period: "Period | None" = None, state: str = "") -> Self:
        found = self.filter(kind=kind) if kind else self
        if period is not None:
            found = found.filter(period=period)
        if state in IssueState.values:
            return found.filter(issue__state=state)
        return found.filter(state=state) if state else found

    def in_order(self, order: str) -> Self:
        first = {"period": ("-period__covers_from",), "kind": ("kind",)}.get(order, ())
        return self.order_by(*first, "-requested_at", "-pk")

    def awaiting_word_of(self, user: "User") -> Self:
        """Reports that a person may sign now; for one: may_sign (reports.rules.signing)."""
        own = Q(kind__in=OWN, agency__in=signs_own_of(user))
        chiefs = ~Q(kind__in=OWN) & ~Q(agency__in=user.own_agencies())
        signed = own | chiefs if user.can(Perm.DECIDE) else own
        return self.done().filter(signed, issue__state=IssueState.SUBMITTED)

    def awaiting_submission_by(self, user: "User") -> Self:
        """Reports that a person may submit now; for one: may_submit (reports.rules.signing).

        A chief signs and is not expected to submit; a head only submits what they requested.
        """
        drafting = frozenset(agency.pk for agency in user.agencies_where(Perm.DRAFT_DOCUMENT))
        filing = frozenset(agency.pk for agency in user.agencies_where(Perm.FILE))
        own = Q(agency__in=filing | drafting)
        own |= Q(agency__in=user.own_agencies(), requested_by=user)
        drafted = own & Q(kind__in=OWN)
        if user.can(Perm.DRAFT_DOCUMENT):
            drafted |= ~Q(kind__in=OWN) & ~Q(agency__in=user.own_agencies())
        return self.done().filter(drafted, issue__state__in=(IssueState.DRAFT, IssueState.RETURNED))

    def awaiting_retry_by(self, user: "User") -> Self:
        """Failed reports, not requested again: a person's own, and for reviewers the system's."""
        asked = Q(requested_by=user)
        if user.can(Perm.REVIEW):
            asked |= Q(requested_by=None)
        same = Q(
            kind=OuterRef("kind"),
            period=OuterRef("period"),
            scope_name=OuterRef("scope_name"),
            pk__gt=OuterRef("pk"),
        )
        return self.failed().filter(asked, ~Exists(Report.objects.filter(same)))

    def issued(self) -> Self:
        return self.filter(issue__state=IssueState.ISSUED)

    def not_withdrawn(self) -> Self:
        return self.exclude(issue__state=IssueState.WITHDRAWN)

    def shown(self) -> Self:
        """Leave out reports that ended because they are equal to another one."""
        return self.exclude(state=ReportState.SAME)

    def done(self) -> Self:
        return self.filter(state=ReportState.DONE)

    def failed(self) -> Self:
        return self.filter(state=ReportState.FAILED)

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def same_request(self, report: "Report") -> Self:
        """Reports of the same request: kind, period, part and annexes."""
        same = self.filter(kind=report.kind, against=report.against_id)
        return same.about(report.scope)

    def before(self, report: "Report") -> Self:
        """Reports of the same kind and part on earlier periods, newest first."""
        return self.filter(
            kind=report.kind,
            section=report.section_id,
            agency=report.agency_id,
            period__covers_from__lt=report.period.covers_from,
        ).order_by("-period__covers_from", "-frozen_at")

    def without_dataset(self) -> Self:
        """Do not read frozen dataset and text, which lists do not need."""
        return self.defer("dataset", "words")


class Report(LeasedJob):
    """One document for a period or a part of it, and the job that builds it (lib.jobs)."""

    TASK = "reports.tasks.build_report"
    STARTS_AS = {ReportState.QUEUED: ReportState.FREEZING}
    WAITS_AS = dict.fromkeys(RUNNING, ReportState.QUEUED)

    kind = models.CharField("类别", max_length=20, choices=ReportKind)
    period = link_to(Period, "填报期", "reports")
    section = optional_link_to(Section, "部分")
    agency = optional_link_to(Agency, "单位", "reports")
    scope_name = models.CharField("范围（当时名称）", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.QUEUED)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人"
    )  # none: requested by the system after a period closed
    requested_at = models.DateTimeField("申请时间")
    begun_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("第几次生成", default=0)
    attempts_before = models.PositiveSmallIntegerField("本次申请前已生成次数", default=0)
    rows_done = models.PositiveIntegerField("已写行数", default=0)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    error = models.CharField("失败原因", max_length=300, blank=True)
    cancelled_by = optional_link_to(User, "取消人")
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    is_anew = models.BooleanField("另拟一份", default=False)
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="相同的报告"
    )
    against = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对照的报告"
    )  # the earlier one whose differences are an annex of this one
    dataset = models.JSONField("数据集", null=True, blank=True)
    digest = models.CharField("数据集摘要", max_length=64, blank=True)
    schema_version = models.PositiveSmallIntegerField("数据集版本", default=0)
    frozen_at = models.DateTimeField("数据生成时间", null=True, blank=True)
    # Of the text in its files (digest_of_words); empty: written before this was stored.
    words_written = models.CharField("文件所写文字的校验值", max_length=32, blank=True)
    final_at = models.DateTimeField("定稿时间", null=True, blank=True)
    final_by = optional_link_to(User, "定稿人")
    final_digest = models.CharField("定稿校验值", max_length=64, blank=True)
    # The whole final document (lib.official.stored); none if it was final before texts were
    # stored: then only its files have the issued text.
    words = models.JSONField("定稿全文", null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        verbose_name = verbose_name_plural = "报告"
        constraints = [
            known("report_kind_known", kind=ReportKind),
            known("report_state_known", state=ReportState),
            models.UniqueConstraint(
                fields=["kind", "period", "section", "agency", "against"],
                condition=Q(state__in=UNDER_WAY),
                nulls_distinct=False,
                name="report_one_under_way",
                violation_error_message="这一填报期的同类报告正在生成。",
            ),
            models.CheckConstraint(
                name="report_scope_fits_kind",
                condition=(Q(section__isnull=True) | Q(kind__in=TAKE_SECTION))
                & (Q(agency__isnull=True) | Q(kind__in=TAKE_AGENCY))
                & (Q(section__isnull=True) | Q(agency__isnull=True))
                & (Q(agency__isnull=False) | ~Q(kind__in=NEED_AGENCY)),
                violation_error_message="这类报告不能按所选的部分或单位生成。",
            ),
            models.CheckConstraint(
                name="report_dataset_has_digest",
                condition=Q(dataset__isnull=True, digest="", frozen_at__isnull=True)
                | Q(dataset__isnull=False, digest__regex=SHA256, frozen_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_done_has_dataset",
                condition=~Q(state=ReportState.DONE)
                | Q(dataset__isnull=False, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_final_by_whom",
                condition=Q(final_at__isnull=True, final_by__isnull=True, final_digest="")
                | Q(
                    final_at__isnull=False,
                    final_by__isnull=False,
                    final_digest__regex=SHA256,
                    dataset__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="report_words_are_final",
                condition=Q(words__isnull=True) | Q(final_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_failed_has_error",
                condition=~Q(state=ReportState.FAILED) | ~Q(error=""),
            ),
            only_when(
                "report_cancelled_by_whom",
                "cancelled_by",
                "cancelled_at",
                state=ReportState.CANCELLED,
            ),
            models.CheckConstraint(
                name="report_same_names_which",
                condition=Q(state=ReportState.SAME, same_as__isnull=False, dataset__isnull=True)
                | (~Q(state=ReportState.SAME) & Q(same_as__isnull=True)),
            ),
            only_when("report_running_has_lease", "lease_until", state__in=RUNNING),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__dataset__isnull=False)
                & any_changed("dataset", "digest", "frozen_at"),
                func="RAISE EXCEPTION 'a frozen dataset never changes';",
            ),
            pgtrigger.Trigger(
                name="final_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__final_at__isnull=False)
                & any_changed("final_at", "final_digest", "words"),
                func="RAISE EXCEPTION 'a final report stays final';",
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        about = f"（{self.scope_name}）" if self.scope_name else ""
        return f"{self.period}{self.get_kind_display()}{about}"

    @property
    def named(self) -> str:
        """Its name with the system's number, which is not a 文号: …（编号16）."""
        return f"{self}（编号{self.pk}）"

    @property
    def scope(self) -> Scope:
        return Scope(self.period_id, self.section_id, self.agency_id)

    @property
    def kind_choice(self) -> ReportKind:
        return ReportKind(self.kind)

    @property
    def state_choice(self) -> ReportState:
        return ReportState(self.state)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.state == ReportState.DONE

    @property
    def is_final(self) -> bool:
        """Whether its text is final; before that it is a 送审稿, unless it has no text."""
        return self.final_at is not None or not self.kind_choice.has_prose

    @property
    def takes_edits(self) -> bool:
        """Whether its text may be edited. Its issue, if any, must be fetched."""
        issue = getattr(self, "issue", None)
        return self.is_done and not self.is_final and (issue is None or issue.takes_edits)

    @property
    def issue_state(self) -> str | None:
        """The state of its issue, which must be fetched; None if it has none."""
        issue = getattr(self, "issue", None)
        return issue.state if issue else None

    @property
    def keeps_files_only(self) -> bool:
        """Whether it was final before texts were stored: only its files have the issued text."""
        return self.final_at is not None and self.words is None

    @property
    def is_cancelled(self) -> bool:
        return self.state == ReportState.CANCELLED

    @property
    def asker(self) -> str:
        return self.requested_by.name if self.requested_by else SYSTEM

    @property
    def tries(self) -> int:
        return self.attempts - self.attempts_before

    @property
    def has_failed(self) -> bool:
        return self.state == ReportState.FAILED
