"""需协调事项: the state after each step, its parties, and the wording of waits."""

from datetime import date

import pytest

from lib.errors import DomainError
from lib.workdays import add_workdays
from measures.choices import CoordinationAct, CoordinationState
from measures.rules.coordination import (
    COORDINATION_STEPS,
    DEFAULT_OPTIONS,
    LEADERS,
    CoordinationParty,
    CoordinationStanding,
    StepFact,
    StoodFact,
    acts_of,
    answer_words,
    demand_step,
    is_overdue,
    is_refusal,
    options_in,
    split_words,
    standing_of,
    stuck_words,
    waited,
    waited_words,
    waiting_since,
)

A, S, P = CoordinationAct, CoordinationState, CoordinationParty
FINANCE, CUSTOMS = "市财政局", "重庆海关"
ON = date(2026, 11, 30)  # a Monday


def steps(*taken):
    return [StepFact(act, holder, ON) for act, holder in taken]


RAISED = (A.RAISE, FINANCE)
STANDINGS = [
    ((), None),
    ((RAISED,), (S.OPEN, FINANCE)),
    ((RAISED, (A.ADVISE, FINANCE)), (S.OPEN, FINANCE)),
    ((RAISED, (A.PASS_ON, CUSTOMS)), (S.PASSED_ON, CUSTOMS)),
    ((RAISED, (A.ASK_BACK, FINANCE)), (S.ASKED_BACK, FINANCE)),
    ((RAISED, (A.ASK_BACK, FINANCE), (A.ADVISE, FINANCE)), (S.ASKED_BACK, FINANCE)),
    ((RAISED, (A.ASK_BACK, FINANCE), (A.EXPLAIN, FINANCE)), (S.OPEN, FINANCE)),
    (
        (RAISED, (A.PASS_ON, CUSTOMS), (A.ASK_BACK, CUSTOMS), (A.EXPLAIN, CUSTOMS)),
        (S.PASSED_ON, CUSTOMS),
    ),
    (
        (RAISED, (A.PASS_ON, LEADERS), (A.DECIDE, CUSTOMS), (A.ASK_BACK, CUSTOMS)),
        (S.ASKED_BACK, CUSTOMS),
    ),
    (
        (
            *(RAISED, (A.PASS_ON, LEADERS), (A.DECIDE, CUSTOMS)),
            *((A.ASK_BACK, CUSTOMS), (A.EXPLAIN, CUSTOMS)),
        ),
        (S.DECIDED, CUSTOMS),
    ),
    ((RAISED, (A.PASS_ON, LEADERS), (A.DECIDE, CUSTOMS)), (S.DECIDED, CUSTOMS)),
    ((RAISED, (A.ANSWER, FINANCE)), (S.ANSWERED, FINANCE)),
    ((RAISED, (A.ANSWER, FINANCE), (A.CLOSE, FINANCE)), (S.CLOSED, FINANCE)),
    ((RAISED, (A.ANSWER, FINANCE), (A.REOPEN, FINANCE)), (S.OPEN, FINANCE)),
    (
        (RAISED, (A.ANSWER, FINANCE), (A.CLOSE, FINANCE), (A.REOPEN, FINANCE)),
        (S.OPEN, FINANCE),
    ),
    ((RAISED, (A.WITHDRAW, FINANCE)), (S.WITHDRAWN, FINANCE)),
]


@pytest.mark.parametrize(("taken", "expected"), STANDINGS)
def test_what_the_steps_have_made_of_it(taken, expected):
    assert standing_of(steps(*taken)) == expected


STARTS = {
    A.PASS_ON: {S.OPEN, S.PASSED_ON},
    A.ASK_BACK: {S.OPEN, S.PASSED_ON, S.DECIDED},
    A.EXPLAIN: {S.ASKED_BACK},
    A.ADVISE: {S.OPEN, S.PASSED_ON, S.DECIDED, S.ASKED_BACK},
    A.DECIDE: {S.OPEN, S.PASSED_ON},
    A.ANSWER: {S.OPEN, S.PASSED_ON, S.DECIDED},
    A.CLOSE: {S.ANSWERED},
    A.REOPEN: {S.ANSWERED, S.CLOSED},
    A.WITHDRAW: {S.OPEN, S.PASSED_ON, S.ASKED_BACK},
}


