"""The ladder: which rung is reached, which is sent, which is skipped."""

from datetime import date

import pytest

from measures.choices import ChaseAudience, Rung
from measures.rules.chasing import (
    DEFAULT_LADDER,
    Climb,
    LadderStep,
    applicable,
    chased_words,
    climb,
    ladder_on,
    reached,
    rung_day,
)

# Due on Monday 2026-11-16; Wednesday 2026-11-18 is a holiday, Saturday 2026-11-21 is worked.
DUE = date(2026, 11, 16)
CALENDAR = {date(2026, 11, 18): False, date(2026, 11, 21): True}
REMIND, ON_DAY, CHASE, LETTER, CIRCULAR = DEFAULT_LADDER

REACHED = [
    # on, the highest rung reached
    ("2026-11-06", None),  # T−6
    ("2026-11-08", None),  # a Sunday
    ("2026-11-09", Rung.REMIND),  # T−5
    ("2026-11-15", Rung.REMIND),
    ("2026-11-16", Rung.DUE),
    ("2026-11-17", Rung.CHASE),  # T+1
    ("2026-11-22", Rung.CHASE),  # T+4 was Saturday, worked
    ("2026-11-23", Rung.LETTER),  # T+5: 17, 19, 20, 21, 23
    ("2026-11-27", Rung.LETTER),  # T+9
    ("2026-11-30", Rung.CIRCULAR),  # T+10
    ("2027-11-30", Rung.CIRCULAR),
]


@pytest.mark.parametrize(("on", "highest"), REACHED)
def test_the_highest_rung_reached(on: str, highest: Rung | None) -> None:
    steps = reached(DEFAULT_LADDER, DUE, on=date.fromisoformat(on), calendar=CALENDAR)
    assert (steps[-1].rung if steps else None) == highest


DAYS_OFF = [
    # due on, offset, day
    ("2026-11-18", 0, "2026-11-17"),  # a holiday: sent on the working day before
    ("2026-11-15", 0, "2026-11-13"),  # a Sunday
    ("2026-11-21", 0, "2026-11-21"),  # a Saturday that is worked
    ("2026-11-15", 1, "2026-11-16"),
    ("2026-11-15", -1, "2026-11-13"),
]


@pytest.mark.parametrize(("due_on", "offset", "day"), DAYS_OFF)
def test_the_day_of_a_rung_where_the_due_day_is_off(due_on: str, offset: int, day: str) -> None:
    assert rung_day(offset, date.fromisoformat(due_on), CALENDAR) == date.fromisoformat(day)


CLIMBS: list[tuple[list[LadderStep], set[str], Climb]] = [
    ([], set(), Climb(None, ())),
    ([REMIND], set(), Climb(REMIND, ())),
    ([REMIND], {"remind"}, Climb(None, ())),  # a second run
    ([REMIND, ON_DAY], {"remind"}, Climb(ON_DAY, ())),
    # A week was missed: only the highest is sent.
    ([REMIND, ON_DAY, CHASE], {"remind"}, Climb(CHASE, (Rung.DUE,))),
    ([REMIND, ON_DAY, CHASE, LETTER], set(), Climb(LETTER, (Rung.REMIND, Rung.DUE, Rung.CHASE))),
    # A rung that a new ladder puts below a recorded one is skipped.
    ([REMIND, ON_DAY, CHASE], {"chase"}, Climb(None, (Rung.REMIND, Rung.DUE))),
    (list(DEFAULT_LADDER), set(Rung.values), Climb(None, ())),
]


@pytest.mark.parametrize(("steps", "recorded", "expected"), CLIMBS)
def test_one_rung_is_told_and_the_lower_ones_are_passed_over(
    steps: list[LadderStep], recorded: set[str], expected: Climb
) -> None:
    assert climb(steps, recorded) == expected


APPLICABLE = [
    # rung, extended, being corrected, whether it applies
    (REMIND, False, False, True),
    (REMIND, True, False, False),  # in peace until its new day
    (ON_DAY, True, False, True),
    (CIRCULAR, True, False, True),
    (REMIND, False, True, False),
    (ON_DAY, False, True, True),
    (CHASE, False, True, True),
    (LETTER, False, True, False),  # a late correction is chased, and is not 迟报
    (CIRCULAR, False, True, False),
]


@pytest.mark.parametrize(("step", "is_extended", "is_mending", "expected"), APPLICABLE)
def test_what_was_put_off_or_came_back_is_not_climbed_all_the_way(
    step: LadderStep, is_extended: bool, is_mending: bool, expected: bool
) -> None:
    assert applicable(step, is_extended=is_extended, is_mending=is_mending) is expected


def test_the_ladder_of_a_day_is_the_last_one_set_before() -> None:
    first, second = [CHASE], [CHASE, CIRCULAR]
    scale = [(date(2026, 1, 1), first), (date(2026, 7, 1), second)]
    assert ladder_on(scale, date(2025, 12, 31)) == DEFAULT_LADDER
    assert ladder_on(scale, date(2026, 1, 1)) == first
    assert ladder_on(scale, date(2026, 6, 30)) == first
    assert ladder_on(scale, date(2026, 7, 1)) == second


def test_after_silence_it_climbs_to_the_head() -> None:
    assert [step.audience for step in DEFAULT_LADDER[:4]] == [ChaseAudience.LIAISONS] * 4
    assert CIRCULAR.audience == ChaseAudience.WITH_HEADS


def test_a_rung_says_its_day() -> None:
    assert [step.day_words for step in DEFAULT_LADDER] == [
        "截止前5个工作日",
        "截止当日",
        "逾期第1个工作日",
        "逾期第5个工作日",
        "逾期第10个工作日",
    ]


FACTS = {"chased_on": "2026-11-27", "answered": 0, "promised_on": None, "candidates": 0}
WORDS = [
    # told, filings, words
    (None, 1, ""),
    ({"chased_on": None}, 1, ""),  # reminded only
    ({}, 1, "，11-27催报，待答复"),
    ({"chased_on": "2025-12-31"}, 1, "，2025-12-31催报，待答复"),
    ({"answered": 1}, 1, "，11-27催报，已答复"),
    ({"answered": 1, "promised_on": "2026-12-02"}, 1, "，11-27催报，拟于12-02报送"),
    ({"answered": 2}, 3, "，11-27催报，已答复2项"),
    ({"answered": 1, "promised_on": "2026-12-02"}, 3, "，11-27催报，已答复1项（拟于12-02报送）"),
    ({"candidates": 1}, 1, "，11-27催报，待答复，通报候选"),
]


@pytest.mark.parametrize(("told", "filings", "words"), WORDS)
def test_what_a_line_says_of_its_chases(
    told: dict[str, object] | None, filings: int, words: str
) -> None:
    found = None if told is None else FACTS | told
    assert chased_words(found, filings=filings, on=date(2026, 11, 30)) == words
