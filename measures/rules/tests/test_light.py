"""The light of an ongoing measure, and what holds for both: every boundary, as tables of cases."""

from datetime import date, timedelta

import pytest

from measures.choices import Confidence, FilingState, Light, Stage
from measures.rules.tests.facts import (
    FRIDAY,
    MONDAY,
    Said,
    confidence,
    dated,
    filed,
    filing,
    light,
    ongoing,
    other,
)

RED, YELLOW, GREEN, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY
S = FilingState
DAY = timedelta(days=1)


# Ongoing measures ------------------------------------------------------------------------------


GREYS = [
    ({"stage": Stage.SUSPENDED}, "已中止，暂不评定"),
    ({"is_confirmed": False}, "责任单位待核，尚未下达"),
    ({"starts_on": MONDAY + DAY}, "2026-11-17起实施，尚未开始"),
    ({"has_due_period": False}, "首个填报期尚未到期"),
]


@pytest.mark.parametrize(("fields", "sentence"), GREYS)
@pytest.mark.parametrize("make", [ongoing, dated])
def test_grey_comes_before_everything_else(make, fields, sentence):
    worst = {"confidences": (confidence(Confidence.RED),), "silent_closed": (filing(),) * 2}
    assert light(make(**worst | fields)) == Said(GREY, sentence)


def test_grey_reasons_are_named_in_their_order():
    everything = {name: value for fields, _ in reversed(GREYS) for name, value in fields.items()}
    for fields, sentence in GREYS:
        assert light(ongoing(**everything)).sentence == sentence
        for name in fields:
            del everything[name]


def test_the_first_day_is_no_longer_before_the_start():
    assert light(ongoing(filed(), starts_on=MONDAY)).light == GREEN


def test_what_was_made_normal_work_is_green():
    assert light(ongoing(stage=Stage.DONE)) == Said(GREEN, "已转入常态化")


LEAD_UNFILED = [
    # due on, asked on, light, sentence
    (FRIDAY, FRIDAY, GREEN, "市农业农村委三季度进展尚在报送期限内"),  # extended to today
    (FRIDAY, date(2026, 11, 14), YELLOW, "市农业农村委三季度进展逾期未报"),  # asked on Saturday
    (FRIDAY, date(2026, 11, 15), YELLOW, "市农业农村委三季度进展逾期未报"),
    (FRIDAY, MONDAY, YELLOW, "市农业农村委三季度进展逾期1个工作日未报"),
    (FRIDAY, date(2026, 11, 20), YELLOW, "市农业农村委三季度进展逾期5个工作日未报"),
    (FRIDAY, date(2026, 11, 22), YELLOW, "市农业农村委三季度进展逾期5个工作日未报"),  # Sunday
    (FRIDAY, date(2026, 11, 23), RED, "市农业农村委三季度进展逾期6个工作日未报"),
    # National Day lies between, and 2026-10-10 is a Saturday that is worked
    (date(2026, 9, 29), date(2026, 10, 10), YELLOW, "市农业农村委三季度进展逾期4个工作日未报"),
    (date(2026, 9, 29), date(2026, 10, 12), YELLOW, "市农业农村委三季度进展逾期5个工作日未报"),
    (date(2026, 9, 29), date(2026, 10, 13), RED, "市农业农村委三季度进展逾期6个工作日未报"),
    (MONDAY + DAY, MONDAY, GREEN, "市农业农村委三季度进展尚在报送期限内"),  # extended
]


@pytest.mark.parametrize("state", [S.PENDING, S.DRAFT, S.IN_AGENCY])
@pytest.mark.parametrize(("due_on", "on", "expected", "sentence"), LEAD_UNFILED)
def test_the_lead_has_not_filed(due_on, on, expected, sentence, state):
    facts = ongoing(filing(due_on=due_on, state=state))
    assert light(facts, on=on) == Said(expected, sentence, 1)


LEAD_FILED = [
    # the filing, light, what the sentence says of the progress; asked on Monday
    (filed(S.SUBMITTED), GREEN, "已报送，待审核"),
    (filed(S.SUBMITTED, mend_by=FRIDAY), GREEN, "已报送，待审核"),  # a late review is not theirs
    (filed(S.ACCEPTED), GREEN, "已报送并采用"),
    (filed(S.WAIVED), GREEN, "免报"),
    (filed(S.RETURNED, mend_by=MONDAY), GREEN, "已报送，退回补正中"),
    (filed(S.RETURNED, mend_by=FRIDAY), YELLOW, "退回后逾期未补正"),
    (filed(S.DRAFT, mend_by=MONDAY), GREEN, "已报送，退回补正中"),  # writing is not yet mending
    (filed(S.DRAFT, mend_by=FRIDAY), YELLOW, "退回后逾期未补正"),
    (filed(S.IN_AGENCY, mend_by=FRIDAY), YELLOW, "退回后逾期未补正"),
    (filed(S.DRAFT), YELLOW, "撤回后尚未重新报送"),
    (filed(S.IN_AGENCY), YELLOW, "撤回后尚未重新报送"),
    (filed(S.DRAFT, due_on=MONDAY), GREEN, "已报送，修改中"),  # withdrawn, but not due yet
    (filed(S.DRAFT, has_accepted=True), GREEN, "已报送，修改中"),  # the accepted one stands
]


@pytest.mark.parametrize(("lead", "expected", "words"), LEAD_FILED)
def test_the_lead_has_filed(lead, expected, words):
    assert light(ongoing(lead)) == Said(expected, f"市农业农村委三季度进展{words}", 1)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ACCEPTED])
def test_filed_late_is_green_again(state):
    assert light(ongoing(filed(state, due_on=date(2026, 10, 1)))).light == GREEN