@pytest.mark.parametrize("act", STARTS)
@pytest.mark.parametrize("state", S)
def test_a_step_starts_only_where_the_table_says(act, state):
    if state in STARTS[act]:
        demand_step(act, state)
        return
    with pytest.raises(DomainError, match=f"{state.label}，不能再{act.label}"):
        demand_step(act, state)


def test_every_step_has_its_row():
    assert set(COORDINATION_STEPS) == set(A)
    assert not COORDINATION_STEPS[A.RAISE].sources


ACTS = [
    (S.OPEN, {P.HOLDER}, {A.PASS_ON, A.ASK_BACK, A.DECIDE, A.ANSWER}),
    (S.OPEN, {P.ASKER}, {A.WITHDRAW}),
    (S.OPEN, {P.COMMISSION}, {A.PASS_ON, A.ADVISE}),
    (S.OPEN, set(), set()),
    (S.ASKED_BACK, {P.HOLDER}, set()),
    (S.ASKED_BACK, {P.ASKER}, {A.EXPLAIN, A.WITHDRAW}),
    (S.DECIDED, {P.HOLDER}, {A.ASK_BACK, A.ANSWER}),
    (S.DECIDED, {P.COMMISSION}, {A.ADVISE}),
    (S.ANSWERED, {P.ASKER}, {A.CLOSE, A.REOPEN}),
    (S.ANSWERED, {P.HOLDER, P.COMMISSION}, set()),
    (S.CLOSED, {P.ASKER, P.COMMISSION}, {A.REOPEN}),
    (S.WITHDRAWN, {P.ASKER, P.HOLDER, P.COMMISSION}, set()),
]


@pytest.mark.parametrize(("state", "parties", "expected"), ACTS)
def test_what_who_has_these_parts_may_do(state, parties, expected):
    assert acts_of(state, parties) == expected


@pytest.mark.parametrize(
    ("due_on", "state", "expected"),
    [
        (date(2026, 11, 29), S.OPEN, True),
        (date(2026, 11, 30), S.OPEN, False),  # due today is not late
        (date(2026, 11, 29), S.ASKED_BACK, True),
        (date(2026, 11, 29), S.DECIDED, True),
        (date(2026, 11, 29), S.ANSWERED, False),
        (date(2026, 11, 29), S.CLOSED, False),
    ],
)
def test_when_an_answer_is_late(due_on, state, expected):
    assert is_overdue(due_on, state, on=ON) is expected


@pytest.mark.parametrize(
    ("since", "days", "words"),
    [
        (date(2026, 11, 30), 0, "今日提出"),
        (date(2026, 11, 27), 1, "已等1个工作日"),  # Friday: the weekend does not count
        (date(2026, 11, 28), 1, "已等1个工作日"),
        (date(2026, 11, 12), 12, "已等12个工作日"),
    ],
)
def test_a_wait_counts_working_days_from_the_day_after(since, days, words):
    assert waited(since, on=ON, calendar={}) == days
    assert waited_words(S.OPEN, since, on=ON, calendar={}) == words


def test_on_a_weekend_what_came_on_friday_is_no_more_of_today():
    friday, saturday = date(2026, 11, 27), date(2026, 11, 28)
    assert waited_words(S.OPEN, friday, on=saturday, calendar={}) == "刚提出"


EARLY, LATER, LATEST = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
WAITS = [
    ([], None),
    ([(S.OPEN, FINANCE, EARLY)], EARLY),
    ([(S.OPEN, FINANCE, EARLY), (S.OPEN, FINANCE, LATER)], EARLY),  # advice
    ([(S.OPEN, FINANCE, EARLY), (S.PASSED_ON, CUSTOMS, LATER)], LATER),
    ([(S.OPEN, LEADERS, EARLY), (S.DECIDED, FINANCE, LATER)], LATER),
    ([(S.OPEN, FINANCE, EARLY), (S.ASKED_BACK, FINANCE, LATER)], LATER),
    (
        [(S.OPEN, FINANCE, EARLY), (S.ASKED_BACK, FINANCE, LATER), (S.ASKED_BACK, FINANCE, ON)],
        LATER,
    ),
    (
        [(S.OPEN, FINANCE, EARLY), (S.ASKED_BACK, FINANCE, LATER), (S.OPEN, FINANCE, LATEST)],
        EARLY,
    ),
    (
        [(S.OPEN, FINANCE, EARLY), (S.ANSWERED, FINANCE, LATER), (S.OPEN, FINANCE, LATEST)],
        LATEST,
    ),
]


