"""Values of indicators, and the values stated in notes."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import CharField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, JSONObject

from agencies.models import User
from agencies.models.fields import ChecksAtOnce, link_to, optional_person
from measures.models.limits import MOST_DECIMALS, MOST_DIGITS, WORDS_MOST, written

ENDS = "TEXT[] := ARRAY['ended_at', 'ended_by_id', 'ended_reason', 'ended_for_id']"


def as_text(field: str) -> Cast:
    """Return a decimal as text: numbers in JSON would be read back as floats."""
    return Cast(field, CharField())


def figure_rows() -> QuerySet:
    figures = Figure.objects.filter(note=OuterRef("pk"))
    row = JSONObject(
        pk="indicator",
        name="indicator__name",
        unit="indicator__unit",
        decimals="indicator__decimals",
        direction="indicator__direction",
        value=as_text("value"),
        absence="absence",
    )
    return figures.order_by("indicator").values(json=row)


class IndicatorValueQuerySet(QuerySet):
    def current(self) -> Self:
        """Those in effect: one for each day."""
        return self.filter(ended_at__isnull=True)


class IndicatorValue(ChecksAtOnce):
    """A value as of a day, entered by staff with a source or taken from an accepted note.

    Rows never change except for their end: a correction ends the old row and adds a new one, so
    every value ever in effect can be read.
    """

    indicator = models.ForeignKey(
        "measures.Indicator", models.PROTECT, related_name="values", verbose_name="指标"
    )
    as_of = models.DateField("截至日期")
    value = models.DecimalField("数值", max_digits=MOST_DIGITS, decimal_places=MOST_DECIMALS)
    source = models.CharField("来源", max_length=WORDS_MOST)
    note = models.ForeignKey(
        "measures.Note",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="随报进展",
    )
    by = link_to(User, "登记人")
    at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("失效时间", null=True, blank=True)
    ended_by = optional_person("更正人")
    ended_reason = models.CharField("更正理由", max_length=300, blank=True)
    # The accepted note that replaced it: if that accept is undone, this value is current again.
    ended_for = models.ForeignKey(
        "measures.Note",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="由此版取代",
    )

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "-as_of", "-id"]
        verbose_name = verbose_name_plural = "指标值"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "as_of"],
                condition=Q(ended_at__isnull=True),
                name="value_one_current_a_day",
                violation_error_message="这一日期已有有效的数值，请更正原值。",
            ),
            written("value_has_source", "source", "须写明数值的来源。"),
            models.CheckConstraint(
                name="value_ended_has_reason",
                condition=Q(
                    ended_at__isnull=True,
                    ended_by__isnull=True,
                    ended_for__isnull=True,
                    ended_reason="",
                )
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason=""),
                violation_error_message="更正或撤下数值须写明理由。",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_its_end_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=[("ends", ENDS)],
                func="""
                    IF to_jsonb(NEW) - ends = to_jsonb(OLD) - ends
                    THEN RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a value of an indicator never changes';
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}{self.as_of:%Y-%m-%d}的数值"

    @property
    def words(self) -> str:
        """The value in display form, with its unit; needs the indicator."""
        return str(self.indicator.words_of(self.value))

    @property
    def is_current(self) -> bool:
        return self.ended_at is None


class Figure(ChecksAtOnce):
    """A note's entry for an indicator as of the period's last day: a value, or why there is none.

    Frozen with its version of the note.
    """

    note = models.ForeignKey(
        "measures.Note", models.PROTECT, related_name="figures", verbose_name="进展"
    )
    indicator = models.ForeignKey(
        "measures.Indicator", models.PROTECT, related_name="figures", verbose_name="指标"
    )
    value = models.DecimalField(
        "数值", null=True, blank=True, max_digits=MOST_DIGITS, decimal_places=MOST_DECIMALS
    )
    absence = models.CharField("暂无数据的原因", max_length=100, blank=True)

    class Meta:
        ordering = ["note", "indicator"]
        verbose_name = verbose_name_plural = "填报数据"
        constraints = [
            models.UniqueConstraint(fields=["note", "indicator"], name="figure_once_a_note"),
            models.CheckConstraint(
                name="figure_says_one_thing",
                condition=Q(value__isnull=False, absence="")
                | Q(value__isnull=True) & ~Q(absence=""),
                violation_error_message="填写了数值就不写暂无数据的原因。",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_its_note",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("kept", "measures_figure%ROWTYPE")],
                func="""
                    kept := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
                    IF EXISTS (
                        SELECT FROM measures_note
                        WHERE id = kept.note_id AND submitted_at IS NOT NULL
                    ) OR (TG_OP = 'UPDATE' AND NEW.note_id <> OLD.note_id)
                    THEN RAISE EXCEPTION 'the figures of a submitted note never change';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.note}：{self.indicator}"
