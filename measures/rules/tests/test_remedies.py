"""Acts that improve a light, and the light after them: the same as by the rule."""

from datetime import date

import pytest

from measures.choices import Cause, Confidence, FilingState, Light, Stage
from measures.rules.facts import Finding
from measures.rules.light import light_of
from measures.rules.remedies import ACTS, REVIEW, Remedy, remedies_of
from measures.rules.tests.calendar import AUTUMN_2026
from measures.rules.tests.facts import (
    LEAD,
    MONDAY,
    accepted,
    confidence,
    dated,
    filed,
    filing,
    indicator,
    milestone,
    ongoing,
    other,
)
from measures.rules.tests.light_cases import OLD, SECOND

S = FilingState
IN = filed(S.SUBMITTED)  # the debt after it was submitted
OLD_OTHER = other(period="二季度", due_on=SECOND)
LATE_MILESTONE = milestone(date(2026, 11, 10))


def judge(facts):
    return light_of(facts, on=MONDAY, calendar=AUTUMN_2026)


def steps(facts, calm):
    return [(one.words, one.light) for one in remedies_of(judge(facts).findings, calm=calm)]


def test_the_red_conditions_end_first_then_the_yellow_ones_then_it_is_reviewed():
    owing = ongoing(filing(), OLD, OLD_OTHER, milestones=(LATE_MILESTONE,))
    assert steps(owing, Light.WAITING) == [
        (f"{LEAD}报齐所欠进展", Light.YELLOW),
        ("重庆海关报齐所欠进展，市经济信息委完成逾期的节点", Light.WAITING),
        (REVIEW, Light.GREEN),
    ]


def test_agencies_that_have_to_do_the_same_stand_in_one_phrase():
    third = other(filing_id=7, agency="市财政局", period="二季度", due_on=SECOND)
    assert steps(ongoing(accepted(), OLD_OTHER, third), Light.GREEN) == [
        ("重庆海关、市财政局报齐所欠进展", Light.GREEN)
    ]


# The conditions, the acts in order, and the light after each.
LED_TO = {
    "the lead owes two, another agency one": (
        ongoing(filing(), OLD, OLD_OTHER),
        (ongoing(IN, OLD_OTHER), ongoing(IN), ongoing(accepted())),
        Light.WAITING,
    ),
    "the lead owes an old one": (ongoing(accepted(), OLD), (ongoing(accepted()),), Light.GREEN),
    "the lead's note was returned": (
        ongoing(filed(S.RETURNED, mend_by=date(2026, 11, 18))),
        (ongoing(IN), ongoing(accepted())),
        Light.WAITING,
    ),
    "it waits for review": (ongoing(IN), (ongoing(accepted()),), Light.WAITING),
    "an agency doubts": (
        ongoing(accepted(), confidences=(confidence(Confidence.RED),)),
        (ongoing(accepted()),),
        Light.GREEN,
    ),
    "an agency doubts, and an indicator is stale": (
        ongoing(
            accepted(),
            confidences=(confidence(Confidence.RED),),
            indicators=(indicator(Cause.INDICATOR_STALE),),
        ),
        (ongoing(accepted(), indicators=(indicator(Cause.INDICATOR_STALE),)), ongoing(accepted())),
        Light.GREEN,
    ),
    "it is far behind": (dated(percent=0), (dated(percent=40),), Light.GREEN),
    "it is overdue": (
        dated(due_on=date(2026, 11, 1), filings=(filing(),)),
        (dated(due_on=date(2026, 11, 1), stage=Stage.DONE),),
        Light.WAITING,
    ),
    "it is due soon": (
        dated(due_on=date(2026, 11, 20), percent=95),
        (dated(due_on=date(2026, 11, 20), percent=100, stage=Stage.DONE),),
        Light.GREEN,
    ),
}


@pytest.mark.parametrize("name", LED_TO)
def test_each_step_leads_to_the_light_that_the_rule_then_gives(name):
    facts, after, calm = LED_TO[name]
    found = remedies_of(judge(facts).findings, calm=calm)
    assert [one.light for one in found] == [judge(one).light for one in after]


@pytest.mark.parametrize("facts", [ongoing(accepted()), ongoing(stage=Stage.DONE)])
def test_nothing_ends_what_is_well(facts):
    assert remedies_of(judge(facts).findings, calm=Light.GREEN) == []


@pytest.mark.parametrize(
    ("facts", "act"),
    [
        (ongoing(is_confirmed=False), "责任单位核定并布置任务"),
        (ongoing(stage=Stage.SUSPENDED), "恢复推进"),
        (ongoing(has_due_period=False), "首个填报期到期"),
        (ongoing(starts_on=date(2027, 1, 1)), "开始实施"),
    ],
)
def test_what_is_not_judged_says_what_it_waits_for(facts, act):
    assert remedies_of(judge(facts).findings, calm=Light.GREEN) == [Remedy((act,), None)]


def test_every_cause_that_is_not_well_says_what_would_end_it():
    ended = {Cause.DONE, Cause.ON_PLAN, Cause.FILED, Cause.MANUAL, Cause.LEAD_MISSED}
    assert set(ACTS) == set(Cause) - ended


def test_a_light_judged_before_conditions_were_kept_names_nothing():
    assert remedies_of((), calm=Light.GREEN) == []


def test_who_has_to_act_is_named_once():
    twice = [Finding(Light.YELLOW, Cause.OTHER_LATE, "未报", agencies=("甲",)) for _ in range(2)]
    assert remedies_of(twice, calm=Light.GREEN) == [Remedy(("甲报齐所欠进展",), Light.GREEN)]
