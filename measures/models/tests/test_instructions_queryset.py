"""The state of an instruction, and who sees it."""

from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.choices import InstructionState
from measures.instructions.tests.factories import make_instruction
from measures.models import Instruction
from measures.tests.factories import NOW, TODAY, make_agency, make_user

pytestmark = pytest.mark.django_db
S = InstructionState
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

CASES = [
    # addressed, answered, due on, closed, withdrawn, state
    (1, 0, None, False, False, S.WAITING),  # without a deadline it is never overdue
    (1, 0, TODAY, False, False, S.WAITING),  # due today is not overdue
    (1, 0, TOMORROW, False, False, S.WAITING),
    (1, 0, YESTERDAY, False, False, S.OVERDUE),
    (2, 1, YESTERDAY, False, False, S.OVERDUE),  # one still owes its answer
    (2, 1, None, False, False, S.WAITING),
    (2, 2, YESTERDAY, False, False, S.ANSWERED),  # answered late is answered
    (1, 1, None, False, False, S.ANSWERED),
    (1, 0, YESTERDAY, True, False, S.CLOSED),
    (1, 1, None, True, False, S.CLOSED),
    (1, 0, YESTERDAY, False, True, S.WITHDRAWN),
]


@pytest.mark.parametrize(
    ("addressed", "answered", "due_on", "is_closed", "is_withdrawn", "expected"), CASES
)
def test_where_it_stands(addressed, answered, due_on, is_closed, is_withdrawn, expected):
    agencies = [make_agency() for _ in range(addressed)]
    row = make_instruction(*agencies, due_on=due_on, answered=agencies[:answered])
    ends = {"closed_by": row.by, "closed_at": NOW} if is_closed else {}
    ends |= {"withdrawn_at": NOW} if is_withdrawn else {}
    if ends:
        Instruction.objects.filter(pk=row.pk).update(**ends)
    rows = Instruction.objects.with_state(on=TODAY)
    assert rows.get().state == expected
    assert rows.counted() == {expected: 1}
    assert rows.filter(state_now=expected).count() == 1
    assert rows.open().exists() == (expected not in (S.CLOSED, S.WITHDRAWN))


def test_leaders_and_the_commission_see_all_the_addressed_theirs_and_others_none():
    addressed, other = make_agency(), make_agency()
    row = make_instruction(addressed, make_agency())
    seers = [make_user(role) for role in (Role.LEADER, Role.COORDINATOR, Role.CHIEF)]
    seers += [make_user(role, addressed) for role in (Role.LIAISON, Role.AGENCY_HEAD)]
    blind = [make_user(role, other) for role in (Role.LIAISON, Role.AGENCY_HEAD)]
    blind += [make_user(Role.AUDITOR), make_user()]
    assert all(list(Instruction.objects.visible_to(user)) == [row] for user in seers)
    assert not any(Instruction.objects.visible_to(user).exists() for user in blind)


def test_it_waits_for_an_agency_until_that_agency_has_answered():
    first, second = make_agency(), make_agency()
    make_instruction(first, second, answered=[first])
    assert not Instruction.objects.awaiting([first.pk]).exists()
    assert Instruction.objects.awaiting([second.pk]).count() == 1


def test_what_is_due_first_stands_first_and_what_has_no_deadline_last():
    agency = make_agency()
    rows = [make_instruction(agency, due_on=day) for day in (None, TOMORROW, YESTERDAY)]
    assert list(Instruction.objects.by_urgency()) == [rows[2], rows[1], rows[0]]
