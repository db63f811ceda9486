"""The light of a measure with a date: against its plan, and as the date comes near and passes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from measures.choices import Light, Stage
from measures.rules.light import expected_percent
from measures.rules.tests.facts import DUE, MONDAY, START, Said, dated, filing, light

RED, YELLOW, GREEN = Light.RED, Light.YELLOW, Light.GREEN
DAY = timedelta(days=1)


def day_of_plan(tenths):
    """The day on which the plan expects so many tenths of a percentage point."""
    return START + timedelta(days=tenths)


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
    (300, None, YELLOW, "实际进度0%，低于序时进度30.0个百分点"),  # no word yet counts as nothing
]


@pytest.mark.parametrize(("tenths", "percent", "expected", "sentence"), GAPS)
def test_a_dated_measure_is_held_against_its_plan(tenths, percent, expected, sentence):
    verdict = light(dated(percent=percent), on=day_of_plan(tenths))
    assert verdict == Said(expected, sentence)


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
    assert light(facts, on=on) == Said(expected, sentence)


@pytest.mark.parametrize("on", [DUE - DAY, DUE, DUE + DAY])
def test_done_is_green_whatever_the_day(on):
    facts = dated(stage=Stage.DONE, percent=100)
    assert light(facts, on=on) == Said(GREEN, "已完成")


def test_a_red_gap_wins_over_a_near_due_date():
    assert light(dated(percent=69), on=DUE).light == RED
    assert light(dated(percent=70), on=DUE).sentence == "实际进度70%，低于序时进度30.0个百分点"


def test_a_dated_measure_does_not_hang_on_its_filings():
    late = filing(due_on=date(2026, 1, 1))
    facts = dated(newest_due=(late,), silent_closed=(late, late))
    assert light(facts, on=START).light == GREEN
