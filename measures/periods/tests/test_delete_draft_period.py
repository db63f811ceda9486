"""Deleting a period that was never opened."""

import pytest
from django.core.exceptions import PermissionDenied

from lib.errors import DomainError
from measures.models import Period
from measures.periods.actions import delete_draft_period
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, make_period

pytestmark = pytest.mark.django_db


def test_it_is_gone_but_for_its_event(people):
    period = make_period(state="draft")
    delete_draft_period(period, by=people.coordinator, at=NOW)
    assert not Period.objects.exists()
    event = only_event()
    assert (event.action, event.target_id) == ("period.delete", period.pk)
    assert event.sentence == "删除尚未开始的季度填报期“2026年前三季度”。"
    assert event.before["label"] == "2026年前三季度"
    assert told() == set()


@pytest.mark.parametrize("state", ["open", "closed"])
def test_an_opened_one_stays(people, state):
    with pytest.raises(DomainError, match="的填报期不能删除"):
        delete_draft_period(make_period(state=state), by=people.coordinator, at=NOW)
    assert Period.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_delete(people, who):
    with pytest.raises(PermissionDenied):
        delete_draft_period(make_period(state="draft"), by=getattr(people, who), at=NOW)
