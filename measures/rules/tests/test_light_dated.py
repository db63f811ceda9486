"""The light of a dated measure: compared with its plan, and around its due date."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from measures.choices import Confidence, FilingState, Light, Stage
from measures.rules.light import expected_percent
from measures.rules.tests.facts import (
    DUE,
    FRIDAY,
    LEAD,
    MONDAY,
    START,
    Said,
    accepted,
    confidence,
    dated,
    filed,
    filing,
    judged,
    light,
    milestone,
    other,
)

RED, YELLOW, GREEN, WAITING, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY
DAY = timedelta(days=1)
FILED = "；市农业农村委三季度进展已报送并通过"
PLAN = ((date(2026, 11, 15), Decimal(40)), (date(2026, 12, 31), Decimal(100)))


def day_of_plan(tenths):
    """Return the day on which the plan expects so many tenths of a percentage point."""
    return START + timedelta(days=tenths)


def lit(expected, sentence):
    """Return what a reader sees; green adds that the lead's note is accepted."""
    if expected == GREEN:
        return Said(GREEN, sentence + FILED, 1)
    return Said(expected, sentence)


GAPS = [
    # expected in tenths, percent, light, sentence
    (0, 0, GREEN, "实际进度0%，符合序时进度"),
    (500, 60, GREEN, "实际进度60%，符合序时进度"),  # ahead of the plan
    (500, 50, GREEN, "实际进度50%，符合序时进度"),
    (509, 50, GREEN, "实际进度50%，符合序时进度"),  # 0.9: less than a point is none
    (510, 50, GREEN, "实际进度50%，比序时进度低1.0个百分点，未到预警线"),
    (599, 50, GREEN, "实际进度50%，比序时进度低9.9个百分点，未到预警线"),
    (600, 50, YELLOW, "实际进度50%，低于序时进度10.0个百分点"),  # exactly 10
    (800, 50, YELLOW, "实际进度50%，低于序时进度30.0个百分点"),  # exactly 30
    (801, 50, RED, "实际进度50%，低于序时进度30.1个百分点"),
    (300, None, YELLOW, "实际进度0%，低于序时进度30.0个百分点"),  # no percent yet counts as 0
]


@pytest.mark.parametrize(("tenths", "percent", "expected", "sentence"), GAPS)
def test_a_dated_measure_is_held_against_its_plan(tenths, percent, expected, sentence):
    verdict = light(dated(percent=percent), on=day_of_plan(tenths))
    assert verdict == lit(expected, sentence)


PLANNED = [
    # percent, light, sentence; the first step of the plan was expected by Sunday
    (40, GREEN, "实际进度40%，符合节点计划"),
    (31, GREEN, "实际进度31%，比节点计划低9.0个百分点，未到预警线"),
    (30, YELLOW, "实际进度30%，低于节点计划10.0个百分点"),
    (10, YELLOW, "实际进度10%，低于节点计划30.0个百分点"),
    (9, RED, "实际进度9%，低于节点计划31.0个百分点"),
]


@pytest.mark.parametrize(("percent", "expected", "sentence"), PLANNED)
def test_milestones_with_percents_are_the_plan(percent, expected, sentence):
    assert light(dated(plan=PLAN, percent=percent)) == lit(expected, sentence)


def test_what_waits_for_review_waits_with_its_progress():
    assert light(dated(percent=60, filings=(filed(),)), on=day_of_plan(500)) == Said(
        WAITING, "实际进度60%，符合序时进度；市农业农村委三季度进展已报送，待审核", 1
    )


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (START - DAY, Decimal(0)),
        (START, Decimal(0)),
        (START + DAY, Decimal("0.1")),
        (DUE - DAY, Decimal("99.9")),
        (DUE, Decimal(100)),
        (DUE + DAY, Decimal(100)),
    ],
)
def test_expected_percent_is_the_share_of_the_time_that_has_passed(on, expected):
    assert expected_percent(START, DUE, on=on) == expected


def test_expected_percent_of_a_measure_due_on_its_first_day():
    assert expected_percent(START, START, on=START) == 0
    assert expected_percent(START, START, on=START + DAY) == 100


