"""Waiving a filing (免报), and undoing it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.models import Filing, Note
from measures.periods.actions import close_period
from measures.reviews.waivers import unwaive_filing, waive_filing
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, join, make_filing, make_note, make_period

pytestmark = pytest.mark.django_db
S = FilingState
REASON = "本期没有这项业务。"


def waive(filing, by, reason=REASON):
    return waive_filing(filing, by=by, reason=reason, at=NOW)


def unwaive(filing, by, reason="业务已恢复。"):
    return unwaive_filing(filing, by=by, reason=reason, at=NOW)


@pytest.mark.parametrize("state", [S.PENDING, S.DRAFT])
def test_what_never_left_the_agency_is_waived_with_its_reason(measure, people, state):
    filing = make_filing(measure=measure, state=state, author=people.liaison)
    versions = Note.objects.count()
    waive(filing, people.coordinator)
    filing.refresh_from_db()
    assert (filing.state, filing.waived_reason) == (S.WAIVED, REASON)
    assert (filing.waived_by, filing.waived_at) == (people.coordinator, NOW)
    assert Note.objects.count() == versions
    assert only_event().sentence == f"{filing}免报：{REASON}"
    assert told("免报") == {people.liaison}


def test_a_draft_of_what_was_filed_before_is_not_waived(measure, people):
    filing = make_filing(measure=measure, state=S.DRAFT, first_submitted_at=NOW)
    with pytest.raises(DomainError, match="已报送过的填报不能免报。"):
        waive(filing, people.coordinator)


@pytest.mark.parametrize(("begun", "state"), [(False, S.PENDING), (True, S.DRAFT)])
def test_taken_back_it_stands_where_it_stood(measure, people, begun, state):
    filing = make_filing(measure=measure, state=S.WAIVED)
    if begun:
        make_note(filing, author=people.liaison)
    unwaive(filing, people.coordinator)
    filing.refresh_from_db()
    assert filing.state == state
    assert (filing.waived_reason, filing.waived_by, filing.waived_at) == ("", None, None)
    assert only_event().action == "filing.unwaive"
    assert people.liaison in told("取消免报")


@pytest.mark.parametrize(("verb", "state"), [(waive, S.PENDING), (unwaive, S.WAIVED)])
def test_a_reason_is_required(measure, people, verb, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match="须写明理由"):
        verb(filing, people.coordinator, " ")
    assert Filing.objects.get().state == state


@pytest.mark.parametrize(("verb", "state"), [(waive, S.PENDING), (unwaive, S.WAIVED)])
def test_not_after_the_period_has_closed(measure, people, verb, state):
    period = make_period(due_on=TODAY - timedelta(days=1))
    filing = make_filing(measure=measure, period=period, state=state)
    close_period(filing.period, by=people.coordinator, at=NOW)
    with pytest.raises(DomainError, match="已关闭，不能再"):
        verb(filing, people.coordinator)


@pytest.mark.parametrize(("verb", "state"), [(waive, S.PENDING), (unwaive, S.WAIVED)])
def test_nobody_waives_what_their_own_agency_owes(measure, agency, people, verb, state):
    filing = make_filing(measure=measure, state=state)
    join(people.coordinator, Role.LIAISON, agency)
    with pytest.raises(PermissionDenied, match="不能由您办理"):
        verb(filing, people.coordinator)
