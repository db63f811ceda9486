"""The light by filings, confidence, milestones and indicators, and the order of causes."""

from datetime import date, timedelta

import pytest

from measures.choices import Confidence, FilingState, Light, Stage
from measures.rules.tests.facts import (
    FRIDAY,
    LEAD,
    MONDAY,
    Said,
    accepted,
    confidence,
    dated,
    filed,
    filing,
    indicator,
    judged,
    light,
    milestone,
    ongoing,
    other,
)

RED, YELLOW, GREEN, WAITING, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY
S = FilingState
DAY = timedelta(days=1)
SECOND = {"filing_id": 3, "period": "二季度", "due_on": date(2026, 7, 7)}
FIRST = {"filing_id": 4, "period": "一季度", "due_on": date(2026, 4, 8)}


# Grey, and done ---------------------------------------------------------------------------------


GREYS = [
    ({"stage": Stage.SUSPENDED}, "已中止，暂不评定"),
    ({"is_confirmed": False}, "责任单位待核对，尚未布置"),
    ({"starts_on": MONDAY + DAY}, "2026-11-17起实施，尚未开始"),
    ({"has_due_period": False}, "首个填报期尚未到期"),
]


@pytest.mark.parametrize(
    ("fields", "sentence"), [*GREYS, ({"stage": Stage.ENDED}, "已终止，不再评定")]
)
@pytest.mark.parametrize("make", [ongoing, dated])
def test_grey_comes_before_everything_else(make, fields, sentence):
    worst = {
        "confidences": (confidence(Confidence.RED),),
        "filings": (filing(), filing(**SECOND)),
        "milestones": (milestone(date(2026, 1, 1)),),
    }
    assert light(make(**worst | fields)) == Said(GREY, sentence)


def test_grey_reasons_are_named_in_their_order():
    everything = {name: value for fields, _ in reversed(GREYS) for name, value in fields.items()}
    for fields, sentence in GREYS:
        assert light(ongoing(**everything)).sentence == sentence
        for name in fields:
            del everything[name]


def test_the_first_day_is_no_longer_before_the_start():
    assert light(ongoing(accepted(), starts_on=MONDAY)).light == GREEN


def test_what_was_made_normal_work_is_green():
    assert light(ongoing(filing(), stage=Stage.DONE)) == Said(GREEN, "已转入常态化")


def test_without_a_filing_of_the_lead_nothing_is_said():
    assert light(ongoing()) == Said(GREY, "牵头单位尚无到期应报的进展")


# What the lead owes -----------------------------------------------------------------------------


LEAD_UNFILED = [
    # due on, asked on, light, what the sentence says of the progress
    (FRIDAY, date(2026, 11, 14), YELLOW, "未报"),  # asked on Saturday
    (FRIDAY, date(2026, 11, 15), YELLOW, "未报"),
    (FRIDAY, MONDAY, YELLOW, "未报，逾期1个工作日"),
    (FRIDAY, date(2026, 12, 11), YELLOW, "未报，逾期20个工作日"),
    (FRIDAY, date(2026, 12, 13), YELLOW, "未报，逾期20个工作日"),  # Sunday
    (FRIDAY, date(2026, 12, 14), RED, "未报，逾期21个工作日"),
    # National Day is between, and 2026-10-10 is a working Saturday
    (date(2026, 9, 29), date(2026, 10, 10), YELLOW, "未报，逾期4个工作日"),
    (date(2026, 9, 29), date(2026, 10, 12), YELLOW, "未报，逾期5个工作日"),
    (date(2026, 9, 11), date(2026, 10, 15), YELLOW, "未报，逾期20个工作日"),
    (date(2026, 9, 11), date(2026, 10, 16), RED, "未报，逾期21个工作日"),
]


@pytest.mark.parametrize("state", [S.PENDING, S.DRAFT, S.IN_AGENCY, S.RETURNED])
@pytest.mark.parametrize(("due_on", "on", "expected", "words"), LEAD_UNFILED)
def test_the_lead_has_not_filed(due_on, on, expected, words, state):
    verdict = judged(ongoing(filing(due_on=due_on, state=state)), on=on)
    assert verdict.sentence == f"市农业农村委三季度进展{words}"
    assert (verdict.light, verdict.filing_id) == (expected, 1)
    assert (verdict.since, verdict.agencies) == (due_on + DAY, (LEAD,))
    assert len(verdict.findings) == 1  # what its own head sent back is owed, not returned too


