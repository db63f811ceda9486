"""批示 where another platform keeps 待办."""

import pytest

from agencies.choices import OutboxAction, OutboxState
from agencies.models import OutboxItem
from measures.instructions.actions import (
    close_instruction,
    reply_to_instruction,
    withdraw_instruction,
    write_instruction,
)
from measures.models import Instruction
from measures.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(measure, agency, people, settings) -> Instruction:
    """Create one whose 待办 already exist."""
    settings.WEBHOOK_URL = "https://gateway.example/todos"
    row = write_instruction(
        measure, by=people.leader, text="请抓紧落实。", agencies=[agency], due_on=None, at=NOW
    )
    OutboxItem.objects.update(state=OutboxState.SENT, sent_at=NOW)
    return row


def todos(action: OutboxAction) -> set[int]:
    return set(OutboxItem.objects.filter(action=action).values_list("user", flat=True))


def test_only_who_is_to_answer_has_one(written, people):
    assert todos(OutboxAction.CREATE) == {people.liaison.pk, people.head.pk}


def test_the_answer_finishes_it_for_the_agencys_own_people(written, agency, people):
    reply_to_instruction(written, agency=agency, by=people.liaison, text="已落实。", at=NOW)
    assert todos(OutboxAction.FINISH) == {people.liaison.pk, people.head.pk}
    assert len(todos(OutboxAction.CREATE)) == 2  # all others get a message about the answer


def test_the_ending_finishes_it_and_asks_nothing_anew(written, people):
    close_instruction(written, by=people.leader, words="很好。", at=NOW)
    assert todos(OutboxAction.FINISH) == todos(OutboxAction.CREATE)
    assert OutboxItem.objects.filter(action=OutboxAction.CREATE).count() == 2


def test_taken_back_it_is_cancelled(written, people):
    withdraw_instruction(written, by=people.leader, at=NOW)
    assert todos(OutboxAction.CANCEL) == {people.liaison.pk, people.head.pk}
    assert todos(OutboxAction.FINISH) == set()
