"""Gathering facts: for the table of cases, and for random rows."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from measures.choices import Cause, Confidence, FilingState, Light, Nature, PeriodState, Stage
from measures.lights.current import kept_verdict, work_out
from measures.lights.facts import gather
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing, Gap, Measure, Note, OverrideRequest, Period
from measures.rules.facts import (
    ConfidenceFact,
    Facts,
    FilingFact,
    IndicatorFact,
    MilestoneFact,
    OverrideFact,
)
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
    """The sentence and the agencies too; an indicator's figures are those of its rows."""
    keep_calendar(AUTUMN_2026)
    keep_thresholds(case.thresholds)
    measure = keep_facts(case.facts)
    verdict = work_out([measure], on=case.on)[measure.pk]
    assert case.found(verdict) == case.expected
    told = light_of(case.facts, on=case.on, calendar=AUTUMN_2026, thresholds=case.thresholds)
    assert (verdict.agencies, verdict.others) == (told.agencies, told.others)
    assert [one.cause for one in verdict.findings] == [one.cause for one in told.findings]
    if not case.facts.indicators and case.on.year == 2026:  # later, the sentence says which year
        assert verdict.sentence == told.sentence


# Random facts -------------------------------------------------------------------------------------

NEAR = st.integers(-25, 25)  # days from the day of the light
MOVES = st.tuples(
    st.sampled_from([FilingState.ACCEPTED, FilingState.SUBMITTED, *FilingState]),
    NEAR,
    NEAR,
    st.booleans(),
    st.sampled_from([False, False, False, True]),
)
VERSIONS = st.lists(
    st.tuples(st.sampled_from(["green", "yellow", "red"]), st.booleans()), max_size=2
)
FILINGS = st.lists(
    st.tuples(
        st.integers(0, 3),  # the quarter, 0 the newest
        st.booleans(),  # by the lead
        MOVES,
        st.just([]) | VERSIONS,
    ),
    max_size=7,
    unique_by=lambda filing: filing[:2],
)
PERIODS = st.lists(
    st.tuples(st.sampled_from(["draft", "open", "closed"]), NEAR), min_size=4, max_size=4
)
PERCENTS = st.none() | st.integers(0, 100)
MEASURES = st.fixed_dictionaries(
    {
        "nature": st.sampled_from(list(Nature)),
        "stage": st.sampled_from([Stage.UNDER_WAY] * 4 + list(Stage)),
        "begun": st.integers(-40, 4),
        "due": st.integers(0, 40),
        "percent": PERCENTS,
        "lost": st.sampled_from([False, False, False, True]),
        "filings": FILINGS,
        "by_hand": st.none()
        | st.tuples(
            st.sampled_from([Light.RED, Light.YELLOW, Light.GREEN, Light.GREY]),
            NEAR,
            st.integers(0, 30),
        ),
        "milestones": st.just([])
        | st.lists(st.tuples(st.integers(-60, 25), PERCENTS, st.booleans()), max_size=3),
        "indicators": st.just([])
        | st.lists(
            st.dictionaries(
                st.sampled_from([0, 10, 30, 119, 120, 121]), st.integers(70, 90), max_size=3
            ),
            max_size=2,
        ),
        "told": st.dictionaries(st.integers(0, 40), st.integers(0, 3), max_size=3),
        "moved": st.none() | st.sampled_from([-10, 5]),
    }
)
SETS = st.builds(
    lambda late, yellow, more, soon, debts, lead, worse, stood: DEFAULTS._replace(
        late_workdays=late,
        gap_yellow=Decimal(yellow) / 10,
        gap_red=Decimal(yellow + more) / 10,
        due_soon_workdays=soon,
        lead_debts=debts,
        lead_workdays=lead,
        milestone_workdays=lead,
        worse_percent=Decimal(worse),
        moved_periods=stood,
        unmoved_periods=stood + 1,
    ),
    st.integers(1, 15),
    st.integers(10, 300),
    st.integers(1, 300),
    st.integers(0, 12),
    st.integers(1, 4),
    st.integers(1, 20),
    st.integers(0, 12),
    st.integers(1, 2),
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking rows of a database takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    on=st.dates(date(2026, 9, 15), date(2026, 10, 25)),  # around the holiday
    thresholds=SETS,
    periods=PERIODS,
    measures=st.lists(MEASURES, min_size=1, max_size=3),
)
def test_any_rows_give_the_light_that_a_plain_reading_gives(on, thresholds, periods, measures):
    """Gathered for many, for missed days, and stored: all equal to reading one by one."""
    with transaction.atomic():
        keep_calendar(AUTUMN_2026)
        keep_thresholds(thresholds)
        made = [keep_period(n, state, on + due * DAY) for n, (state, due) in enumerate(periods)]
        for fields in measures:
            keep_measure(fields, made, on)
        today = work_out(Measure.objects.all(), on=on)
        refresh_all_lights(on=on)
        rows = list(Measure.objects.order_by("pk"))
        whole = gather(rows, on=on, since=on)
        for row in rows:
            facts = read_plainly(row, on, thresholds)
            expected = light_of(facts, on=on, calendar=AUTUMN_2026, thresholds=thresholds)
            assert whole.judge(row, on) == expected
            # A cause without a day of its own counts from its first computation: today.
            expected = expected._replace(since=expected.since or on)
            assert today[row.pk] == kept_verdict(row) == expected
        transaction.set_rollback(True)


