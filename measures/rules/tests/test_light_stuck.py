"""Low confidence names the matter on which its agency waits; the colour stays the same."""

from datetime import date

import pytest

from measures.choices import Confidence, CoordinationState, Light
from measures.rules.facts import StuckFact
from measures.rules.remedies import remedies_of
from measures.rules.tests.facts import LEAD, MONDAY, accepted, confidence, judged, ongoing

S = CoordinationState
FRIDAY, LONG_AGO = date(2026, 11, 13), date(2026, 10, 30)


def stuck(state, holder, since=FRIDAY):
    return StuckFact(1, LEAD, since, state, holder)


def note(level, asked=None, reason="资金未落实。"):
    return confidence(level, reason=reason, stuck=asked)


def verdict(*confidences):
    return judged(ongoing(accepted(), confidences=confidences))


CASES = [
    (None, "资金未落实。"),
    (stuck(S.OPEN, "市财政局"), "资金未落实，卡在市财政局，已等1个工作日"),
    # The sentence is read on later days, too: in the history of the light and in snapshots.
    (stuck(S.OPEN, "市财政局", MONDAY), f"资金未落实，待市财政局答复，{MONDAY}提出"),
    (stuck(S.PASSED_ON, "市领导", MONDAY), f"资金未落实，待市领导定，{MONDAY}转交"),
    (stuck(S.OPEN, "市财政局", LONG_AGO), "资金未落实，卡在市财政局，已等11个工作日"),
    (stuck(S.PASSED_ON, "市税务局"), "资金未落实，卡在市税务局，已等1个工作日"),
    (stuck(S.PASSED_ON, "市领导"), "资金未落实，待市领导定，已等1个工作日"),
    (stuck(S.ASKED_BACK, "市财政局"), f"资金未落实，待{LEAD}补充说明，已等1个工作日"),
    (stuck(S.DECIDED, "市财政局"), "资金未落实，已定，待市财政局办理，已等1个工作日"),
    (stuck(S.ANSWERED, "市财政局"), "资金未落实。"),
    (stuck(S.CLOSED, "市财政局"), "资金未落实。"),
    (stuck(S.WITHDRAWN, "市财政局"), "资金未落实。"),
]


@pytest.mark.parametrize(("asked", "words"), CASES)
@pytest.mark.parametrize("level", [Confidence.YELLOW, Confidence.RED])
def test_only_the_sentence_says_where_it_is_stuck(level, asked, words):
    plain, found = verdict(note(level)), verdict(note(level, asked))
    assert found.sentence.endswith(f"：{words}")
    assert found.sentence.partition("：")[0] == plain.sentence.partition("：")[0]
    told = ("light", "cause", "since", "agencies", "filing_id")
    assert [getattr(found, name) for name in told] == [getattr(plain, name) for name in told]


ANSWERS = [
    (None, ""),
    (stuck(S.OPEN, "市财政局"), "市财政局"),
    (stuck(S.PASSED_ON, "市领导"), "市领导"),
    (stuck(S.DECIDED, "市财政局"), "市财政局"),
    (stuck(S.ASKED_BACK, "市财政局"), ""),  # it is the agency's own turn
    (stuck(S.ANSWERED, "市财政局"), ""),
]


@pytest.mark.parametrize(("asked", "holder"), ANSWERS)
def test_whoever_has_to_answer_first_is_named_beside_and_in_what_ends_it(asked, holder):
    found = verdict(note(Confidence.YELLOW, asked))
    assert found.answers == ((holder,) if holder else ())
    [remedy] = remedies_of(found.findings, calm=Light.GREEN)
    first = f"{holder}答复需协调事项，" if holder else ""
    assert remedy.words == f"{first}市财政局自评转为正常并通过审核"


def test_good_confidence_tells_of_nothing():
    found = verdict(note(Confidence.GREEN, stuck(S.OPEN, "市财政局")))
    assert "卡在" not in found.sentence


def test_a_long_reason_is_cut_before_it():
    found = verdict(note(Confidence.YELLOW, stuck(S.OPEN, "市财政局"), reason="资金" * 30))
    assert found.sentence.endswith("…，卡在市财政局，已等1个工作日")