@pytest.mark.parametrize("due_on", [FRIDAY, MONDAY])
def test_what_is_due_today_or_later_is_not_owed(due_on):
    assert light(ongoing(filing(due_on=due_on)), on=FRIDAY).light == GREY
    before = ongoing(filing(due_on=due_on), accepted(**SECOND))
    assert light(before, on=FRIDAY) == Said(GREEN, "市农业农村委二季度进展已报送并通过", 3)


DEBTS = [
    # the lead's filings, light, sentence, the filing that is named (the oldest debt)
    (
        (filing(), filing(**SECOND)),
        RED,
        "市农业农村委二、三季度进展均未报，逾期90个工作日",
        3,
    ),
    (
        (filing(), filing(**SECOND), filing(**FIRST)),
        RED,
        "市农业农村委一、二、三季度进展均未报，逾期154个工作日",
        4,
    ),
    (
        (accepted(), filing(**SECOND)),
        RED,
        "市农业农村委二季度进展未报，逾期90个工作日",
        3,
    ),
    (
        (accepted(), filing(**SECOND | {"due_on": date(2026, 11, 6)})),
        YELLOW,
        "市农业农村委二季度进展未报，逾期6个工作日",
        3,
    ),
    (
        (accepted(), filing(**SECOND), filing(**FIRST)),
        RED,
        "市农业农村委一、二季度进展均未报，逾期154个工作日",
        4,
    ),
    (
        (filing(), filing(**SECOND | {"period": "2025年四季度"})),
        RED,
        "市农业农村委2025年四季度、三季度进展均未报，逾期90个工作日",
        3,
    ),
    (
        (filed(S.DRAFT), filing(**SECOND)),  # one was withdrawn, the other never submitted
        RED,
        "市农业农村委二、三季度进展均未报，逾期90个工作日",
        3,
    ),
]


@pytest.mark.parametrize(("filings", "expected", "sentence", "filing_id"), DEBTS)
def test_a_new_period_forgives_no_debt(filings, expected, sentence, filing_id):
    assert light(ongoing(*filings)) == Said(expected, sentence, filing_id)
    assert light(dated(percent=60, filings=filings)) == Said(expected, sentence, filing_id)


ENDED = [
    accepted(**SECOND),
    filed(**SECOND),  # filed late: not reviewed yet, but no debt
    filed(S.WAIVED, **SECOND),
    filing(is_written_off=True, **SECOND),
    filed(S.DRAFT, is_written_off=True, **SECOND),
]


@pytest.mark.parametrize(
    "old", ENDED, ids=["accepted", "filed", "waived", "given up", "taken back"]
)
def test_a_debt_ends_by_an_act(old):
    assert light(ongoing(accepted(), old)) == Said(GREEN, "市农业农村委三季度进展已报送并通过", 1)
    assert light(ongoing(filing(), old)).light == YELLOW  # and is counted no more


def test_what_was_taken_back_says_so():
    words = "市农业农村委三季度进展撤回后尚未重新报送"
    assert light(ongoing(filed(S.DRAFT)), on=FRIDAY + DAY) == Said(YELLOW, words, 1)
    assert light(ongoing(filed(S.DRAFT))) == Said(YELLOW, f"{words}，逾期1个工作日", 1)
    late = light(ongoing(filed(S.IN_AGENCY)), on=date(2026, 12, 14))
    assert late == Said(RED, f"{words}，逾期21个工作日", 1)


# What the lead has filed ------------------------------------------------------------------------


LEAD_FILED = [
    # the filing, light, what the sentence says of the progress; asked on Monday
    (filed(S.SUBMITTED), WAITING, "已报送，待审核"),
    (filed(S.SUBMITTED, mend_by=FRIDAY), WAITING, "已报送，待审核"),  # a late review is not theirs
    (accepted(), GREEN, "已报送并通过"),
    (filed(S.RETURNED, mend_by=MONDAY), YELLOW, "退回修改中，应于2026-11-16前补正"),
    (filed(S.RETURNED, mend_by=FRIDAY), YELLOW, "退回后逾期未补正"),
    (filed(S.DRAFT, mend_by=MONDAY), YELLOW, "退回修改中，应于2026-11-16前补正"),
    (filed(S.DRAFT, mend_by=FRIDAY), YELLOW, "退回后逾期未补正"),
    (filed(S.IN_AGENCY, mend_by=FRIDAY), YELLOW, "退回后逾期未补正"),
    (filed(S.RETURNED), YELLOW, "退回修改中"),
    (filed(S.DRAFT, has_accepted=True), GREEN, "已报送并通过"),  # the accepted one still counts
    (filed(S.SUBMITTED, has_accepted=True), GREEN, "已报送并通过"),
    (filed(S.RETURNED, has_accepted=True, mend_by=FRIDAY), GREEN, "已报送并通过"),
]