@pytest.mark.parametrize(("stood", "expected"), WAITS)
def test_a_wait_counts_from_when_the_present_holder_got_it(stood, expected):
    assert waiting_since(StoodFact(*one) for one in stood) == expected


def test_a_holiday_is_no_wait():
    assert waited(date(2026, 11, 26), on=ON, calendar={date(2026, 11, 27): False}) == 1


@pytest.mark.parametrize(
    ("state", "holder", "days", "expected"),
    [
        (S.OPEN, FINANCE, 12, "卡在市财政局，已等12个工作日"),
        (S.PASSED_ON, FINANCE, 1, "卡在市财政局，已等1个工作日"),
        (S.OPEN, FINANCE, 0, "待市财政局答复，今日提出"),  # nobody is stuck on the first day
        (S.PASSED_ON, FINANCE, 0, "待市财政局答复，今日转交"),
        (S.PASSED_ON, LEADERS, 0, "待市领导定，今日转交"),
        (S.PASSED_ON, LEADERS, 12, "待市领导定，已等12个工作日"),
        (S.ASKED_BACK, FINANCE, 0, "待市农业农村委补充说明，今日询问"),
        (S.ASKED_BACK, FINANCE, 3, "待市农业农村委补充说明，已等3个工作日"),
        (S.ASKED_BACK, LEADERS, 3, "待市农业农村委补充说明，已等3个工作日"),
        (S.DECIDED, CUSTOMS, 0, "已定，待重庆海关办理，今日定下"),
        (S.DECIDED, CUSTOMS, 8, "已定，待重庆海关办理，已等8个工作日"),
        (S.ANSWERED, FINANCE, 8, ""),
        (S.CLOSED, FINANCE, 8, ""),
        (S.WITHDRAWN, FINANCE, 8, ""),
    ],
)
def test_where_it_is_stuck(state, holder, days, expected):
    standing, since = CoordinationStanding(state, holder), add_workdays(ON, -days, {})
    found = stuck_words(standing, "市农业农村委", since=since, on=ON, calendar={})
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", DEFAULT_OPTIONS),
        (" 、 ", DEFAULT_OPTIONS),
        ("市级统筹、由所在区平衡", ("市级统筹", "由所在区平衡")),
        ("同意、同意、 不同意 ", ("同意", "不同意")),
    ],
)
def test_what_a_leader_may_choose_from(text, expected):
    assert options_in(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("甲、乙、丙、丁", "最多3个"), ("一二三四五六七八九十一二三", "最多12个字")],
)
def test_options_are_few_and_short(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        options_in(text)


@pytest.mark.parametrize(
    ("option", "expected"), [("同意", False), ("不同意", True), ("不予列支", True), ("", False)]
)
def test_what_is_a_refusal(option, expected):
    assert is_refusal(option) is expected


@pytest.mark.parametrize(
    ("option", "words", "doer", "expected"),
    [
        ("同意", "", "", "同意。"),
        ("不同意", "资金已有安排。", "", "不同意。资金已有安排。"),
        ("同意", "", FINANCE, "同意。请市财政局于2026-12-11前办理并答复市商务委。"),
        ("同意", "抓紧", FINANCE, "同意。请市财政局于2026-12-11前办理并答复市商务委。抓紧。"),
    ],
)
def test_the_sentence_of_an_answer(option, words, doer, expected):
    due_on = date(2026, 12, 11)
    said = answer_words(option, words, doer=doer, due_on=due_on, asker="市商务委")
    assert said == expected


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("请市财政局明确列支渠道。", 120, ("请市财政局明确列支渠道", "")),
        ("请\n明确  渠道", 120, ("请 明确 渠道", "")),
        ("甲。乙乙乙乙乙乙。", 8, ("甲", "乙乙乙乙乙乙。")),
        ("一二三四五六七八九十一。", 8, ("一二三四五六七…", "一二三四五六七八九十一。")),
    ],
)
def test_a_notes_words_become_a_sentence_and_its_explanation(text, most, expected):
    assert split_words(text, most=most) == expected