NEAR = [
    # due on, asked on, light, sentence                       2026-11-16 is a Monday
    (date(2026, 12, 1), MONDAY, GREEN, "实际进度100%，符合序时进度"),  # 11 working days
    (date(2026, 11, 30), MONDAY, YELLOW, "距到期还有10个工作日，尚未完成"),
    (date(2026, 11, 29), date(2026, 11, 13), YELLOW, "距到期还有10个工作日，尚未完成"),  # a Sunday
    (date(2026, 11, 17), MONDAY, YELLOW, "距到期还有1个工作日，尚未完成"),
    (date(2026, 11, 22), date(2026, 11, 21), YELLOW, "距到期已无工作日，尚未完成"),  # a weekend
    (MONDAY, MONDAY, YELLOW, "今日到期，尚未完成"),
    (MONDAY - DAY, MONDAY, RED, "应于2026-11-15完成，已逾期未完成"),
    # National Day: 10 working days from 2026-09-24 to 2026-10-15
    (date(2026, 10, 15), date(2026, 9, 24), YELLOW, "距到期还有10个工作日，尚未完成"),
    (date(2026, 10, 16), date(2026, 9, 24), GREEN, "实际进度100%，符合序时进度"),
]


@pytest.mark.parametrize(("due_on", "on", "expected", "sentence"), NEAR)
def test_a_due_date_comes_near_and_passes(due_on, on, expected, sentence):
    facts = dated(due_on=due_on, percent=100)
    assert light(facts, on=on) == lit(expected, sentence)


def test_one_step_before_red_is_judged_in_exact_decimals():
    assert light(dated(percent=70), on=day_of_plan(1000)).light == YELLOW
    assert light(dated(percent=69), on=day_of_plan(990)).light == YELLOW
    assert light(dated(percent=69), on=day_of_plan(991)).light == RED


@pytest.mark.parametrize("on", [DUE - DAY, DUE, DUE + DAY])
def test_done_is_green_whatever_the_day(on):
    facts = dated(stage=Stage.DONE, percent=100)
    assert light(facts, on=on) == Said(GREEN, "已完成")


def test_a_red_gap_wins_over_a_near_due_date():
    assert light(dated(percent=69), on=DUE).light == RED
    assert light(dated(percent=70), on=DUE).sentence == "实际进度70%，低于序时进度30.0个百分点"


def test_a_dated_measure_owes_its_filings_too():
    late = filing(due_on=FRIDAY)
    older = filing(filing_id=3, period="二季度", due_on=date(2026, 7, 7))
    assert light(dated(percent=60, filings=(late,))).light == YELLOW
    assert light(dated(percent=60, filings=(late, older))).light == RED
    assert light(dated(percent=60, filings=(accepted(), other())), on=day_of_plan(326)) == Said(
        YELLOW, "重庆海关三季度进展未报，逾期6个工作日", 2
    )


def test_a_dated_measure_whose_lead_filed_nothing_is_not_green():
    assert light(dated(percent=60, filings=())) == Said(GREY, "牵头单位尚无到期应报的进展")


def test_the_date_decides_before_what_is_owed():
    facts = dated(due_on=FRIDAY, percent=100, filings=(filing(), other()))
    verdict = judged(facts)
    assert verdict.sentence == "应于2026-11-13完成，已逾期未完成"
    assert (verdict.since, verdict.agencies) == (FRIDAY + DAY, (LEAD,))
    assert [one.cause for one in verdict.findings] == ["overdue", "lead_late"]


def test_behind_and_due_soon_are_both_found():
    verdict = judged(dated(percent=70), on=DUE)
    assert [one.cause for one in verdict.findings] == ["behind", "due_soon"]
    assert verdict.since is None  # only the history knows since when


# Dates that were moved ----------------------------------------------------------------------------

FIRST = DUE - 200 * DAY  # the date that it had first


def moved(**fields):
    return dated(**{"percent": 60, "original_due_on": FIRST} | fields)


def test_the_gap_by_the_first_date_is_told_beside_that_by_the_date_in_force():
    """On day 400 of 1000 (of 800 by the first date, which expects 50)."""
    on = day_of_plan(400)
    words = f"（按原时限{FIRST:%Y-%m-%d}低20.0个百分点）"
    assert light(moved(percent=30), on=on) == Said(
        YELLOW, f"实际进度30%，低于序时进度10.0个百分点{words}"
    )
    assert light(moved(percent=31), on=on).sentence == (
        "实际进度31%，比序时进度低9.0个百分点，未到预警线"
        f"（按原时限{FIRST:%Y-%m-%d}低19.0个百分点）{FILED}"
    )
    assert light(moved(percent=40), on=on).sentence == (
        f"实际进度40%，符合序时进度（按原时限{FIRST:%Y-%m-%d}低10.0个百分点）{FILED}"
    )