@pytest.mark.parametrize(("lead", "expected", "words"), LEAD_FILED)
def test_the_lead_has_filed(lead, expected, words):
    assert light(ongoing(lead)) == Said(expected, f"市农业农村委三季度进展{words}", 1)


@pytest.mark.parametrize(("state", "expected"), [(S.SUBMITTED, WAITING), (S.ACCEPTED, GREEN)])
def test_filed_late_is_judged_as_filed(state, expected):
    late = filed(state, due_on=date(2026, 10, 1), has_accepted=state == S.ACCEPTED)
    assert light(ongoing(late)).light == expected


def test_who_waits_for_review_waits_for_the_commission():
    assert judged(ongoing(filed())).agencies == ("市商务委",)
    assert judged(ongoing(accepted())).agencies == ()


def test_the_newest_that_says_anything_decides_between_the_greens():
    waived, given_up = filed(S.WAIVED), filing(is_written_off=True)
    for newest in (waived, given_up):
        assert light(ongoing(newest, accepted(**SECOND))).sentence == (
            "市农业农村委二季度进展已报送并通过"
        )
        assert light(ongoing(newest, filed(**SECOND))).light == WAITING
        assert light(ongoing(newest)).light == GREY
    assert light(ongoing(filed(), accepted(**SECOND))).light == WAITING
    assert light(ongoing(accepted(), filed(**SECOND))).light == GREEN


def test_an_older_return_that_was_never_mended_is_not_forgotten():
    old = filed(S.RETURNED, mend_by=date(2026, 7, 20), **SECOND)
    verdict = judged(ongoing(accepted(), old))
    assert verdict.sentence == "市农业农村委二季度进展退回后逾期未补正"
    assert verdict.since == date(2026, 7, 21)


# What other agencies owe ------------------------------------------------------------------------


OTHERS = [
    (date(2026, 11, 20), GREEN, "市农业农村委三季度进展已报送并通过", 1),  # 5 working days
    (date(2026, 11, 22), GREEN, "市农业农村委三季度进展已报送并通过", 1),  # a Sunday
    (date(2026, 11, 23), YELLOW, "重庆海关三季度进展未报，逾期6个工作日", 2),
    (date(2027, 11, 23), YELLOW, "重庆海关三季度进展未报，逾期267个工作日", 2),  # never red
]


@pytest.mark.parametrize(("on", "expected", "sentence", "filing_id"), OTHERS)
def test_another_agency_has_not_filed(on, expected, sentence, filing_id):
    assert light(ongoing(accepted(), other()), on=on) == Said(expected, sentence, filing_id)


def test_another_agency_is_named_with_all_its_debts():
    """Also the newest debt, which is only one day late."""
    verdict = judged(ongoing(accepted(), other(), other(**SECOND)))
    assert verdict.sentence == "重庆海关二、三季度进展均未报，逾期90个工作日"
    assert (verdict.light, verdict.filing_id) == (YELLOW, 3)
    assert verdict.agencies == ("重庆海关",)


def test_of_other_agencies_the_oldest_debt_is_named_and_the_rest_told_beside_it():
    tax = other(filing_id=9, agency="市税务局", due_on=date(2026, 11, 3))
    customs = other(due_on=date(2026, 10, 30))
    new = other(filing_id=8, agency="市财政局")
    verdict = judged(ongoing(accepted(), new, tax, customs))
    assert verdict.sentence.startswith("重庆海关三季度进展未报")
    assert verdict.others == ("市税务局",)


@pytest.mark.parametrize(
    "ended",
    [
        other(state=S.WAIVED, is_filed=True),
        other(state=S.SUBMITTED, is_filed=True),
        other(is_written_off=True),
        other(state=S.RETURNED, is_filed=True, mend_by=FRIDAY),  # returned is chased elsewhere
    ],
)
def test_another_agency_that_owes_nothing_does_not_count(ended):
    assert light(ongoing(accepted(), ended), on=date(2027, 1, 4)).light == GREEN


# Confidence -------------------------------------------------------------------------------------


