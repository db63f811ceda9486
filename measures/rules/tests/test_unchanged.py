"""The content of a note without news, repeated fields, and required fields."""

import pytest

from measures.choices import UnchangedReason
from measures.rules.notes import (
    carried_over,
    claims_at_start,
    is_more,
    lacking,
    reason_in_words,
    same_words,
    taken_over,
    unchanged_reason_in,
    words_of_unchanged,
)
from measures.tests.factories import content

PREVIOUS = content(
    progress="上期的话。",
    problems="上期的问题。",
    next_steps="上期的打算。",
    help_needed="",
    claimed_stage="nearly_done",
    claimed_percent=80,
    confidence="yellow",
    confidence_reason="资金未到位。",
)


@pytest.mark.parametrize("reason", ["待上级政策明确", " 待上级政策明确。 "])
def test_its_progress_is_a_sentence(reason):
    assert words_of_unchanged(reason) == "本期无新进展：待上级政策明确。"


@pytest.mark.parametrize(
    ("progress", "reason"),
    [
        ("本期无新进展：待上级政策明确。", "待上级政策明确"),
        (" 本期无新进展 : 待上级政策明确", "待上级政策明确"),
        ("本期无新进展", "按计划持续推进，本期无新增事项"),
        ("本期无新进展：。", "按计划持续推进，本期无新增事项"),
        ("本期无新进展，但完成招标。", ""),
        ("本期无新进展：待上级政策明确。\n另完成招标。", ""),
        ("按计划推进，本期无新进展。", ""),
        ("", ""),
    ],
)
def test_its_reason_is_read_from_what_was_typed(progress, reason):
    assert unchanged_reason_in(progress) == reason


@pytest.mark.parametrize(
    ("choice", "written", "words"),
    [
        (UnchangedReason.ON_PLAN, "", "按计划持续推进，本期无新增事项"),
        (UnchangedReason.SEASONAL, "多写的", "季节性工作，本期未开展"),
        (UnchangedReason.OTHER, " 机构调整。", "机构调整"),
        (UnchangedReason.OTHER, " ", ""),
    ],
)
def test_the_reason_is_kept_in_words(choice, written, words):
    assert reason_in_words(choice, written) == words


@pytest.mark.parametrize(
    ("stage", "claimed"),
    [
        ("under_way", "under_way"),
        ("nearly_done", "nearly_done"),
        ("not_started", "under_way"),
        ("done", "under_way"),
        ("suspended", "under_way"),
    ],
)
def test_without_a_last_time_the_measure_s_stage_is_claimed(stage, claimed):
    claims = claims_at_start(None, stage=stage)
    assert claims["claimed_stage"] == claimed
    assert (claims["confidence"], claims["confidence_reason"]) == ("green", "")


def test_else_all_that_was_claimed_last_time_doubt_included():
    assert claims_at_start(PREVIOUS, stage="under_way") == {
        "claimed_stage": "nearly_done",
        "claimed_percent": 80,
        "confidence": "yellow",
        "confidence_reason": "资金未到位。",
    }


def test_what_was_left_empty_is_offered_and_what_was_typed_stands():
    said = carried_over(content(next_steps="新的打算。"), PREVIOUS, reason="待上级政策明确")
    assert (said["carried"], said["is_confirmed"]) == (["problems"], False)
    assert said["progress"] == "本期无新进展：待上级政策明确。"
    assert said["unchanged_reason"] == "待上级政策明确"
    assert (said["problems"], said["next_steps"], said["help_needed"]) == (
        "上期的问题。",
        "新的打算。",
        "",
    )


def test_what_was_confirmed_stands_as_it_is_and_empty_stays_empty():
    seen = content(next_steps="上期的打算。", confidence="yellow", confidence_reason="资金未到位。")
    said = carried_over(seen, PREVIOUS, reason="x", is_confirmed=True)
    assert said["problems"] == ""
    assert (said["carried"], said["is_confirmed"]) == (["next_steps", "confidence_reason"], True)


def test_the_reason_of_a_doubt_that_is_gone_is_not_carried():
    said = carried_over(content(confidence_reason="资金未到位。"), PREVIOUS, reason="x")
    assert said["confidence_reason"] == ""
    assert "confidence_reason" not in said["carried"]


def test_with_no_last_time_there_is_nothing_to_carry():
    assert carried_over(content(next_steps=""), None, reason="x")["next_steps"] == ""


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        (None, ("进展情况",)),
        (content(), ()),
        (content(progress=" \n"), ("进展情况",)),
        (content(confidence="red"), ("预期原因",)),
        (content(confidence="red", confidence_reason="资金。"), ()),
        (content(progress="", confidence="yellow"), ("进展情况", "预期原因")),
    ],
)
def test_what_is_missing_is_named_in_the_order_of_the_page(said, labels):
    assert lacking(said) == labels


HALF = "2026年上半年，通关9家。"
WITHIN = [
    (HALF, HALF, True, False),
    ("2026年 上半年，\n通关9家。", HALF, True, False),
    (f"2026年前三季度，通关12家。\n{HALF}", HALF, True, True),
    (f"{HALF}三季度又有3家。", HALF, True, True),
    ("2026年前三季度，通关12家。", HALF, False, False),
    ("招标已完成。另有3家。", "已完成。", False, False),  # too short to be recognised
    ("2026年前三季度，通关12家。", "", False, False),
]


@pytest.mark.parametrize(("words", "earlier", "is_same", "more"), WITHIN)
def test_a_progress_that_has_the_whole_earlier_one_repeats_it(words, earlier, is_same, more):
    found = same_words({"progress": words}, {"progress": earlier}, among=["progress"])
    assert found == ["progress"] * is_same
    assert is_more(words, earlier) is more
    assert taken_over(words, earlier) == (earlier if is_same else words)


def test_a_plan_with_the_earlier_one_beside_news_is_one_s_own():
    words = {"next_steps": f"{HALF}再办3家。"}
    assert same_words(words, {"next_steps": HALF}, among=["next_steps"]) == []