@pytest.mark.parametrize("tenths", [400, 407])  # 0 and 0.9 points by the first date
def test_less_than_a_point_by_the_first_date_is_none(tenths):
    assert light(moved(percent=50), on=day_of_plan(tenths)).sentence == (
        f"实际进度50%，符合序时进度{FILED}"
    )


def test_a_point_by_the_first_date_is_told():
    words = f"（按原时限{FIRST:%Y-%m-%d}低1.0个百分点）"
    assert words in light(moved(percent=50), on=day_of_plan(408)).sentence


@pytest.mark.parametrize(
    "fields",
    [
        {"original_due_on": DUE},
        {"original_due_on": DUE + DAY},  # brought forward
        {"plan": ((date(2026, 1, 2), Decimal(30)),)},  # compared with the plan, not the time
    ],
)
def test_where_no_date_was_put_back_the_first_one_is_not_told(fields):
    verdict = light(moved(percent=30, **fields), on=day_of_plan(400))
    assert "按原时限" not in verdict.sentence


UNMOVED = [
    # due date moved, periods without progress, light, sentence
    (True, 1, GREEN, f"实际进度60%，符合序时进度{FILED}"),
    (True, 2, YELLOW, f"时限由{FIRST:%Y-%m-%d}推迟至{DUE:%Y-%m-%d}，完成比例60%连续2期未变"),
    (True, 3, YELLOW, f"时限由{FIRST:%Y-%m-%d}推迟至{DUE:%Y-%m-%d}，完成比例60%连续3期未变"),
    (False, 2, GREEN, f"实际进度60%，符合序时进度{FILED}"),
    (False, 3, YELLOW, "完成比例60%连续3期未变"),
]


@pytest.mark.parametrize(("is_moved", "count", "expected", "sentence"), UNMOVED)
def test_progress_that_stands_still(is_moved, count, expected, sentence):
    due = tuple(START + n * DAY for n in range(1, count + 1))
    facts = dated(percent=60, unmoved_due=due, unmoved_since=START)
    verdict = judged(facts._replace(original_due_on=FIRST) if is_moved else facts)
    assert (verdict.light, verdict.sentence) == (expected, sentence)
    if expected == YELLOW:  # since the day on which the last of the periods needed was due
        assert verdict.since == due[1 if is_moved else 2]
        assert verdict.agencies == (LEAD,)


def test_a_date_that_was_put_back_after_the_standstill_began_counts_from_the_move():
    verdict = judged(moved(unmoved_periods=3, put_back_on=FRIDAY))
    assert (verdict.light, verdict.since) == (YELLOW, FRIDAY)


def test_a_step_back_is_no_progress_and_is_named():
    words = "完成比例由65%回退至60%，连续3期未提高"
    assert light(dated(percent=60, unmoved_periods=3, fell_from=65)).sentence == words
    assert words in light(moved(unmoved_periods=3, fell_from=65)).sentence


def test_a_date_that_was_put_back_without_progress_names_the_gap_by_the_first_date():
    sentence = light(moved(percent=45, unmoved_periods=2), on=day_of_plan(400)).sentence
    assert sentence.endswith(f"完成比例45%连续2期未变（按原时限{FIRST:%Y-%m-%d}低5.0个百分点）")


def test_milestones_and_doubts_count_for_a_dated_measure_too():
    facts = dated(percent=60, milestones=(milestone(FRIDAY),), filings=(accepted(),))
    assert light(facts).sentence == "节点“印发需求台账”应于2026-11-13完成，已逾期"
    doubting = facts._replace(confidences=(confidence(Confidence.RED, is_accepted=False),))
    assert light(doubting).light == RED


def test_a_returned_note_is_never_green():
    facts = dated(percent=60, filings=(filed(FilingState.RETURNED, mend_by=MONDAY),))
    assert light(facts).light == YELLOW
