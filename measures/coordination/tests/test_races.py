"""Two concurrent steps on one item, on the real PostgreSQL: exactly one succeeds."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.permissions import Role
from lib.errors import DomainError
from measures.coordination import actions
from measures.coordination.tests.factories import make_item
from measures.models import CoordinationItem
from measures.tests.factories import NOW, TODAY, make_agency, make_measure, make_user
from measures.tests.threads import at_once, begin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DUE = TODAY + timedelta(days=10)


def errors(runs):
    return [type(run.error) for run in runs if run.error]


def test_the_same_words_sent_twice_at_once_are_one_item():
    lead, other = make_agency(), make_agency()
    measure, liaison = make_measure(lead=lead), make_user(Role.LIAISON, lead)

    def ask():
        said = {"asked_by": lead, "words": "补贴从哪列支", "agency": other, "due_on": DUE}
        return actions.raise_item(measure, by=liaison, at=NOW, **said)

    assert errors(at_once(ask, ask)) == [ValidationError]
    assert CoordinationItem.objects.count() == 1


def test_an_answer_and_taking_back_at_once_leave_one_of_them():
    finance = make_agency()
    item = make_item(agency=finance)
    official = make_user(Role.LIAISON, finance)
    asker = make_user(Role.AGENCY_HEAD, item.asked_by)
    runs = at_once(
        lambda: actions.answer(item, by=official, words="可以。", at=NOW),
        lambda: actions.withdraw_item(item, by=asker, at=NOW),
    )
    assert errors(runs) == [DomainError]
    assert item.steps.count() == 2


def test_two_who_answer_at_once_leave_one_answer():
    finance = make_agency()
    item = make_item(agency=finance)
    first, second = make_user(Role.LIAISON, finance), make_user(Role.AGENCY_HEAD, finance)
    runs = at_once(
        lambda: actions.answer(item, by=first, words="可以。", at=NOW),
        lambda: actions.answer(item, by=second, words="可以。", at=NOW),
    )
    assert errors(runs) == [DomainError]


def test_an_answer_that_comes_a_moment_too_late_is_told_why_it_was_refused(client):
    leader, finance = make_user(Role.LEADER), make_agency()
    item = make_item(leader=leader, doer=finance)
    client.force_login(leader)
    said = {"choice": "1", "doer": finance.pk, "due_on": f"{DUE}", "from_list": "1"}
    with transaction.atomic():
        actions.decide(item, by=leader, option="同意", doer=finance, due_on=DUE, at=NOW)
        late = begin(lambda: client.post(f"/coordination/{item.pk}/respond/", said))
    late.join()
    assert late.error is None
    assert late.answer.status_code == 409
    assert "已不在您这里" in late.answer.content.decode()
