"""Filing periods, and the snapshots taken when one closes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from agencies.models import User
from agencies.models.fields import ChecksAtOnce, DateRange, MemberOf, known
from agencies.permissions import Perm
from lib.chinese import ordinal
from measures.choices import Cause, Light, Nature, PeriodKind, PeriodState, Stage
from measures.models.arrival import arrived_q, owed_q
from measures.models.limits import REASON_MOST, written
from measures.models.responsibility import Responsibility
from measures.models.totals import SNAPSHOT_TOTALS
from measures.rules.comparison import TROUBLED
from measures.rules.periods import current_period, is_due, period_steps_from, slice_label_of


class PeriodQuerySet(QuerySet):
    def visible_to(self, user: "User") -> Self:
        """People who may manage periods see all; other business roles see those opened."""
        if user.can(Perm.KEEP_PERIODS):
            return self
        return self.opened() if user.can(Perm.READ) else self.none()

    def opened(self) -> Self:
        return self.exclude(state=PeriodState.DRAFT)

    def with_main_kind(self) -> Self:
        """Add `main_kind`: that of each one's notice."""
        return self.annotate(main_kind=F("notice__main_kind"))

    def open(self) -> Self:
        return self.filter(state=PeriodState.OPEN)

    def closed(self) -> Self:
        return self.filter(state=PeriodState.CLOSED)

    def main(self) -> Self:
        """Those of their notice's main kind, which lights, snapshots and pages use."""
        return self.filter(kind=F("notice__main_kind"))

    def of_kind(self, kind: str) -> Self:
        """Those of one kind; all if `kind` is empty."""
        return self.filter(kind=kind) if kind else self

    def of_year(self, year: int | None) -> Self:
        """Those whose slice begins in a year; all if `year` is None."""
        return self.filter(covers_from__year=year) if year else self

    def to_open(self, *, on: date) -> Self:
        """Those set to open automatically whose opening day has come.

        After the due day a person must decide: filings would be late from the start.
        """
        return self.filter(
            state=PeriodState.DRAFT, opens_by_itself=True, opens_on__lte=on, due_on__gte=on
        ).filter(notice__archived_at=None)

    def to_close(self, *, on: date) -> Self:
        """Those set to close automatically whose last day has passed."""
        return self.open().filter(closes_by_itself=True, closes_on__lt=on)

    def with_counts(self) -> Self:
        """Add `owed`, `filed` and `accepted` (counts, rules.workflow), and `missing_until`.

        `missing_until`: the latest due day of a missing filing, without filings that have an
        extension: they stay open after the closing.
        """
        owed = Q(filings__isnull=False) & owed_q("filings__")
        missing = owed & ~arrived_q("filings__") & Q(filings__due_on__lte=F("due_on"))
        return self.annotate(
            owed=Count("filings", filter=owed),
            filed=Count("filings", filter=arrived_q("filings__")),
            missing_until=Max("filings__due_on", filter=missing),
            accepted=Count("filings", filter=Q(filings__accepted_note__isnull=False)),
        )

    def newest_first(self) -> Self:
        return self.order_by("-covers_from", "-id")

    def with_skipped(self, *agencies: int) -> Self:
        """Add `skipped_found`: the numbers of the measures that each period skips.

        If agencies are given, only measures for which one of them is responsible.
        """
        rows = Period.skipped.through.objects.filter(period=OuterRef("pk"))
        if agencies:
            duty = {"agency__in": agencies, "valid_to": None, "measure": OuterRef("measure")}
            rows = rows.filter(Exists(Responsibility.objects.filter(**duty)))
        numbers = rows.order_by("measure__ordinal").values("measure__ordinal")
        return self.annotate(skipped_found=ArraySubquery(numbers))

    def before(self, period: "Period") -> Self:
        """Opened periods of the same notice and kind before `period`, the newest first."""
        own = self.opened().filter(notice=period.notice_id, kind=period.kind)
        return own.filter(covers_from__lt=period.covers_from).newest_first()

    def current(self, *, on: date, notice: int | None = None) -> "Period | None":
        """Return the current period (rules.periods) of `notice`, else of the first; one query."""
        wanted: Any = notice or self.order_by("notice").values("notice")[:1]
        found: list[Any] = list(self.opened().main().filter(notice=wanted).newest_first())
        return current_period(found[0].kind, periods=found, on=on) if found else None


