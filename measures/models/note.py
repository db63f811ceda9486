"""Notes: the versions of a filing's content."""

from collections.abc import Mapping
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from agencies.models import User
from agencies.models.fields import ChecksAtOnce, MemberOf, known, link_to, optional_person
from measures.choices import (
    CLAIMABLE_STAGES,
    NOTE_LABELS,
    Confidence,
    Decision,
    Stage,
)
from measures.models.limits import (
    REASON_MOST,
    SHORT_MOST,
    TEXT_MOST,
    percentage,
    together,
)
from measures.models.value import figure_rows
from measures.models.waiting import set_again
from measures.rules.figures import FigureWords, figure_words
from measures.rules.notes import REPEATABLE


class NoteQuerySet(QuerySet):
    def with_figures(self) -> Self:
        """Fetch each one's indicator values in the same query, for Note.shown_figures."""
        return self.annotate(figures_found=ArraySubquery(figure_rows()))

    def with_all_said(self) -> Self:
        """Order newest first, and fetch figures, files, reviews and people."""
        people = ("author", "submitted_by", "dropped_by", "review__begun_by", "review__decided_by")
        columns = [field.name for field in User._meta.concrete_fields]
        unread = [name for name in columns if name not in ("id", "name")]
        found = self.order_by("-version").select_related(*people).with_figures()
        found = found.defer(*(f"{who}__{name}" for who in people for name in unread))
        return found.prefetch_related("evidence")

    def kept(self) -> Self:
        """All except those of a dropped correction; the newest kept one is the current version."""
        return self.filter(dropped_at__isnull=True)

    def with_text(self) -> Self:
        """Those with some text."""
        texts = ("progress", "problems", "next_steps", "help_needed")
        return self.exclude(**dict.fromkeys(texts, ""))

    def last_submitted(self) -> Self:
        """The newest version of each filing that was submitted and not withdrawn.

        A withdrawn version is not decided, and a newer version follows it.
        """
        newest = Note.objects.kept().filter(filing=OuterRef("filing"))
        is_newest = Q(pk=Subquery(newest.order_by("-version").values("pk")[:1]))
        is_decided = Q(review__decision__in=Decision.values) | Q(pk=F("filing__accepted_note"))
        found = self.kept().filter(is_newest | is_decided, left_at__isnull=False)
        return found.order_by("filing_id", "-version").distinct("filing_id")

    def in_hand(self) -> Self:
        """The newest kept version of each filing."""
        return self.kept().order_by("filing_id", "-version").distinct("filing_id")


