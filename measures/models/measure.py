"""Measures, and the gaps in their captured text."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.timezone import localdate

from agencies.models import Agency
from agencies.models.fields import (
    BusinessQuerySet,
    MemberOf,
    known,
    link_to,
    only_when,
    optional_link_to,
)
from lib.chinese import ordinal
from measures.choices import Cause, GapKind, Light, Nature, ResponsibilityRole, Stage
from measures.models.milestone import plan_rows
from measures.models.notice import LOST_TITLE, Notice, Section
from measures.models.request import DueDateRequest
from measures.models.responsibility import Responsibility
from measures.models.totals import MEASURE_TOTALS
from measures.rules.plan import Plan, plan_read

ONGOING_DONE = "常态化"  # an ongoing measure is not done: its tracking becomes routine


class Badge(NamedTuple):
    label: str
    tone: str


class MeasureQuerySet(BusinessQuerySet):
    def confirmed(self) -> Self:
        open_gaps = Gap.objects.unconfirmed().agencies()
        return self.exclude(Exists(open_gaps.filter(measure=OuterRef("pk"))))

    def with_gaps(self, *, at: datetime | None = None) -> Self:
        """Add `open_gaps`: the kinds of its unconfirmed gaps, now or at a moment."""
        kinds = (
            Gap.objects.unconfirmed(at=at).filter(measure=OuterRef("pk")).order_by().values("kind")
        )
        return self.annotate(open_gaps=ArraySubquery(kinds))

    def with_responsibilities(self, *, on: date) -> Self:
        """Fetch the responsibilities on a day, with the agencies' names then, as `duties`."""
        agencies = Agency.objects.named(on=on)
        duties = Responsibility.objects.valid(on=on).prefetch_related(Prefetch("agency", agencies))
        return self.prefetch_related(Prefetch("responsibilities", duties, to_attr="duties"))

    def with_plan(self) -> Self:
        return self.annotate(plan_found=ArraySubquery(plan_rows()))

    def with_moves(self) -> Self:
        """Fetch the effective changes of each due date, the newest first, as `moves`."""
        moves = DueDateRequest.objects.effective()
        return self.prefetch_related(Prefetch("duedaterequests", moves, to_attr="moves"))


class GapQuerySet(BusinessQuerySet):
    def unconfirmed(self, *, at: datetime | None = None) -> Self:
        """Those not confirmed, now or at a moment."""
        later = Q() if at is None else Q(confirmed_at__gt=at)
        return self.filter(Q(confirmed_at__isnull=True) | later)

    def agencies(self) -> Self:
        return self.filter(kind=GapKind.AGENCIES)

    def confirmed(self, *, since: datetime | None = None, until: datetime | None = None) -> Self:
        """Those that are filled; after `since` and up to `until`, where given."""
        found = self.filter(confirmed_at__isnull=False)
        found = found.filter(confirmed_at__gt=since) if since else found
        return found.filter(confirmed_at__lte=until) if until else found


