"""The light in SQL agrees with the rule: over the table of cases, and over facts made at random."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from measures.choices import Cause, FilingState, Light, Nature, Stage
from measures.lights.current import work_out
from measures.models import Measure
from measures.rules.light import light_of
from measures.rules.tests.calendar import AUTUMN_2026
from measures.rules.tests.light_cases import CASES, LightCase
from measures.rules.thresholds import DEFAULTS
from measures.tests.lit import (
    DAY,
    keep_calendar,
    keep_facts,
    keep_measure,
    keep_period,
    keep_thresholds,
)

EACH = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def expected(case: LightCase) -> tuple[Light, str, bool]:
    return case.by_hand or case.cause.light, case.cause, case.by_hand is not None


def test_every_row_of_the_rule_has_a_case():
    assert {case.cause for case in CASES} == set(Cause) - {Cause.MANUAL}


@EACH
def test_the_rule(case):
    verdict = light_of(case.facts, on=case.on, calendar=AUTUMN_2026, thresholds=case.thresholds)
    rule = verdict.computed or verdict
    assert (verdict.light, rule.cause, verdict.is_manual) == expected(case)
    assert verdict.sentence


@EACH
@pytest.mark.django_db
def test_the_twin_in_sql(case):
    keep_calendar(AUTUMN_2026)
    keep_thresholds(case.thresholds)
    measure = keep_facts(case.facts)
    row = Measure.objects.with_light(on=case.on).get()
    assert (row.light_now, row.rule_cause_now, row.is_manual_now) == expected(case)
    # And what is gathered from the same rows for the rule in Python.
    verdict = work_out([measure], on=case.on)[measure.pk]
    rule = verdict.computed or verdict
    assert (verdict.light, rule.cause, verdict.is_manual) == expected(case)


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
def test_rule_and_twin_agree_on_any_facts(on, thresholds, periods, measures):
    with transaction.atomic():
        keep_calendar(AUTUMN_2026)
        keep_thresholds(thresholds)
        made = [keep_period(n, state, on + due * DAY) for n, (state, due) in enumerate(periods)]
        for fields in measures:
            keep_measure(fields, made, on)
        rows = list(Measure.objects.with_light(on=on))
        verdicts = work_out(rows, on=on)
        for row in rows:
            verdict = verdicts[row.pk]
            rule = verdict.computed or verdict
            twin = (row.light_now, row.rule_cause_now, row.is_manual_now)
            assert twin == (verdict.light, rule.cause, verdict.is_manual)
        transaction.set_rollback(True)