class Note(ChecksAtOnce):
    """One version of a filing's content. Never changes once submitted."""

    labels = NOTE_LABELS

    filing = models.ForeignKey(
        "measures.Filing", models.PROTECT, related_name="notes", verbose_name="填报任务"
    )
    version = models.PositiveSmallIntegerField("版本")
    progress = models.TextField(NOTE_LABELS["progress"], max_length=TEXT_MOST, blank=True)
    problems = models.TextField(NOTE_LABELS["problems"], max_length=SHORT_MOST, blank=True)
    next_steps = models.TextField(NOTE_LABELS["next_steps"], max_length=SHORT_MOST, blank=True)
    help_needed = models.TextField(NOTE_LABELS["help_needed"], max_length=SHORT_MOST, blank=True)
    claimed_stage = models.CharField(
        NOTE_LABELS["claimed_stage"],
        max_length=20,
        choices=[(s.value, s.label) for s in CLAIMABLE_STAGES],
    )
    claimed_percent = models.PositiveSmallIntegerField(
        NOTE_LABELS["claimed_percent"], null=True, blank=True
    )
    confidence = models.CharField(
        NOTE_LABELS["confidence"], max_length=10, choices=Confidence, default=Confidence.GREEN
    )
    confidence_reason = models.CharField("原因", max_length=REASON_MOST, blank=True)
    is_unchanged = models.BooleanField("本期无新进展", default=False)
    unchanged_reason = models.CharField("无新进展原因", max_length=REASON_MOST, blank=True)
    # The fields copied from the last accepted note, and whether the writer has confirmed them.
    carried = ArrayField(
        models.CharField(max_length=20), verbose_name="沿用上期", default=list, blank=True
    )
    is_confirmed = models.BooleanField("已核对沿用内容", default=False)
    correction_reason = models.CharField("更正理由", max_length=REASON_MOST, blank=True)
    answer = models.TextField(NOTE_LABELS["answer"], max_length=SHORT_MOST, blank=True)
    # Who saved it last. `writers`: ids of everybody who ever did, set by a database trigger only.
    author = link_to(User, "填写人")
    writers = ArrayField(
        models.BigIntegerField(),
        verbose_name="历次填写人",
        default=list,
        blank=True,
        editable=False,
    )
    saved_at = models.DateTimeField("保存时间")
    revision = models.PositiveIntegerField("保存次数", default=1)
    submitted_by = optional_person("提交人")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    approved_by = optional_person("本单位审核人")
    left_at = models.DateTimeField("报送时间", null=True, blank=True)  # when it left the agency
    dropped_by = optional_person("放弃人")
    dropped_at = models.DateTimeField("放弃时间", null=True, blank=True)  # with its correction

    files_found: list[Any]  # its files; set by measures.filings.page and reviews.panel
    figures_found: list[Mapping[str, Any]]  # set by with_figures() or measures.filings.figures
    figures_wanted: Mapping | None = None  # set between filling in a draft and saving it
    words_before: Mapping[str, object] = {}  # likewise: the content of the version before

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["filing", "-version"]
        verbose_name = verbose_name_plural = "进展"
        constraints = [
            models.UniqueConstraint(fields=["filing", "version"], name="note_version_once"),
            models.CheckConstraint(
                name="note_stage_claimable",
                condition=Q(claimed_stage__in=CLAIMABLE_STAGES),
            ),
            percentage("note_percent_in_range", "claimed_percent", "完成比例须在0到100之间。"),
            known("note_confidence_known", confidence=Confidence),
            models.CheckConstraint(
                name="note_doubt_has_reason",
                condition=Q(submitted_at__isnull=True)
                | Q(confidence=Confidence.GREEN)
                | ~Q(confidence_reason=""),
                violation_error_message="自评“有风险”或“难以完成”时须写明原因。",
            ),
            models.CheckConstraint(
                name="note_unchanged_has_reason",
                condition=Q(is_unchanged=True) & ~Q(unchanged_reason="")
                | Q(is_unchanged=False, unchanged_reason=""),
                violation_error_message="本期无新进展须写明原因，有进展的不写。",
            ),
            models.CheckConstraint(
                name="note_carries_known_words", condition=Q(carried__contained_by=list(REPEATABLE))
            ),
            models.CheckConstraint(
                name="note_carried_is_confirmed",
                condition=Q(submitted_at__isnull=True) | Q(carried=[]) | Q(is_confirmed=True),
                violation_error_message="沿用上期的内容须先核对，再提交。",
            ),
            models.CheckConstraint(
                name="note_submitted_says_something",
                condition=Q(submitted_at__isnull=True) | ~Q(progress=""),
                violation_error_message="提交前须填写进展情况。",
            ),
            together("note_submitted_by_someone", "submitted_at", "submitted_by"),
            models.CheckConstraint(
                name="note_left_only_if_submitted",
                condition=Q(left_at__isnull=True) | Q(submitted_at__isnull=False),
            ),
            together("note_dropped_by_someone", "dropped_at", "dropped_by"),
            models.CheckConstraint(
                name="note_only_corrections_dropped",
                condition=Q(dropped_at__isnull=True) | ~Q(correction_reason=""),
                violation_error_message="只能放弃更正的版本。",
            ),
        ]
        indexes = [
            # The few with low confidence among hundreds of thousands: every light reads them.
            models.Index(
                fields=["filing"],
                name="note_doubting",
                condition=Q(confidence__in=[Confidence.YELLOW, Confidence.RED]),
            ),
            # Finds the notes that one person wrote, which that person may not review.
            GinIndex(fields=["writers"], name="note_writers"),
        ]
        triggers = [
            # After submission only two things may be written, once each: that it left the agency
            # and who approved that; and, for a correction, that it was dropped.
            pgtrigger.Trigger(
                name="frozen_once_submitted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__submitted_at__isnull=False)
                | pgtrigger.Q(old__dropped_at__isnull=False),
                func="""
                    IF OLD.dropped_at IS NULL AND OLD.left_at IS NULL
                       AND to_jsonb(NEW) - 'approved_by_id' - 'left_at'
                           = to_jsonb(OLD) - 'approved_by_id' - 'left_at'
                    THEN RETURN NEW;
                    END IF;
                    IF OLD.dropped_at IS NULL
                       AND to_jsonb(NEW) - 'dropped_by_id' - 'dropped_at'
                           = to_jsonb(OLD) - 'dropped_by_id' - 'dropped_at'
                    THEN RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a submitted note never changes';
                """,
            ),
            pgtrigger.Trigger(
                name="keeps_its_writers",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    NEW.writers := CASE WHEN TG_OP = 'UPDATE' THEN OLD.writers ELSE '{}' END;
                    IF NEW.author_id <> ALL (NEW.writers)
                    THEN NEW.writers := NEW.writers || NEW.author_id::bigint;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            set_again("tells_its_filing", "NEW.submitted_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.filing} 第{self.version}版"

    @property
    def shown_figures(self) -> list[FigureWords]:
        """Its indicator values in words; empty without with_figures()."""
        return [figure_words(found) for found in self.__dict__.get("figures_found", ())]

    stage_choice = MemberOf(Stage, "claimed_stage")

    confidence_choice = MemberOf(Confidence, "confidence")