SILENCES = [
    (("二季度",), YELLOW, "市农业农村委二季度漏报进展"),
    (("二季度", "一季度"), RED, "市农业农村委连续2期未报进展"),
]


@pytest.mark.parametrize(("periods", "expected", "sentence"), SILENCES)
def test_the_lead_was_silent_in_closed_periods(periods, expected, sentence):
    silent = tuple(filing(filing_id=7 + n, period=name) for n, name in enumerate(periods))
    facts = ongoing(filed(), silent_closed=silent)
    assert light(facts) == Said(expected, sentence, 7)


OTHERS = [
    (date(2026, 11, 20), GREEN, "市农业农村委三季度进展已报送，待审核", 1),  # 5 working days
    (date(2026, 11, 22), GREEN, "市农业农村委三季度进展已报送，待审核", 1),  # a Sunday
    (date(2026, 11, 23), YELLOW, "重庆海关三季度进展逾期6个工作日未报", 2),
    (date(2027, 11, 23), YELLOW, None, 2),  # never red
]


@pytest.mark.parametrize(("on", "expected", "sentence", "filing_id"), OTHERS)
def test_another_agency_has_not_filed(on, expected, sentence, filing_id):
    verdict = light(ongoing(filed(), other()), on=on)
    assert (verdict.light, verdict.filing_id) == (expected, filing_id)
    assert sentence in (None, verdict.sentence)


def test_another_agency_that_filed_or_was_waived_does_not_count():
    filings = (filed(), other(state=S.WAIVED, is_filed=True), other(state=S.DRAFT, is_filed=True))
    assert light(ongoing(*filings), on=date(2027, 1, 4)).light == GREEN


def test_without_a_filing_of_the_lead_nothing_is_said():
    assert light(ongoing()) == Said(GREY, "最近一期没有牵头单位的填报任务")


# Confidence, for both ---------------------------------------------------------------------------


CONFIDENCES = [
    ((), GREEN, None),
    ((Confidence.GREEN,), GREEN, None),
    ((Confidence.YELLOW,), YELLOW, "市财政局二季度自评“有风险”：资金未到位"),
    ((Confidence.GREEN, Confidence.YELLOW), YELLOW, "市财政局二季度自评“有风险”：资金未到位"),
    ((Confidence.YELLOW, Confidence.RED), RED, "市财政局二季度自评“难以完成”：资金未到位"),
]


@pytest.mark.parametrize(("values", "expected", "sentence"), CONFIDENCES)
@pytest.mark.parametrize("facts", [ongoing(filed()), dated(percent=100)], ids=["ongoing", "dated"])
def test_the_worst_confidence_counts(facts, values, expected, sentence):
    verdict = light(facts._replace(confidences=tuple(confidence(value) for value in values)))
    assert verdict.light == expected
    assert sentence in (None, verdict.sentence)


def test_the_worst_confidence_is_named():
    facts = ongoing(
        filed(),
        confidences=(
            confidence(Confidence.YELLOW),
            confidence(Confidence.RED, agency="重庆海关", filing_id=6),
        ),
    )
    assert light(facts) == Said(RED, "重庆海关二季度自评“难以完成”：资金未到位", 6)


def test_a_long_reason_is_cut():
    facts = ongoing(filed(), confidences=(confidence(Confidence.RED, reason="长" * 41),))
    assert light(facts).sentence == f"市财政局二季度自评“难以完成”：{'长' * 39}…"


# The first that holds decides -------------------------------------------------------------------

LATE = filing(filing_id=1, due_on=date(2026, 10, 1))
A_LITTLE_LATE = filing(filing_id=1)
OTHER_LATE = other(due_on=date(2026, 10, 1))
TWICE_SILENT = (filing(filing_id=3), filing(filing_id=4))
RED_NOTE, YELLOW_NOTE = confidence(Confidence.RED), confidence(Confidence.YELLOW)

ORDER = [
    # facts from the first of the rule to the last, light, the filing that is named
    (ongoing(LATE, OTHER_LATE, silent_closed=TWICE_SILENT, confidences=(RED_NOTE,)), RED, 1),
    (
        ongoing(A_LITTLE_LATE, OTHER_LATE, silent_closed=TWICE_SILENT, confidences=(RED_NOTE,)),
        RED,
        3,
    ),
    (
        ongoing(A_LITTLE_LATE, OTHER_LATE, silent_closed=TWICE_SILENT[:1], confidences=(RED_NOTE,)),
        RED,
        5,
    ),
    (
        ongoing(
            A_LITTLE_LATE, OTHER_LATE, silent_closed=TWICE_SILENT[:1], confidences=(YELLOW_NOTE,)
        ),
        YELLOW,
        1,
    ),
    (
        ongoing(
            filed(S.RETURNED, mend_by=FRIDAY),
            OTHER_LATE,
            silent_closed=TWICE_SILENT[1:],
            confidences=(YELLOW_NOTE,),
        ),
        YELLOW,
        1,
    ),
    (
        ongoing(filed(), OTHER_LATE, silent_closed=TWICE_SILENT[:1], confidences=(YELLOW_NOTE,)),
        YELLOW,
        3,
    ),
    (ongoing(filed(), OTHER_LATE, confidences=(YELLOW_NOTE,)), YELLOW, 2),
    (ongoing(filed(), confidences=(YELLOW_NOTE,)), YELLOW, 5),
    (ongoing(filed()), GREEN, 1),
]


@pytest.mark.parametrize(("facts", "expected", "filing_id"), ORDER)
def test_the_first_match_wins(facts, expected, filing_id):
    verdict = light(facts)
    assert (verdict.light, verdict.filing_id) == (expected, filing_id)
