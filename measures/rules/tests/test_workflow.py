"""The filing workflow is one table: every state and step, allowed or refused in words."""

import pytest

from agencies.permissions import Perm
from lib.errors import DomainError
from measures.choices import FilingState
from measures.rules.workflow import (
    FILED,
    OPEN_TO_LIAISON,
    STEPS,
    step_from,
    steps_from,
)

S = FilingState

# The table is repeated here, so that it cannot change unnoticed.
TABLE = {
    "save": ({S.PENDING, S.DRAFT, S.RETURNED}, S.DRAFT, Perm.FILE),
    "submit": ({S.DRAFT}, S.SUBMITTED, Perm.FILE),
    "hand_in": ({S.DRAFT}, S.IN_AGENCY, Perm.FILE),
    "approve": ({S.IN_AGENCY}, S.SUBMITTED, Perm.APPROVE_IN_AGENCY),
    "send_back": ({S.IN_AGENCY}, S.RETURNED, Perm.APPROVE_IN_AGENCY),
    "withdraw": ({S.IN_AGENCY, S.SUBMITTED}, S.DRAFT, Perm.FILE),
    "accept": ({S.SUBMITTED}, S.ACCEPTED, Perm.REVIEW),
    "return": ({S.SUBMITTED}, S.RETURNED, Perm.REVIEW),
    "correct": ({S.ACCEPTED}, S.DRAFT, Perm.FILE),
    "drop": ({S.DRAFT, S.RETURNED}, S.ACCEPTED, Perm.FILE),
    "unaccept": ({S.ACCEPTED}, S.SUBMITTED, Perm.REVIEW),
    "waive": ({S.PENDING, S.DRAFT}, S.WAIVED, Perm.REVIEW),
    "unwaive": ({S.WAIVED}, S.PENDING, Perm.REVIEW),
    "uphold": ({S.RETURNED}, S.SUBMITTED, Perm.REVIEW),
}
EVERY_PAIR = [(state, name) for state in S for name in TABLE]


def test_no_step_is_forgotten():
    assert set(STEPS) == set(TABLE)


@pytest.mark.parametrize(("state", "name"), EVERY_PAIR)
def test_a_step_starts_where_the_table_says(state, name):
    sources, target, perm = TABLE[name]
    if state in sources:
        step = step_from(state, name)
        assert (step.target, step.perm) == (target, perm)
        assert steps_from(state)[name] == step
    else:
        with pytest.raises(DomainError) as refusal:
            step_from(state, name)
        assert str(refusal.value) == (
            f"“{state.label}”的填报不能{STEPS[name].label}，请刷新页面查看最新状态。"
        )
        assert name not in steps_from(state)


def test_a_refusal_is_a_whole_sentence():
    with pytest.raises(DomainError, match="^“草稿”的填报不能通过，请刷新页面查看最新状态。$"):
        step_from("draft", "accept")


@pytest.mark.parametrize("state", S)
def test_the_liaison_writes_where_saving_may_start(state):
    assert (state in OPEN_TO_LIAISON) == ("save" in steps_from(state))


@pytest.mark.parametrize(
    ("state", "names"), [(S.ACCEPTED, {"correct", "unaccept"}), (S.WAIVED, {"unwaive"})]
)
def test_what_is_over_is_only_taken_up_again_with_a_reason(state, names):
    assert set(steps_from(state)) == names


def test_filed_is_what_lies_with_the_commission():
    assert set(FILED) == {S.SUBMITTED, S.ACCEPTED}