class Period(ChecksAtOnce):
    """A filing period: the slice it covers, and the range from 1 January that its label covers.

    A special period asks only about its own `measures`. For every other kind `measures` is empty:
    it asks about all of the notice's, except those `skipped` when it opened.
    """

    notice = models.ForeignKey(
        "measures.Notice", models.PROTECT, related_name="periods", verbose_name="文件"
    )
    kind = models.CharField("类别", max_length=20, choices=PeriodKind)
    label = models.CharField("名称", max_length=40)
    covers_from = models.DateField("起")
    covers_to = models.DateField("止")
    cumulative_from = models.DateField("累计起")
    opens_on = models.DateField("开始填报")
    due_on = models.DateField("报送截止")
    due_was = models.DateField("延期前的报送截止", null=True, blank=True)
    due_moved_at = models.DateTimeField("延期时间", null=True, blank=True)
    closes_on = models.DateField("关闭日期")
    opens_by_itself = models.BooleanField("到期自动开始", default=False)
    closes_by_itself = models.BooleanField("到期自动关闭", default=False)
    measures = models.ManyToManyField(
        "measures.Measure", blank=True, related_name="+", verbose_name="措施范围"
    )
    reason = models.CharField("专项事由", max_length=REASON_MOST, blank=True)
    skipped = models.ManyToManyField(
        "measures.Measure", blank=True, related_name="+", verbose_name="隔期填报的措施"
    )
    state = models.CharField("状态", max_length=10, choices=PeriodState, default=PeriodState.DRAFT)
    opened_at = models.DateTimeField("开始时间", null=True, blank=True)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)

    owed: int  # these two are set by with_counts()
    missing_until: date | None
    main_kind: str  # set by with_main_kind()
    skipped_found: Sequence[int] = ()  # set by with_skipped()
    owed_found: list[dict[str, int]]  # only of opened_periods(), like the next
    missing_periods: int

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-covers_from"]
        verbose_name = verbose_name_plural = "填报期"
        constraints = [
            ExclusionConstraint(
                name="period_no_overlap_of_a_kind",
                expressions=[
                    ("notice", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DateRange(F("covers_from"), F("covers_to")), RangeOperators.OVERLAPS),
                ],
                # A special period may overlap any other.
                condition=~Q(kind=PeriodKind.SPECIAL),
                violation_error_message="这一时段已有同类填报期。",
            ),
            models.UniqueConstraint(
                fields=["notice", "label"],
                condition=Q(kind=PeriodKind.SPECIAL),
                name="period_special_named_once",
                violation_error_message="已有同名的专项填报期，请换一个名称。",
            ),
            written("period_has_label", "label", "填报期须有名称。"),
            models.CheckConstraint(
                name="period_special_has_reason",
                condition=~Q(kind=PeriodKind.SPECIAL) | ~Q(reason=""),
                violation_error_message="专项填报须写明事由。",
            ),
            models.CheckConstraint(
                name="period_dates_in_order",
                condition=Q(cumulative_from__lte=F("covers_from"))
                & Q(covers_from__lte=F("covers_to"))
                & Q(opens_on__lte=F("due_on"))
                & Q(due_on__lte=F("closes_on")),
                violation_error_message="日期次序有误：开始填报不晚于报送截止，报送截止不晚于关闭日期。",
            ),
            known("period_state_known", state=PeriodState),
            known("period_kind_known", kind=PeriodKind),
        ]
        indexes = [
            # The few periods still to be opened or closed automatically, by that day.
            models.Index(
                fields=["opens_on"],
                name="period_to_open",
                condition=Q(state=PeriodState.DRAFT),
            ),
            models.Index(
                fields=["closes_on"],
                name="period_to_close",
                condition=Q(state=PeriodState.OPEN),
            ),
            # The open ones, the first due first.
            models.Index(
                fields=["due_on", "id"],
                include=["notice"],
                name="period_open",
                condition=Q(state=PeriodState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def slice_label(self) -> str:
        """The slice's name for use in a sentence: 三季度; a special period's own name."""
        return slice_label_of(self.kind, self.covers_from, self.label)

    def follows(self, other: "Period") -> bool:
        """Whether its slice begins on the day after the other's, which is then its 上期."""
        return self.covers_from == other.covers_to + timedelta(days=1)

    @property
    def skipped_words(self) -> str:
        """The measures that it skips: （三）（五）; needs with_skipped()."""
        return "".join(map(ordinal, self.skipped_found))

    @property
    def is_open(self) -> bool:
        return self.state == PeriodState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == PeriodState.CLOSED

    def is_due(self, *, on: date) -> bool:
        """Whether its filings are due on a day (rules.periods)."""
        return is_due(self.due_on, is_closed=self.is_closed, on=on)

    def is_waited_for(self, *, on: date) -> bool:
        """Whether a missing filing may still come in on time; needs with_counts()."""
        return self.missing_until is not None and self.missing_until >= on

    @property
    def is_special(self) -> bool:
        return self.kind == PeriodKind.SPECIAL

    @property
    def steps(self) -> frozenset[str]:
        return period_steps_from(self.state)

    state_choice = MemberOf(PeriodState, "state")


class Snapshot(models.Model):
    """One measure's state when a period closed, with labels of that day; never changed.

    In snapshots older than these columns `nature`, `nature_label`, `due_on` and `title_label` are
    empty and `filings` is None. `filings` has one entry for each filing: see
    measures.periods.snapshots.
    """

    # No index of its own: snapshot_once_a_closing has one.
    period = models.ForeignKey(
        Period, models.PROTECT, related_name="snapshots", verbose_name="填报期", db_index=False
    )
    measure = models.ForeignKey(
        "measures.Measure", models.PROTECT, related_name="snapshots", verbose_name="措施"
    )
    closing = models.PositiveSmallIntegerField("第几次关闭", default=1)
    taken_at = models.DateTimeField("时间")
    stage = models.CharField("进度", max_length=20, choices=Stage)
    stage_label = models.CharField("进度（当时用语）", max_length=20)
    percent = models.PositiveSmallIntegerField("完成比例", null=True)
    light = models.CharField("预警灯", max_length=10, choices=Light)
    light_label = models.CharField("预警灯（当时用语）", max_length=20)
    light_since = models.DateField("预警起始日期", null=True, blank=True)
    light_findings = models.JSONField("预警条件（当时情况）", null=True, blank=True)
    sentence = models.CharField("预警原因", max_length=300)
    cause = models.CharField("预警规则", max_length=20, choices=Cause, blank=True)
    filing = models.ForeignKey(
        "measures.Filing", models.PROTECT, null=True, related_name="+", verbose_name="填报任务"
    )
    manual_until = models.DateField("人工认定至", null=True)
    agencies = models.JSONField("责任单位（当时名称）", default=list)
    title_label = models.CharField("标题（当时显示）", max_length=100, blank=True)
    filed = models.PositiveSmallIntegerField("已报")
    owed = models.PositiveSmallIntegerField("应报")
    nature = models.CharField("性质", max_length=10, choices=Nature, blank=True)
    nature_label = models.CharField("性质（当时用语）", max_length=20, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    completed_on = models.DateField("完成日期", null=True, blank=True)
    filings = models.JSONField("填报（当时情况）", null=True, blank=True)

    class Meta:
        ordering = ["period", "measure__ordinal"]
        verbose_name = verbose_name_plural = "快照"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "measure", "closing"],
                # Comparisons of closings read the index only.
                include=["stage", "light", "light_label", "percent", "due_on", "nature"],
                name="snapshot_once_a_closing",
            ),
            known("snapshot_stage_known", stage=Stage),
            known("snapshot_light_known", light=Light),
            models.CheckConstraint(
                name="snapshot_nature_known", condition=Q(nature__in=["", *Nature.values])
            ),
        ]
        indexes = [
            # What was red or yellow then, for counting the lights that have changed since.
            models.Index(
                fields=["period", "closing"],
                include=["measure", "light"],
                name="snapshot_troubled",
                condition=Q(light__in=TROUBLED),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
            *SNAPSHOT_TOTALS.triggers(),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.measure}"
