"""Gathering facts: over the table of cases, and over rows made at random."""

from datetime import date
from decimal import Decimal
from itertools import takewhile

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from measures.choices import Confidence, FilingState, Light, Nature, PeriodState, Stage
from measures.lights.current import kept_verdict, work_out
from measures.lights.facts import gather
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing, Gap, Measure, OverrideRequest, Period
from measures.rules.facts import ConfidenceFact, Facts, FilingFact, OverrideFact
from measures.rules.light import light_of
from measures.rules.plan import plan_of
from measures.rules.tests.calendar import AUTUMN_2026
from measures.rules.tests.light_cases import CASES
from measures.rules.thresholds import DEFAULTS
from measures.tests.lit import (
    DAY,
    keep_calendar,
    keep_facts,
    keep_measure,
    keep_period,
    keep_thresholds,
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.django_db
def test_what_is_gathered_from_rows_gives_the_light_of_the_case(case):
    keep_calendar(AUTUMN_2026)
    keep_thresholds(case.thresholds)
    measure = keep_facts(case.facts)
    assert case.found(work_out([measure], on=case.on)[measure.pk]) == case.expected


# Facts made at random -----------------------------------------------------------------------------

NEAR = st.integers(-25, 25)  # days from the day that is asked
MOVES = st.tuples(st.sampled_from(list(FilingState)), NEAR, st.none() | NEAR, st.booleans())
FILINGS = st.lists(
    st.tuples(
        st.integers(0, 3),  # the quarter, 0 the newest
        st.booleans(),  # by the lead
        MOVES,
        st.sampled_from(["", "green", "yellow", "red"]),  # of an accepted note
    ),
    max_size=7,
    unique_by=lambda filing: filing[:2],
)
PERIODS = st.lists(
    st.tuples(st.sampled_from(["draft", "open", "closed"]), NEAR), min_size=4, max_size=4
)
MEASURES = st.fixed_dictionaries(
    {
        "nature": st.sampled_from(list(Nature)),
        "stage": st.sampled_from([Stage.UNDER_WAY] * 4 + list(Stage)),
        "begun": st.integers(-40, 4),
        "due": st.integers(0, 40),
        "percent": st.none() | st.integers(0, 100),
        "lost": st.sampled_from([False, False, False, True]),
        "filings": FILINGS,
        "by_hand": st.none() | st.tuples(st.sampled_from(list(Light)), NEAR, st.integers(0, 30)),
        "plan": st.lists(st.tuples(NEAR, st.none() | st.integers(0, 100)), max_size=3),
    }
)
SETS = st.builds(
    lambda late, yellow, more, soon, silent: DEFAULTS._replace(
        late_workdays=late,
        gap_yellow=Decimal(yellow) / 10,
        gap_red=Decimal(yellow + more) / 10,
        due_soon_workdays=soon,
        silent_periods=silent,
    ),
    st.integers(1, 15),
    st.integers(10, 300),
    st.integers(1, 300),
    st.integers(0, 12),
    st.integers(1, 4),
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking what stands in a database takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    on=st.dates(date(2026, 9, 15), date(2026, 10, 25)),  # around the holiday
    thresholds=SETS,
    periods=PERIODS,
    measures=st.lists(MEASURES, min_size=1, max_size=3),
)
def test_any_rows_give_the_light_that_a_plain_reading_gives(on, thresholds, periods, measures):
    """Read at once for many, read whole for missed days, and stored: all as read one by one."""
    with transaction.atomic():
        keep_calendar(AUTUMN_2026)
        keep_thresholds(thresholds)
        made = [keep_period(n, state, on + due * DAY) for n, (state, due) in enumerate(periods)]
        for fields in measures:
            keep_measure(fields, made, on)
        refresh_all_lights(on=on)
        rows = list(Measure.objects.order_by("pk"))
        today, whole = work_out(rows, on=on), gather(rows, on=on, since=on)
        for row in rows:
            facts = read_plainly(row, on, silent=thresholds.silent_periods)
            expected = light_of(facts, on=on, calendar=AUTUMN_2026, thresholds=thresholds)
            assert today[row.pk] == whole.judge(row, on) == kept_verdict(row) == expected
        transaction.set_rollback(True)


def read_plainly(measure: Measure, on: date, *, silent: int) -> Facts:
    """The facts of one measure, by loops over its rows, without regard to what it costs."""
    opened = Period.objects.filter(notice=measure.notice, kind=measure.notice.main_kind)
    periods = list(opened.exclude(state="draft").order_by("-covers_from"))
    closed = [period for period in periods if period.state == PeriodState.CLOSED]
    due = [period for period in periods if period in closed or period.due_on < on]
    accepted = [p for p in periods if filings_of(measure, p, accepted_note__isnull=False)]
    leads = [(p, list(filings_of(measure, p, role="lead"))) for p in closed[:silent]]
    silence = takewhile(lambda one: one[1] and not is_filed(one[1][0]), leads)
    return Facts(
        nature=Nature(measure.nature),
        stage=Stage(measure.stage),
        starts_on=measure.starts_on,
        due_on=measure.due_on,
        percent=measure.percent,
        plan=plan_of((one.due_on, one.planned_percent) for one in measure.milestones.all()),
        is_confirmed=not Gap.objects.filter(measure=measure, kind="agencies").exists(),
        has_due_period=bool(due),
        newest_due=tuple(fact(row) for p in due[:1] for row in filings_of(measure, p)),
        silent_closed=tuple(fact(rows[0]) for _, rows in silence),
        confidences=tuple(
            confidence(row)
            for p in accepted[:1]
            for row in filings_of(measure, p, accepted_note__isnull=False)
        ),
        overrides=tuple(
            OverrideFact(Light(one.light), one.reason, one.starts_on, one.ends_on)
            for one in OverrideRequest.objects.filter(measure=measure)
        ),
    )


def filings_of(measure, period, **conditions):
    rows = Filing.objects.filter(measure=measure, period=period, **conditions)
    return rows.select_related("period", "accepted_note").order_by("agency__order", "pk")


def is_filed(row):
    return row.first_submitted_at is not None or row.state == FilingState.WAIVED


def fact(row):
    return FilingFact(
        filing_id=row.pk,
        agency=row.agency_name,
        period=row.period.slice_label,
        due_on=row.due_on,
        state=FilingState(row.state),
        is_filed=is_filed(row),
        is_lead=row.role == "lead",
        mend_by=row.mend_by,
        has_accepted=row.accepted_note is not None,
    )


def confidence(row):
    note = row.accepted_note
    return ConfidenceFact(
        row.pk,
        row.agency_name,
        row.period.slice_label,
        Confidence(note.confidence),
        note.confidence_reason,
    )
