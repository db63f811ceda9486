"""Properties of the light rule for any facts: only an act makes a light better."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from measures.choices import Cause, Confidence, FilingState, Light, Nature, Stage
from measures.rules.facts import (
    ConfidenceFact,
    Facts,
    FilingFact,
    IndicatorFact,
    MilestoneFact,
    OverrideFact,
)
from measures.rules.light import light_of, rule_of
from measures.rules.tests.calendar import AUTUMN_2026
from measures.rules.tests.facts import LEAD, confidence, milestone
from measures.rules.thresholds import DEFAULTS

DAY = timedelta(days=1)
ON = date(2026, 10, 12)
WORST_FIRST = [Light.RED, Light.YELLOW, Light.WAITING, Light.GREEN]
DAYS = st.integers(-60, 40).map(lambda n: ON + n * DAY)
S = FilingState
INDICATORS = [
    IndicatorFact(Cause.INDICATOR_WORSE, "指标“甲”下降"),
    IndicatorFact(Cause.INDICATOR_STALE, "指标“乙”没有数据"),
]
# Most generated facts are good, so that every light occurs.
STATES = [S.ACCEPTED] * 10 + [S.SUBMITTED] * 3 + list(S)


def seldom(values):
    """Return a strategy that is mostly empty."""
    return st.just([]) | st.just([]) | st.lists(values, max_size=3)


@st.composite
def filings(draw, number):
    """Generate the lead's and another agency's filing of a period, in reachable states."""
    found = []
    for is_lead in (True, False):
        if not draw(st.booleans()):
            continue
        state = draw(st.sampled_from(STATES))
        has_left = state in (S.SUBMITTED, S.ACCEPTED, S.WAIVED) or draw(st.booleans())
        is_back = has_left and state == S.RETURNED
        could_mend = has_left and state in (S.DRAFT, S.IN_AGENCY)
        found.append(
            FilingFact(
                filing_id=number * 2 + is_lead,
                agency=LEAD if is_lead else "重庆海关",
                period=("三季度", "二季度", "一季度")[number],
                due_on=draw(DAYS),
                state=state,
                is_filed=has_left,
                is_lead=is_lead,
                mend_by=draw(DAYS) if is_back or (could_mend and draw(st.booleans())) else None,
                has_accepted=state == S.ACCEPTED or (has_left and draw(st.integers(0, 3)) == 3),
                is_written_off=draw(st.booleans()) and state in (S.PENDING, S.DRAFT),
            )
        )
    return found


@st.composite
def all_facts(draw):
    is_dated = draw(st.booleans())
    starts_on = ON - draw(st.integers(0, 400)) * DAY
    plan = st.lists(st.tuples(DAYS, st.integers(0, 100).map(Decimal)), max_size=3)
    return Facts(
        nature=Nature.DATED if is_dated else Nature.ONGOING,
        stage=Stage.UNDER_WAY,
        starts_on=starts_on,
        due_on=ON + draw(st.integers(-20, 500)) * DAY if is_dated else None,
        percent=draw(st.none() | st.integers(0, 100) | st.just(100)) if is_dated else None,
        plan=tuple(sorted(draw(plan))) if is_dated else (),
        has_due_period=True,
        lead=LEAD,
        filings=tuple(one for number in range(3) for one in draw(filings(number))),
        confidences=tuple(draw(seldom(st.builds(confidence, st.sampled_from(list(Confidence)))))),
        milestones=tuple(sorted(draw(seldom(st.builds(milestone, DAYS))))),
        indicators=tuple(draw(seldom(st.sampled_from(INDICATORS)))),
        original_due_on=draw(st.none() | DAYS) if is_dated else None,
        unmoved_due=tuple(ON - n * DAY for n in range(draw(st.integers(0, 4)) if is_dated else 0)),
    )


def judge(facts, on=ON):
    return rule_of(facts, on=on, calendar=AUTUMN_2026, thresholds=DEFAULTS)


def demand_no_better(before, after):
    """Grey is left out: it is neither better nor worse than green."""
    if before.light == Light.GREY:
        return
    assert after.light != Light.GREY
    assert WORST_FIRST.index(after.light) <= WORST_FIRST.index(before.light)


@given(all_facts(), st.integers(0, 2), st.booleans(), DAYS)
def test_another_debt_makes_no_light_better(facts, place, is_lead, due_on):
    """At any position among the filings; also one that is not due yet."""
    debt = FilingFact(
        filing_id=99,
        agency=LEAD if is_lead else "市税务局",
        period="四季度",
        due_on=due_on,
        state=S.PENDING,
        is_filed=False,
        is_lead=is_lead,
    )
    rows = facts.filings
    demand_no_better(
        judge(facts), judge(facts._replace(filings=(*rows[:place], debt, *rows[place:])))
    )


@given(all_facts(), DAYS)
def test_another_milestone_makes_no_light_better(facts, due_on):
    more = tuple(sorted([*facts.milestones, MilestoneFact("建成平台", due_on)]))
    demand_no_better(judge(facts), judge(facts._replace(milestones=more)))


@given(all_facts(), st.sampled_from(list(Confidence)), st.booleans())
def test_what_an_agency_says_makes_no_light_better(facts, value, is_accepted):
    note = ConfidenceFact(77, "市财政局", "三季度", value, "资金未到位", is_accepted)
    more = (*facts.confidences, note)
    demand_no_better(judge(facts), judge(facts._replace(confidences=more)))


@given(all_facts(), st.integers(1, 400))
def test_a_later_day_makes_no_light_better(facts, days):
    demand_no_better(judge(facts), judge(facts, ON + days * DAY))


@given(all_facts(), DAYS)
def test_a_new_period_makes_no_light_better(facts, due_on):
    """The period comes due with everybody's new filing; closing it changes nothing else."""
    new = [
        FilingFact(90 + is_lead, name, "四季度", due_on, S.PENDING, is_filed=False, is_lead=is_lead)
        for name, is_lead in ((LEAD, True), ("重庆海关", False))
    ]
    after = facts._replace(filings=(*new, *facts.filings))
    demand_no_better(judge(facts), judge(after))
    begun = judge(facts._replace(has_due_period=False))
    assert begun.light == Light.GREY


@given(all_facts())
def test_what_decides_is_the_worst_of_what_was_found(facts):
    verdict = judge(facts)
    assert verdict.light == min(
        (one.light for one in verdict.findings),
        key=[*WORST_FIRST, Light.GREY].index,
    )
    assert [one.cause for one in verdict.findings] == sorted(
        (one.cause for one in verdict.findings), key=list(Cause).index
    )


@given(all_facts())
def test_green_means_that_the_leads_newest_note_was_accepted(facts):
    if judge(facts).light != Light.GREEN:
        return
    own = [one for one in facts.filings if one.is_lead]
    told = [
        one
        for one in own
        if not one.is_missing and not one.is_written_off and one.state != S.WAIVED
    ]
    assert told[0].has_accepted
    assert not any(one.is_missing and one.due_on < ON for one in own)


@given(all_facts(), st.sampled_from([Light.RED, Light.YELLOW, Light.GREEN]), DAYS, DAYS)
def test_a_persons_word_holds_on_its_days_and_keeps_what_the_rule_gives(facts, light, start, last):
    said = facts._replace(overrides=(OverrideFact(light, "已商定方案", start, last),))
    verdict = light_of(said, on=ON, calendar=AUTUMN_2026)
    if start <= ON <= last:
        assert (verdict.light, verdict.computed) == (light, judge(facts))
    else:
        assert verdict == judge(facts)
