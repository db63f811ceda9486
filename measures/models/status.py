"""Status updates: a measure's stage and percent as set by the commission."""

from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from agencies.models import User
from agencies.models.fields import ChecksAtOnce, MemberOf, link_to, optional_link_to
from measures.choices import SETTABLE_STAGES, Stage, StatusKind
from measures.models.limits import percentage, written
from measures.models.measure import Measure
from measures.models.note import Note
from measures.models.period import Period


class StatusUpdateQuerySet(QuerySet):
    def with_note_ids(self) -> Self:
        """Add the ids of the notes that each is based on, as `note_ids`."""
        notes = StatusUpdate.notes.through.objects.filter(statusupdate=OuterRef("pk"))
        return self.annotate(note_ids=ArraySubquery(notes.values("note_id")))

    def with_notes(self) -> Self:
        """Fetch the notes that each is based on in the same query, as `notes_found`."""
        notes = StatusUpdate.notes.through.objects.filter(statusupdate=OuterRef("pk"))
        row = JSONObject(
            note="note_id",
            filing="note__filing",
            agency="note__filing__agency_name",
            kind="note__filing__period__kind",
            covers_from="note__filing__period__covers_from",
            label="note__filing__period__label",
            version="note__version",
            decision="note__review__decision",
        )
        found = notes.order_by("note__filing__agency__order", "pk").values(json=row)
        return self.annotate(notes_found=ArraySubquery(found))


class StatusUpdate(ChecksAtOnce):
    """One status of a measure, with its reason and the accepted notes it is based on.

    The newest is current. The status before is stored too; empty in rows older than that column. A
    wrong status is kept; the update that `corrects` it gives the reason.
    """

    note_ids: list[int]  # set by with_note_ids()
    notes_found: list[dict[str, Any]]  # set by with_notes()

    measure = link_to(Measure, "措施", "status_updates")
    period = optional_link_to(Period, "填报期")
    stage_before = models.CharField("此前进度", max_length=20, choices=Stage, blank=True)
    percent_before = models.PositiveSmallIntegerField("此前完成比例", null=True, blank=True)
    stage = models.CharField("进度", max_length=20, choices=Stage)
    percent = models.PositiveSmallIntegerField("完成比例", null=True, blank=True)
    reason = models.TextField("变化与依据", max_length=1000)
    back_reason = models.CharField("回退原因", max_length=300, blank=True)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name="所更正的进度更新",
    )
    notes = models.ManyToManyField(Note, related_name="+", verbose_name="依据的进展")
    by = link_to(User, "更新人")
    at = models.DateTimeField("时间")

    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = verbose_name_plural = "状态更新"
        constraints = [
            written("status_has_reason", "reason", "更新进度须写明变化与依据。"),
            models.CheckConstraint(
                name="status_stage_settable",
                condition=Q(stage__in=(*SETTABLE_STAGES, Stage.ENDED)),
            ),
            percentage("status_percent_in_range", "percent", "完成比例须在0到100之间。"),
            models.CheckConstraint(
                name="status_going_back_has_reason",
                condition=Q(percent__isnull=True)
                | Q(percent_before__isnull=True)
                | Q(percent__gte=F("percent_before"))
                | Q(corrects__isnull=False)
                | ~Q(back_reason=""),
                violation_error_message="完成比例比现状低时，须写明回退原因。",
            ),
            models.CheckConstraint(
                name="status_stage_before_known",
                condition=Q(stage_before__in=["", *Stage.values]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_stage_display()}"

    stage_choice = MemberOf(Stage, "stage")

    @property
    def words(self) -> str:
        return _words(self.stage, self.percent)

    @property
    def words_before(self) -> str:
        """The status before it in words; empty if it was not kept."""
        return _words(self.stage_before, self.percent_before) if self.stage_before else ""

    @property
    def kind(self) -> StatusKind:
        if self.corrects_id is not None:
            return StatusKind.CORRECTED
        stages = (self.stage_before, self.stage)
        if self.stage == self.stage_before:
            return StatusKind.UPDATED
        if Stage.ENDED in stages:
            return StatusKind.ENDED if self.stage == Stage.ENDED else StatusKind.RESUMED
        if Stage.SUSPENDED in stages:
            return StatusKind.SUSPENDED if self.stage == Stage.SUSPENDED else StatusKind.RESUMED
        return StatusKind.REOPENED if self.stage_before == Stage.DONE else StatusKind.UPDATED


def _words(stage: str, percent: int | None) -> str:
    label = str(Stage(stage).label)
    return label if percent is None else f"{label} {percent}%"
