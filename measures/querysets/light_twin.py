"""The light's rule in SQL: the twin of rules/health.py, for counting and for finding.

tests/rules/light_cases.py holds both together. Working days are counted by the caller: a filing
is late by more than n of them exactly where its due day lies before a certain day.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    Func,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual

from lib.workdays import Calendar, add_workdays, late_before
from measures.choices import Cause
from measures.rules.arrival import INSIDE
from measures.rules.thresholds import Thresholds
from measures.rules.workflow import FILED

PERCENT = DecimalField(max_digits=30, decimal_places=20)


class Yardstick(NamedTuple):
    """A day with what it is judged by."""

    on: date
    calendar: Calendar
    thresholds: Thresholds

    @property
    def late_before(self) -> date:
        """What was due before this day is late by more than the threshold."""
        return late_before(self.thresholds.late_workdays, self.on, self.calendar)

    @property
    def soon_before(self) -> date:
        """What is due before this day is due soon."""
        return add_workdays(self.on, self.thresholds.due_soon_workdays + 1, self.calendar)


def light_words(by: Yardstick) -> dict[str, Any]:
    """The annotations of MeasureQuerySet.with_light."""
    rule = _rule(by)
    held = _model("OverrideRequest").objects.holding(on=by.on).filter(measure=OuterRef("pk"))
    by_hand = Case(When(~Q(stage="done"), then=Subquery(held.values("light")[:1])))
    return {
        "rule_cause_now": rule,
        "light_now": Coalesce(by_hand, _light_of(rule), output_field=CharField()),
        "is_manual_now": ~Q(stage="done") & Exists(held),
    }


def _light_of(cause: Case) -> Func:
    """The light that a row of the rule gives, looked up so that the rule is worked out once."""
    lights = {cause.value: cause.light.value for cause in Cause if cause != Cause.MANUAL}
    table = Cast(Value(json.dumps(lights)), JSONField())
    return Func(
        table,
        cause,
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=CharField(),
    )


def _rule(by: Yardstick) -> Case:
    """The rows of the rule in their order; the first that holds decides."""
    dated, ongoing = Q(nature="dated"), Q(nature="ongoing")
    gap, lead, silent = _gap(by.on), _lead(by.on), _silent(by)
    unfiled = lead.filter(_unfiled(), due_on__lt=by.on)
    late = Exists(unfiled.filter(due_on__lt=by.late_before))
    rows: tuple[tuple[Cause, Any], ...] = (
        (Cause.DONE, Q(stage="done")),
        (Cause.SUSPENDED, Q(stage="suspended")),
        (Cause.UNCONFIRMED, Exists(_gaps())),
        (Cause.NOT_BEGUN, Q(starts_on__gt=by.on)),
        (Cause.NO_PERIOD, ~Exists(_due(by.on))),
        (Cause.OVERDUE, dated & Q(due_on__lt=by.on)),
        (Cause.FAR_BEHIND, dated & Q(GreaterThan(gap, by.thresholds.gap_red))),
        (Cause.LEAD_OVERDUE, ongoing & late),
        (Cause.LEAD_SILENT, ongoing & silent.all_of_them),
        (Cause.CONFIDENCE_RED, Exists(_confidence("red"))),
        (Cause.BEHIND, dated & Q(GreaterThanOrEqual(gap, by.thresholds.gap_yellow))),
        (Cause.DUE_SOON, dated & Q(due_on__lt=by.soon_before)),
        (Cause.LEAD_LATE, ongoing & Exists(unfiled)),
        (Cause.NOT_MENDED, ongoing & Exists(lead.filter(_mending(), mend_by__lt=by.on))),
        (
            Cause.WITHDRAWN,
            ongoing & Exists(lead.filter(_withdrawn(), due_on__lt=by.on)),
        ),
        (Cause.LEAD_MISSED, ongoing & silent.last),
        (Cause.OTHER_LATE, ongoing & Exists(_others(by))),
        (Cause.CONFIDENCE_YELLOW, Exists(_confidence("yellow"))),
        (Cause.ON_PLAN, dated),
        (Cause.NO_LEAD_FILING, ~Exists(lead)),
    )
    return Case(
        *(When(condition, then=Value(cause.value)) for cause, condition in rows),
        default=Value(Cause.FILED.value),
        output_field=CharField(),
    )


# What the rows ask ---------------------------------------------------------------------------


class _Silence(NamedTuple):
    last: Any  # the lead was silent in the last closed period
    all_of_them: Any  # in as many running as the threshold says


def _gaps() -> QuerySet:
    gaps: QuerySet = _model("Gap").objects.unconfirmed().agencies()
    return gaps.filter(measure=OuterRef("pk"))


def _periods(notice: str) -> QuerySet:
    """The opened periods of a notice's main kind, newest first."""
    periods: QuerySet = _model("Period").objects.opened().main().newest_first()
    return periods.filter(notice=OuterRef(notice))


