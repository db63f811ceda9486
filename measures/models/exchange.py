"""Sheets that people filled in and uploaded."""

from typing import Self

from django.db import models
from django.db.models import Q

from agencies.models import Agency, User
from agencies.models.fields import (
    MemberOf,
    known,
    link_to,
    only_when,
    optional_link_to,
    optional_person,
)
from agencies.permissions import Perm
from lib.jobs import LeasedJob, LeasedJobQuerySet
from measures.choices import (
    SHEETS_HELD,
    SHEETS_UNDER_WAY,
    SheetKind,
    SheetState,
)
from measures.models.evidence import SHA256
from measures.models.period import Period

ENDED = (SheetState.APPLIED, SheetState.DISCARDED)
APPLIED_FOR = (SheetState.TO_APPLY, SheetState.APPLYING)
FAILED = (SheetState.FAULTY, SheetState.FAILED, SheetState.REFUSED)
SOUND = (SheetState.READY, *APPLIED_FOR, SheetState.APPLIED)


class SheetImportQuerySet(LeasedJobQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those of the person's agencies; the commission sees its own.

        A filled sheet contains drafts, and drafts are visible to their own agency only.
        """
        seen = Q(agency__in=user.own_agencies())
        if user.can(Perm.READ_UNACCEPTED):
            seen |= Q(agency__isnull=True)
        return self.filter(seen)

    def under_way(self) -> Self:
        return self.filter(state__in=SHEETS_UNDER_WAY)

    def failed(self) -> Self:
        """Those that failed and were not discarded."""
        return self.filter(state__in=FAILED)

    def without_result(self) -> Self:
        """Do not load the rows of the result: lists do not need them."""
        return self.defer("result")


class SheetImport(LeasedJob):
    """One uploaded sheet, with the changes its rows would make or the faults in them.

    This row holds the state of the job that checks or applies the sheet (lib.jobs). Nothing else
    is written until somebody applies it, completely or not at all.
    """

    TASK = "measures.tasks.run_sheet"
    STARTS_AS = {
        SheetState.QUEUED: SheetState.CHECKING,
        SheetState.TO_APPLY: SheetState.APPLYING,
    }
    WAITS_AS = {running: waiting for waiting, running in STARTS_AS.items()}

    kind = models.CharField("类别", max_length=10, choices=SheetKind)
    period = link_to(Period, "填报期")
    agency = optional_link_to(Agency, "单位")
    state = models.CharField("状态", max_length=10, choices=SheetState, default=SheetState.QUEUED)
    uploaded_by = link_to(User, "上传人")
    uploaded_at = models.DateTimeField("上传时间")
    file = models.FileField("文件", max_length=200, blank=True)
    marked = models.FileField("标出错处的文件", max_length=200, blank=True)
    name = models.CharField("文件名", max_length=150)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    rows_done = models.PositiveIntegerField("已核对行数", default=0)
    rows_written = models.PositiveIntegerField("已写入行数", default=0)
    rows_changed = models.PositiveIntegerField("有改动", default=0)
    rows_faulty = models.PositiveIntegerField("有误", default=0)
    result = models.JSONField("核对结果", default=list, blank=True)
    error = models.CharField("未能完成的原因", max_length=1000, blank=True)
    asked_by = optional_person("写入人")
    asked_at = models.DateTimeField("要求写入的时间", null=True, blank=True)
    ended_by = optional_person("办理人")
    ended_at = models.DateTimeField("办理时间", null=True, blank=True)

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        verbose_name = verbose_name_plural = "Excel导入"
        constraints = [
            known("sheetimport_kind_known", kind=SheetKind),
            known("sheetimport_state_known", state=SheetState),
            models.CheckConstraint(
                name="sheetimport_filings_have_agency",
                condition=Q(kind=SheetKind.FILINGS, agency__isnull=False)
                | Q(kind=SheetKind.STATUSES, agency__isnull=True),
            ),
            models.CheckConstraint(
                name="sheetimport_has_digest", condition=Q(sha256__regex=SHA256, size__gt=0)
            ),
            models.UniqueConstraint(
                fields=["kind", "period", "agency", "sha256"],
                condition=Q(state__in=SHEETS_UNDER_WAY),
                nulls_distinct=False,
                name="sheetimport_once_under_way",
                violation_error_message="这个文件正在核对，请稍候。",
            ),
            only_when("sheetimport_checking_has_lease", "lease_until", state__in=SHEETS_HELD),
            models.CheckConstraint(
                name="sheetimport_applied_is_sound",
                condition=~Q(state__in=SOUND) | Q(rows_faulty=0, rows_changed__gt=0),
            ),
            models.CheckConstraint(
                name="sheetimport_failed_has_error",
                condition=~Q(state__in=[SheetState.FAILED, SheetState.REFUSED]) | ~Q(error=""),
            ),
            models.CheckConstraint(
                name="sheetimport_applied_for_someone",
                condition=~Q(state__in=APPLIED_FOR)
                | Q(asked_by__isnull=False, asked_at__isnull=False),
            ),
            only_when("sheetimport_ended_by_someone", "ended_by", "ended_at", state__in=ENDED),
        ]

    def __str__(self) -> str:
        return f"{self.period}{self.get_kind_display()}“{self.name}”"

    state_choice = MemberOf(SheetState, "state")

    @property
    def is_under_way(self) -> bool:
        return self.state in SHEETS_UNDER_WAY

    @property
    def is_being_applied(self) -> bool:
        return self.state in APPLIED_FOR

    @property
    def is_ready(self) -> bool:
        return self.state == SheetState.READY

    @property
    def can_be_discarded(self) -> bool:
        """Whether it is not applied or discarded yet, and no worker holds it."""
        return self.state not in (*ENDED, *SHEETS_HELD)