class Measure(models.Model):
    """One of the notice's measures.

    `stage` and `percent` are those of the newest StatusUpdate; `light…` is the light on
    `light_on`, computed again on reading if that is not today. Actions keep both up to date. If a
    person has set the light, `light_until` is its last day and `computed_…` the rule's own light.
    """

    alternate_grounds = ""  # reason for 隔期填报; set only by models.alternate_filing.proposed

    notice = link_to(Notice, "文件", "measures")
    section = link_to(Section, "部分", "measures")
    ordinal = models.PositiveIntegerField("序号")
    title = models.CharField("标题", max_length=100, blank=True)
    working_title = models.CharField("暂拟标题", max_length=100, blank=True)
    text = ArrayField(models.TextField(), verbose_name="原文", default=list)
    nature = models.CharField("性质", max_length=10, choices=Nature, default=Nature.ONGOING)
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("完成时限", null=True, blank=True)
    stage = models.CharField("进度", max_length=20, choices=Stage, default=Stage.NOT_STARTED)
    percent = models.PositiveSmallIntegerField("完成比例", null=True, blank=True)
    completed_on = models.DateField("完成日期", null=True, blank=True)
    changed_on = models.DateField("最近更新", null=True, blank=True)
    light = models.CharField("预警灯", max_length=10, choices=Light, default=Light.GREY)
    light_sentence = models.CharField("预警原因", max_length=300, blank=True)
    light_filing = models.ForeignKey(
        "measures.Filing", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    light_cause = models.CharField("预警规则", max_length=20, choices=Cause, blank=True)
    light_on = models.DateField("评定日期", null=True, blank=True)
    light_since = models.DateField("预警起始日期", null=True, blank=True)
    light_run_on = models.DateField("本段预警首日", null=True, blank=True)
    light_worst = models.DecimalField("本段最重程度", max_digits=9, decimal_places=1, default=0)
    light_findings = models.JSONField("预警条件", default=list, blank=True)
    light_until = models.DateField("人工认定至", null=True, blank=True)
    computed_light = models.CharField("按规则的预警灯", max_length=10, choices=Light, blank=True)
    computed_sentence = models.CharField("按规则的原因", max_length=300, blank=True)
    computed_cause = models.CharField("按规则的条目", max_length=20, choices=Cause, blank=True)
    computed_filing = models.ForeignKey(
        "measures.Filing", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    open_gaps: list[str]  # their kinds, set by with_gaps()
    duties: list["Responsibility"]  # set by with_responsibilities()
    moves: list[Any]  # set by with_moves()
    plan_found: list[dict[str, Any]]  # set by with_plan()
    filled_found: list[dict[str, Any]]  # filled gaps; set by the report and by its page
    gaps_found: list[dict[str, Any]]
    revised_found: list[dict[str, Any]]
    coordination_found: list[dict[str, Any]]  # those that the reader may see
    alternate_found: list[dict[str, Any]]  # 隔期填报, and the period that skips it; set by its page
    skipped_found: list[dict[str, Any]]
    milestones_found: list[dict[str, Any]]  # these three are also set by its page
    objections_found: list[dict[str, Any]]
    able_found: list[dict[str, Any]]
    steps_found: list[dict[str, Any]]  # of its 需协调事项; this and the next are set by the report
    is_skipped: bool  # the period asks nothing about it
    words_revised: list[dict[str, Any]]  # set by measures.notice_changes.original.with_revised()
    has_related: bool  # documents above or below its notice are recorded; set by its page

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["notice", "ordinal"]
        verbose_name = verbose_name_plural = "措施"
        constraints = [
            models.UniqueConstraint(fields=["notice", "ordinal"], name="measure_ordinal_once"),
            models.CheckConstraint(
                name="measure_dated_has_due_date",
                condition=Q(nature=Nature.DATED, due_on__isnull=False)
                | Q(nature=Nature.ONGOING, due_on__isnull=True),
                violation_error_message="有时限的措施须有完成时限，长期坚持的措施不设时限。",
            ),
            models.CheckConstraint(
                name="measure_percent_only_if_dated",
                condition=Q(percent__isnull=True)
                | Q(nature=Nature.DATED, percent__gte=0, percent__lte=100),
                violation_error_message="完成比例须在0到100之间；长期坚持的措施不填比例。",
            ),
            only_when(
                "measure_done_has_day",
                "completed_on",
                stage=Stage.DONE,
                message="已完成的措施须有完成日期，未完成的不得有。",
            ),
            known("measure_stage_known", stage=Stage),
            known("measure_light_known", light=Light),
            models.CheckConstraint(
                name="measure_manual_light_has_end",
                condition=Q(light_cause=Cause.MANUAL, light_until__isnull=False)
                & Q(computed_light__in=Light.values)
                | ~Q(light_cause=Cause.MANUAL) & Q(light_until__isnull=True, computed_light=""),
            ),
        ]
        indexes = [
            # For a large notice, 总览 lists the few measures in trouble, the longest first.
            models.Index(
                fields=["notice", "light", "light_since"],
                include=["id", "ordinal", "stage"],
                name="measure_light",
            ),
            models.Index(
                fields=["notice", "due_on"],
                name="measure_due",
                condition=Q(due_on__isnull=False),
            ),
        ]
        triggers = MEASURE_TOTALS.triggers()

    def __str__(self) -> str:
        return f"{self.mark}{self.shown_title}"

    @property
    def mark(self) -> str:
        """Its number in the notice's format: （三）."""
        return ordinal(self.ordinal)

    @property
    def shown_title(self) -> str:
        """The notice's title, else our working title, else a text that the title was lost."""
        return title_of(self.title, self.working_title)

    @property
    def is_dated(self) -> bool:
        return self.nature == Nature.DATED

    stage_choice = MemberOf(Stage, "stage")

    @property
    def stage_words(self) -> str:
        """The label of the stage; a closed ongoing measure is called 常态化."""
        is_routine = self.stage == Stage.DONE and not self.is_dated
        return ONGOING_DONE if is_routine else str(self.stage_choice.label)

    @property
    def stage_shown(self) -> Badge:
        return Badge(self.stage_words, self.stage_choice.tone)

    @property
    def plan(self) -> Plan:
        return plan_read(self.plan_found)

    @property
    def lacks_agencies(self) -> bool:
        return GapKind.AGENCIES in self.open_gaps

    @property
    def lacks_others(self) -> bool:
        return GapKind.OTHERS in self.open_gaps

    @property
    def lacks_title(self) -> bool:
        return GapKind.TITLE in self.open_gaps

    @property
    def lacks_text(self) -> bool:
        return GapKind.TEXT in self.open_gaps

    @property
    def lead(self) -> "Responsibility | None":
        return next((d for d in self.duties if d.role == ResponsibilityRole.LEAD), None)


# The columns for named_by(), in a query over rows that belong to a measure.
NAME_FACTS = {
    "ordinal": "measure__ordinal",
    "title": "measure__title",
    "working_title": "measure__working_title",
}


def named_by(facts: Mapping[str, Any]) -> str:
    """Return a measure's number and title from the columns of NAME_FACTS."""
    return f"{ordinal(facts['ordinal'])}{title_of(facts['title'], facts['working_title'])}"


def title_of(title: str, working_title: str) -> str:
    return title or working_title or LOST_TITLE


class Gap(models.Model):
    """A part lost from the captured text, and what is shown until it is known; never guessed."""

    notice = link_to(Notice, "文件", "gaps")
    section = optional_link_to(Section, "部分", "gaps")
    measure = optional_link_to(Measure, "措施", "gaps")
    kind = models.CharField("缺失内容", max_length=10, choices=GapKind)
    shown_meanwhile = models.CharField("暂时显示", max_length=100, blank=True)
    confirmed_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("核定时间", null=True, blank=True)
    source = models.CharField("核定依据", max_length=200, blank=True)

    change_state: str | None  # these two are set by the list of gaps
    step: str

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["notice", "section__ordinal", "measure__ordinal", "id"]
        verbose_name = verbose_name_plural = "原文待核对"
        constraints = [
            models.CheckConstraint(
                name="gap_has_one_place",
                condition=Q(section__isnull=False, measure__isnull=True)
                | Q(section__isnull=True, measure__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["section", "measure", "kind"],
                nulls_distinct=False,
                name="gap_once_a_place",
            ),
            known("gap_kind_known", kind=GapKind),
            models.CheckConstraint(
                name="gap_confirmed_has_source",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(source="")),
                violation_error_message="核定须写明依据。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.get_kind_display()}"

    @property
    def place(self) -> str:
        return str(self.measure or self.section)

    @property
    def is_list(self) -> bool:
        return GapKind(self.kind).is_list

    @property
    def known_words(self) -> str:
        """The day and source of its confirmation; empty while it is not confirmed."""
        if self.confirmed_at is None:
            return ""
        day = f"{localdate(self.confirmed_at):%Y-%m-%d}"
        return f"{self.get_kind_display()}在采集的文本中缺失，{day}核定，依据：{self.source}"