CONFIDENCES = [
    ((), GREEN, None),
    ((Confidence.GREEN,), GREEN, None),
    ((Confidence.YELLOW,), YELLOW, "市财政局二季度自评“有风险”：资金未到位"),
    ((Confidence.GREEN, Confidence.YELLOW), YELLOW, "市财政局二季度自评“有风险”：资金未到位"),
    ((Confidence.YELLOW, Confidence.RED), RED, "市财政局二季度自评“难以完成”：资金未到位"),
]


@pytest.mark.parametrize(("values", "expected", "sentence"), CONFIDENCES)
@pytest.mark.parametrize(
    "facts", [ongoing(accepted()), dated(percent=100)], ids=["ongoing", "dated"]
)
def test_the_worst_confidence_counts(facts, values, expected, sentence):
    verdict = light(facts._replace(confidences=tuple(confidence(value) for value in values)))
    assert verdict.light == expected
    assert sentence in (None, verdict.sentence)


@pytest.mark.parametrize(
    ("value", "expected"), [(Confidence.YELLOW, YELLOW), (Confidence.RED, RED)]
)
def test_bad_news_counts_when_it_is_submitted(value, expected):
    told = confidence(value, is_accepted=False, since=FRIDAY)
    verdict = judged(ongoing(accepted(), confidences=(told,)))
    assert verdict.light == expected
    assert verdict.sentence == f"市财政局二季度自评“{value.label}”（待审核）：资金未到位"
    assert (verdict.since, verdict.agencies) == (FRIDAY, ("市财政局",))


def test_good_news_that_waits_takes_no_bad_news_back():
    good = confidence(Confidence.GREEN, is_accepted=False)
    facts = ongoing(filed(), confidences=(confidence(Confidence.YELLOW), good))
    assert light(facts).light == YELLOW


def test_the_worst_confidence_is_named():
    facts = ongoing(
        accepted(),
        confidences=(
            confidence(Confidence.YELLOW),
            confidence(Confidence.RED, agency="重庆海关", filing_id=6),
        ),
    )
    assert light(facts) == Said(RED, "重庆海关二季度自评“难以完成”：资金未到位", 6)


def test_a_long_reason_is_cut():
    facts = ongoing(accepted(), confidences=(confidence(Confidence.RED, reason="长" * 41),))
    assert light(facts).sentence == f"市财政局二季度自评“难以完成”：{'长' * 39}…"


# Milestones -------------------------------------------------------------------------------------


def test_an_overdue_milestone_is_named_with_its_day():
    verdict = judged(ongoing(accepted(), milestones=(milestone(FRIDAY),)))
    assert verdict.sentence == "节点“印发需求台账”应于2026-11-13完成，已逾期"
    assert (verdict.since, verdict.agencies) == (FRIDAY + DAY, ("市经济信息委",))


def test_several_overdue_milestones_are_counted_and_the_oldest_is_named():
    later = milestone(FRIDAY, title="建成平台", agency="")
    facts = ongoing(accepted(), milestones=(milestone(date(2026, 11, 9)), later, milestone(MONDAY)))
    verdict = judged(facts)
    assert verdict.sentence == "节点“印发需求台账”等2个节点应于2026-11-09完成，已逾期"
    assert verdict.agencies == ("市经济信息委",)


def test_quotes_within_a_milestones_title_become_inner_ones():
    quoted = milestone(FRIDAY, title="“十三五”期间减负降费")
    verdict = judged(ongoing(accepted(), milestones=(quoted,)))
    assert verdict.sentence.startswith("节点“‘十三五’期间减负降费”应于")


def test_a_milestone_of_nobody_is_the_leads():
    facts = ongoing(accepted(), milestones=(milestone(FRIDAY, agency=""),))
    assert judged(facts).agencies == (LEAD,)


def test_long_and_short_overdue_milestones_are_two_findings():
    facts = ongoing(accepted(), milestones=(milestone(date(2026, 9, 28)), milestone(FRIDAY)))
    assert [(one.light, one.since) for one in judged(facts).findings] == [
        (RED, date(2026, 9, 29)),
        (YELLOW, FRIDAY + DAY),
    ]


def test_a_long_title_is_cut():
    facts = ongoing(accepted(), milestones=(milestone(FRIDAY, title="长" * 25),))
    assert light(facts).sentence.startswith(f"节点“{'长' * 23}…”应于")


# Indicators -------------------------------------------------------------------------------------