def read_plainly(measure: Measure, on: date, thresholds) -> Facts:
    """Return the facts of one measure by simple loops over its rows, however slow."""
    opened = Period.objects.filter(notice=measure.notice, kind=measure.notice.main_kind)
    periods = list(opened.exclude(state="draft").order_by("-covers_from"))
    due = [p for p in periods if p.state == PeriodState.CLOSED or p.due_on < on]
    filings = [
        row
        for period in periods
        for row in filings_of(measure, period)
        if period in due or is_early(fact(row))
    ]
    milestones = list(measure.milestones.order_by("due_on", "pk"))
    since, risen_to = last_rise(measure) if measure.due_on else (None, 0)
    moves = list(measure.duedaterequests.order_by("pk")) if measure.due_on else []
    put_back_on = localdate(moves[0].decided_at or moves[0].asked_at) if moves else None
    was_put_back = put_back_on and put_back_on <= on and measure.due_on > moves[0].from_on
    return Facts(
        nature=Nature(measure.nature),
        stage=Stage(measure.stage),
        starts_on=measure.starts_on,
        due_on=measure.due_on,
        percent=measure.percent,
        plan=plan_of(
            (one.due_on, one.planned_percent) for one in milestones if measure.due_on is not None
        ),
        is_confirmed=not Gap.objects.filter(measure=measure, kind="agencies").exists(),
        has_due_period=bool(due),
        lead=measure.responsibilities.get(role="lead").agency.short_name,
        filings=tuple(map(fact, filings)),
        confidences=tuple(doubts_of(measure, periods)),
        milestones=tuple(
            MilestoneFact(one.title, one.due_on, one.agency_name)
            for one in milestones
            if not one.is_done
        ),
        indicators=tuple(
            found
            for one in measure.indicators.order_by("pk")
            if (found := what_is_wrong(one, on, thresholds)) is not None
        ),
        original_due_on=moves[0].from_on if moves else None,
        put_back_on=put_back_on if was_put_back else None,
        unmoved_since=since,
        fell_from=risen_to if (measure.percent or 0) < risen_to else None,
        unmoved_due=tuple(sorted(due_since(p, on) for p in due if since and p.due_on > since)),
        overrides=tuple(
            OverrideFact(Light(one.light), one.reason, one.starts_on, one.ends_on)
            for one in OverrideRequest.objects.filter(measure=measure)
        ),
    )


def is_early(fact):
    """Return whether it is the lead's, accepted, in a period that is not due yet."""
    return fact.is_lead and fact.has_accepted and not fact.is_missing