def _due(on: date, notice: str = "notice") -> QuerySet:
    return _periods(notice).filter(Q(state="closed") | Q(due_on__lt=on))


def _newest_due(on: date) -> QuerySet:
    """The measure's filings of the newest due period."""
    newest = _due(on, "measure__notice").values("pk")[:1]
    rows: QuerySet = _model("Filing").objects.filter(measure=OuterRef("pk"))
    return rows.filter(period=Subquery(newest))


def _lead(on: date) -> QuerySet:
    return _newest_due(on).filter(role="lead")


def _others(by: Yardstick) -> QuerySet:
    rows = _newest_due(by.on).exclude(role="lead")
    return rows.filter(_unfiled(), due_on__lt=by.late_before)


def _silent(by: Yardstick) -> _Silence:
    """Periods without a filing of the lead end the row of silence, as filed ones do."""
    most = by.thresholds.silent_periods
    closed = _periods("measure__notice").filter(state="closed").values("pk")
    leads: QuerySet = _model("Filing").objects.filter(measure=OuterRef("pk"), role="lead")
    unfiled, filed = leads.filter(_unfiled()), leads.exclude(_unfiled())
    row = unfiled.filter(period__in=closed[:most]).order_by().values("measure")
    counted = Subquery(row.annotate(n=Count("period", distinct=True)).values("n"))
    return _Silence(
        last=Exists(unfiled.filter(period__in=closed[:1]))
        & ~Exists(filed.filter(period__in=closed[:1])),
        all_of_them=Exact(Coalesce(counted, 0), most)
        & ~Exists(filed.filter(period__in=closed[:most])),
    )


def _unfiled() -> Q:
    return Q(first_submitted_at__isnull=True) & ~Q(state="waived")


def _mending() -> Q:
    return Q(state="returned") | (Q(mend_by__isnull=False) & ~Q(state__in=FILED))


def _withdrawn() -> Q:
    left = Q(first_submitted_at__isnull=False)
    return left & Q(state__in=INSIDE, accepted_note__isnull=True) & ~_mending()


def _confidence(value: str) -> QuerySet:
    """Accepted notes with that confidence, of the newest main period that has any."""
    accepted: QuerySet = _model("Filing").objects.accepted_in_main()
    newest = accepted.filter(measure=OuterRef("measure")).order_by("-period__covers_from")
    rows = accepted.filter(measure=OuterRef("pk"), accepted_note__confidence=value)
    return rows.filter(period=Subquery(newest.values("period")[:1]))


def _gap(on: date) -> Any:
    """Percentage points behind the plan."""
    today = Cast(Value(on), DateField())
    plan: QuerySet = _model("Milestone").objects.planning().filter(measure=OuterRef("pk"))
    passed = plan.filter(due_on__lt=on).order_by().values("measure")
    share = Case(
        When(
            Exists(plan),
            then=Coalesce(Subquery(passed.annotate(most=Max("planned_percent")).values("most")), 0),
        ),
        When(starts_on__gte=on, then=Value(Decimal(0))),
        When(due_on__lte=on, then=Value(Decimal(100))),
        default=Value(Decimal(100)) * _days("starts_on", today) / _days("starts_on", "due_on"),
        output_field=PERCENT,
    )
    return ExpressionWrapper(share - Coalesce("percent", 0), output_field=PERCENT)


def _days(start: str, end: Any) -> Func:
    """Days between two dates, as an exact number."""
    return Func(
        end, start, template="(%(expressions)s)::numeric", arg_joiner=" - ", output_field=PERCENT
    )


def _model(name: str) -> Any:
    return apps.get_model("measures", name)