def test_an_indicator_brings_its_own_words_and_who_reports_it():
    facts = ongoing(accepted(), indicators=(indicator("indicator_worse"),))
    verdict = judged(facts)
    assert verdict.sentence == "指标“备案用时”由7.1升至7.9"
    assert (verdict.since, verdict.agencies) == (date(2026, 9, 30), ("市药监局",))
    staffs = indicator("indicator_stale", agency="")
    assert judged(ongoing(accepted(), indicators=(staffs,))).agencies == ("市商务委",)


# The first that holds decides, the others stand beside it ----------------------------------------

SILENT = (filing(), filing(**SECOND))
OLD_DEBT = (accepted(), filing(**SECOND))
A_DEBT = (filing(),)
RETURNED = (filed(S.RETURNED, mend_by=MONDAY),)
NOT_MENDED = (filed(S.RETURNED, mend_by=FRIDAY),)
OTHER_LATE = other(due_on=date(2026, 10, 1))
RED_NOTE, YELLOW_NOTE = confidence(Confidence.RED), confidence(Confidence.YELLOW)
LONG, SHORT = milestone(date(2026, 1, 5)), milestone(FRIDAY)
WORSE, MISSED, STALE = (
    indicator(f"indicator_{cause}", words=cause) for cause in ("worse", "missed", "stale")
)


def everything(lead, **fields):
    rest = {"confidences": (YELLOW_NOTE,), "milestones": (SHORT,), "indicators": (WORSE, STALE)}
    return ongoing(*lead, OTHER_LATE, **rest | fields)


ORDER = [
    # facts from the first of the rule to the last, light, how the sentence begins
    (everything(SILENT, confidences=(RED_NOTE,), milestones=(LONG,)), RED, f"{LEAD}二、三季度"),
    (everything(OLD_DEBT, confidences=(RED_NOTE,), milestones=(LONG,)), RED, f"{LEAD}二季度"),
    (everything(A_DEBT, confidences=(RED_NOTE,), milestones=(LONG,)), RED, "市财政局二季度自评"),
    (everything(A_DEBT, milestones=(LONG,)), RED, "节点"),
    (everything(A_DEBT), YELLOW, f"{LEAD}三季度进展未报"),
    (everything(NOT_MENDED), YELLOW, f"{LEAD}三季度进展退回后"),
    (everything(RETURNED), YELLOW, f"{LEAD}三季度进展退回修改中"),
    (everything((accepted(),)), YELLOW, "重庆海关三季度"),
    (ongoing(accepted(), confidences=(YELLOW_NOTE,), milestones=(SHORT,)), YELLOW, "市财政局"),
    (ongoing(accepted(), milestones=(SHORT,), indicators=(WORSE,)), YELLOW, "节点"),
    (ongoing(accepted(), indicators=(STALE, MISSED, WORSE)), YELLOW, "worse"),
    (ongoing(accepted(), indicators=(STALE, MISSED)), YELLOW, "missed"),
    (ongoing(accepted(), indicators=(STALE,)), YELLOW, "stale"),
    (ongoing(accepted()), GREEN, f"{LEAD}三季度进展已报送并通过"),
]


@pytest.mark.parametrize(("facts", "expected", "begins"), ORDER)
def test_the_first_match_wins(facts, expected, begins):
    verdict = judged(facts)
    assert verdict.light == expected
    assert verdict.sentence.startswith(begins)


def test_everything_that_was_found_stands_beside_what_decides():
    verdict = judged(everything(A_DEBT, indicators=(WORSE, STALE)))
    assert [one.cause for one in verdict.findings] == [
        "lead_late",
        "other_late",
        "confidence_yellow",
        "milestone_late",
        "indicator_worse",
        "indicator_stale",
    ]
    assert verdict.findings[0].sentence == verdict.sentence
    assert verdict.agencies == (LEAD,)
    assert verdict.others == ("重庆海关", "市财政局", "市经济信息委", "市药监局")


def test_who_decides_is_not_told_again_among_the_others():
    own = milestone(FRIDAY, agency=LEAD)
    assert judged(ongoing(filing(), milestones=(own,))).others == ()


def test_more_debts_and_more_days_are_worse():
    """Severity decides which day of a run is its worst."""
    newer = {"filing_id": 5, "period": "四季度", "due_on": FRIDAY}
    facts = [
        ongoing(filing(), filing(**SECOND)),
        ongoing(filing(**newer), filing(), filing(**SECOND)),
    ]
    days = [judged(facts[0], on=MONDAY + n * DAY).severity for n in range(3)]
    assert days == sorted(set(days))
    assert judged(facts[1]).severity > days[-1]