def filings_of(measure, period):
    rows = Filing.objects.filter(measure=measure, period=period)
    return rows.select_related("period", "accepted_note").order_by("agency__order", "pk")


def fact(row):
    return FilingFact(
        filing_id=row.pk,
        agency=row.agency_name,
        period=row.period.slice_label if row.period.covers_from.year == 2026 else "2025年四季度",
        due_on=row.due_on,
        state=FilingState(row.state),
        is_filed=row.first_submitted_at is not None or row.state == FilingState.WAIVED,
        is_lead=row.role == "lead",
        mend_by=row.mend_by,
        has_accepted=row.accepted_note is not None,
        is_written_off=row.written_off_at is not None,
    )


def last_rise(measure):
    """Return the day and percent of the newest update with more than the one before."""
    said = [(localdate(one.at), one.percent or 0) for one in measure.status_updates.all()]
    for n, (day, percent) in enumerate(said):
        if n + 1 == len(said) or percent > said[n + 1][1]:
            return day, percent
    return measure.starts_on, 0


def due_since(period, on):
    """Return the day after its due day, or the day of an earlier closing."""
    closed_on = localdate(period.closed_at) if period.closed_at else on
    ends = period.due_on + DAY
    since = min(ends, closed_on) if period.state == PeriodState.CLOSED else ends
    return max(since, localdate(period.opened_at)) if period.opened_at else since


def doubts_of(measure, periods):
    """Return versions with low confidence, until a newer version or accepted newer period."""
    notes = Note.objects.filter(filing__measure=measure, filing__period__in=periods)
    for note in notes.order_by("filing__agency__order", "filing__pk", "-version"):
        filing, is_accepted = note.filing, hasattr(note, "review")
        newer = filing.notes.filter(version__gt=note.version)
        counts = not newer.exists() or (is_accepted and not newer.filter(review__isnull=False))
        superseded = Filing.objects.filter(
            measure=measure,
            agency=filing.agency,
            period__covers_from__gt=filing.period.covers_from,
            accepted_note__isnull=False,
        )
        if note.confidence == "green" or filing.state == FilingState.WAIVED:
            continue
        if counts and not superseded.exists():
            yield ConfidenceFact(
                filing.pk,
                filing.agency_name,
                fact(filing).period,
                Confidence(note.confidence),
                note.confidence_reason,
                is_accepted=is_accepted,
                since=localdate(note.left_at),
            )


def what_is_wrong(indicator, on, thresholds):
    """Return an indicator's fault, from its newest two values and its one target."""
    values = list(indicator.values.order_by("-as_of"))
    target = indicator.targets.get()
    if not values:
        days = (on - indicator.asked_since).days
        begun = indicator.asked_since
        words = f"指标“{indicator.name}”自{begun:%Y-%m-%d}起报，尚无数据"
        return stale(indicator, words, begun) if days > thresholds.stale_days else None
    newest = values[0]
    words = f"指标“{indicator.name}”{newest.as_of:%Y-%m-%d}为{newest.value:.0f}个"
    if len(values) > 1 and newest.value < values[1].value:
        fell = values[1].value - newest.value
        if 100 * fell / values[1].value > thresholds.worse_percent:
            words += f"，较{values[1].as_of:%Y-%m-%d}的{values[1].value:.0f}个下降{fell:.0f}个"
            words += "，与目标方向相反"
            return IndicatorFact(Cause.INDICATOR_WORSE, words, "市统计局", newest.as_of)
    if newest.value < target.value and target.due_on < on and newest.as_of >= target.due_on:
        words += f"，未达到{target.due_on:%Y-%m-%d}的目标{target.value:.0f}个"
        return IndicatorFact(Cause.INDICATOR_MISSED, words, "市统计局", target.due_on + DAY)
    if (on - newest.as_of).days > thresholds.stale_days:
        return stale(indicator, f"{words}，此后没有数据", newest.as_of)
    return None


def stale(indicator, words, since):
    first = since + (DEFAULTS.stale_days + 1) * DAY
    return IndicatorFact(Cause.INDICATOR_STALE, words, "市统计局", first)
