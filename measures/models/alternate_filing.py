"""隔期填报: measures that need filings only in every second period."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, TruncDate

from agencies.models.fields import link_to, optional_person
from lib.arrays import array_of
from measures.choices import Light, PeriodState
from measures.models.arrival import owed_q
from measures.models.filing import Filing
from measures.models.indicator import Indicator
from measures.models.light import LightChange, LightThresholds
from measures.models.limits import REASON_MOST
from measures.models.measure import Measure
from measures.models.period import Period, Snapshot
from measures.rules.alternate_filing import AskedPeriod, grounds_of, may_alternate
from measures.rules.thresholds import BOUNDS, DEFAULTS

STUCK = (Light.RED, Light.YELLOW)
PERIODS_MOST = BOUNDS["alternate_periods"][1]


class AlternateFilingQuerySet(QuerySet["AlternateFiling"]):
    """Measures under 隔期填报, the newest first by default."""

    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def to_end(self) -> Self:
        """Those whose measure has been yellow or red since it was confirmed."""
        turned = LightChange.objects.filter(
            measure=OuterRef("measure"), light__in=STUCK, on__gte=OuterRef("begun_on")
        )
        return self.current().annotate(begun_on=TruncDate("begun_at")).filter(Exists(turned))


class AlternateFiling(models.Model):
    """One measure under 隔期填报, from the next period on until it ends.

    The periods that skipped it are recorded on the periods (Period.skipped). If it has ended and
    `ended_by` is empty, the system ended it because the light turned yellow or red.
    """

    measure = link_to(Measure, "措施", "alternate_filings")
    begun_at = models.DateTimeField("确认时间")
    begun_by = optional_person("确认人")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = optional_person("结束人")
    end_reason = models.CharField("结束原因", max_length=REASON_MOST, blank=True)

    objects = AlternateFilingQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-id"]
        verbose_name = verbose_name_plural = "隔期填报"
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(ended_at__isnull=True),
                name="alternate_filing_one_current",
                violation_error_message="这项措施已经隔期填报。",
            ),
            models.CheckConstraint(
                name="alternate_filing_ended_has_reason",
                condition=Q(ended_at__isnull=False) & ~Q(end_reason="")
                | Q(ended_at__isnull=True, ended_by__isnull=True, end_reason=""),
                violation_error_message="结束隔期填报须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}隔期填报"


def alternating(period: Period) -> QuerySet[Measure]:
    """Return the measures that a period skips; for a draft, those it would skip if opened now.

    A measure skipped by the period before is not skipped again. A measure with indicator values
    to file is never skipped: the series would have holes, and the light would call it stale.
    """
    if period.state != PeriodState.DRAFT:
        return period.skipped.all()
    before = Period.objects.before(period).values("pk")[:1]
    was_skipped = Period.skipped.through.objects.filter(
        measure=OuterRef("pk"), period=Subquery(before)
    )
    current = AlternateFiling.objects.current().filter(measure=OuterRef("pk"))
    own = Measure.objects.filter(notice=period.notice_id, notice__main_kind=period.kind)
    return own.filter(Exists(current), ~Exists(_counted()), ~Exists(was_skipped))


def proposed(measures: "QuerySet[Measure]", *, on: date) -> list[Measure]:
    """Return those of some measures that 隔期填报 is proposed for; one query.

    Each has `alternate_grounds`: the reason for the proposal.
    """
    found = []
    for one in _able(measures, on).order_by("notice", "ordinal"):
        if is_proposed(one.light, [{"asked_found": one.asked_found, "least": one.least}]):
            rests_on = [AskedPeriod(**period) for period in one.asked_found[: one.least]]
            one.alternate_grounds = grounds_of(rests_on)
            found.append(one)
    return found


def able_to_alternate(measures: "QuerySet[Measure]", on: date) -> ArraySubquery:
    """Return the annotation that is_proposed() reads; `measures` are filtered by OuterRef."""
    return array_of(_able(measures, on), "asked_found", "least")


def is_proposed(light: str, able: Iterable[Mapping[str, Any]] | None) -> bool:
    """Whether a measure is proposed, by its light and the result of able_to_alternate()."""
    return any(
        may_alternate(light, [AskedPeriod(**p) for p in one["asked_found"]], least=one["least"])
        for one in able or ()
    )


def _able(measures: "QuerySet[Measure]", on: date) -> "QuerySet[Any]":
    """Return green measures without news in the open period, with their last closed periods."""
    current = AlternateFiling.objects.current().filter(measure=OuterRef("pk"))
    news = Filing.objects.filter(
        measure=OuterRef("pk"),
        period__state=PeriodState.OPEN,
        accepted_note__is_unchanged=False,
    )
    able = measures.confirmed().filter(  # type: ignore[attr-defined]
        ~Exists(current), ~Exists(news), ~Exists(_counted()), light=Light.GREEN, completed_on=None
    )
    held = LightThresholds.objects.filter(valid_from__lte=on).order_by("-valid_from")
    least = Coalesce(
        Subquery(held.values("alternate_periods")[:1]), Value(DEFAULTS.alternate_periods)
    )
    return able.annotate(asked_found=ArraySubquery(_asked()), least=least)


def _counted() -> QuerySet:
    return Indicator.objects.in_use().filter(measure=OuterRef("pk"), asked_since__isnull=False)


def _asked() -> QuerySet:
    """Return rows of one measure in the last closed periods of the main kind, the newest first."""
    measure = OuterRef(OuterRef("pk"))
    kept = Snapshot.objects.filter(period=OuterRef("pk"), measure=measure).order_by("-closing")
    owed = Filing.objects.filter(owed_q(), period=OuterRef("pk"), measure=measure).order_by("pk")
    row = JSONObject(
        light=Coalesce(Subquery(kept.values("light")[:1]), Value("")),
        unchanged=ArraySubquery(owed.values("accepted_note__is_unchanged")),
        label="label",
        agencies=ArraySubquery(owed.values("agency_name")),
    )
    closed = Period.objects.closed().main().filter(notice=OuterRef("notice"))
    return closed.newest_first().values(row=row)[:PERIODS_MOST]
