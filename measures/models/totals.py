"""Kept totals of filings, responsibilities, measures and snapshots, to count large notices.

Database triggers update them with every change of the counted rows (lib.totals).
"""

from django.conf import settings
from django.db import models
from django.db.models import Index, Q

from lib.totals import Totals
from measures.models.kept_total import KeptTotal, TotalQuerySet, reference

MEASURE = "JOIN measures_measure m ON m.id = r.measure_id"


class FilingTotal(KeptTotal):
    """Number of equal filings of a period. `came_in_time` is empty for filings not submitted."""

    period = reference("measures.Period")
    section = reference("measures.Section")
    agency = reference("agencies.Agency")
    agency_name = models.CharField("单位（当时名称）", max_length=40)
    state = models.CharField("状态", max_length=10)
    due_on = models.DateField("报送截止")
    is_accepted = models.BooleanField("有已通过版本")
    is_returned = models.BooleanField("退回待补正")
    came_in_time = models.BooleanField("按时报送", null=True)

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报任务合计"
        indexes = [
            Index(fields=["period"], name="filing_total_of_period"),
            Index(fields=["id"], name="filing_total_new", condition=Q(is_settled=False)),
        ]


class DutyTotal(KeptTotal):
    """Number of equal responsibilities for a notice's measures."""

    notice = reference("measures.Notice")
    agency = reference("agencies.Agency")
    role = models.CharField("责任", max_length=20)
    lead_basis = models.CharField("牵头依据", max_length=20)
    valid_from = models.DateField("起", null=True)
    valid_to = models.DateField("止", null=True)

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "责任合计"
        indexes = [
            Index(fields=["notice"], name="duty_total_of_notice"),
            Index(fields=["id"], name="duty_total_new", condition=Q(is_settled=False)),
        ]


class MeasureTotal(KeptTotal):
    """Number of equal measures of a notice with lights computed on the same day."""

    notice = reference("measures.Notice")
    section = reference("measures.Section")
    nature = models.CharField("性质", max_length=10)
    stage = models.CharField("进度", max_length=20)
    light = models.CharField("预警灯", max_length=10)
    light_on = models.DateField("评定日期", null=True)

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "措施合计"
        indexes = [
            Index(fields=["notice"], name="measure_total_of_notice"),
            Index(fields=["id"], name="measure_total_new", condition=Q(is_settled=False)),
        ]


class SnapshotTotal(KeptTotal):
    """Number of equal snapshots of a closing, with the filings filed and owed for them."""

    period = reference("measures.Period")
    closing = models.PositiveSmallIntegerField("第几次关闭")
    section = reference("measures.Section")
    taken_at = models.DateTimeField("时间")
    stage = models.CharField("进度", max_length=20)
    stage_label = models.CharField("进度（当时用语）", max_length=20)
    light = models.CharField("预警灯", max_length=10)
    light_label = models.CharField("预警灯（当时用语）", max_length=20)
    filed = models.IntegerField("已报")
    owed = models.IntegerField("应报")

    objects = TotalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "快照合计"
        indexes = [
            Index(fields=["period"], name="snapshot_total_of_period"),
            Index(fields=["id"], name="snapshot_total_new", condition=Q(is_settled=False)),
        ]


def _same(*names: str) -> dict[str, str]:
    return {name: f"r.{name}" for name in names}


FILING_TOTALS = Totals(
    "measures_filingtotal",
    "measures_filing",
    {
        **_same("period_id", "agency_id", "agency_name", "state", "due_on"),
        "section_id": "m.section_id",
        "is_accepted": "r.accepted_note_id IS NOT NULL",
        "is_returned": "r.mend_by IS NOT NULL",
        "came_in_time": "(r.first_submitted_at AT TIME ZONE"
        f" '{settings.TIME_ZONE}')::date <= r.due_on",
    },
    joins=MEASURE,
)
DUTY_TOTALS = Totals(
    "measures_dutytotal",
    "measures_responsibility",
    {
        "notice_id": "m.notice_id",
        **_same("agency_id", "role", "lead_basis", "valid_from", "valid_to"),
    },
    joins=MEASURE,
)
MEASURE_TOTALS = Totals(
    "measures_measuretotal",
    "measures_measure",
    _same("notice_id", "section_id", "nature", "stage", "light", "light_on"),
)
SNAPSHOT_TOTALS = Totals(
    "measures_snapshottotal",
    "measures_snapshot",
    {
        **_same("period_id", "closing", "taken_at", "stage", "stage_label", "light", "light_label"),
        "section_id": "m.section_id",
    },
    joins=MEASURE,
    sums={"number": "1", "filed": "r.filed", "owed": "r.owed"},
)
KEPT: tuple[tuple[type[KeptTotal], Totals], ...] = (
    (FilingTotal, FILING_TOTALS),
    (DutyTotal, DUTY_TOTALS),
    (MeasureTotal, MEASURE_TOTALS),
    (SnapshotTotal, SNAPSHOT_TOTALS),
)
