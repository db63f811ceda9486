"""撤回开始: an opened period goes back to draft while nobody has worked on it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event
from lib.errors import DomainError
from measures.filings.drafts import save_note
from measures.models import Filing
from measures.periods.actions import close_period, open_period, reopen_period
from measures.periods.extensions import extend_filing, extend_period
from measures.periods.taking_back import take_back_opening
from measures.reviews.waivers import waive_filing
from measures.tests.asking import told
from measures.tests.factories import NOW, content, make_period

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 4)


@pytest.fixture
def period(measure, people):
    """Create an open period with one filing that nobody has worked on."""
    period = make_period(state="draft", opens_by_itself=True)
    open_period(period, by=people.coordinator, at=NOW)
    period.refresh_from_db()
    return period


def test_its_filings_go_and_it_is_a_draft_that_opens_by_itself_no_more(period, people):
    assert take_back_opening(period, by=people.coordinator, at=NOW) == 1
    period.refresh_from_db()
    assert not Filing.objects.exists()
    assert (period.state, period.opened_at, period.opens_by_itself) == ("draft", None, False)
    event = Event.objects.get(action="period.take_back")
    assert event.sentence == "撤回“2026年前三季度”的开始，1项填报任务一并撤回。"
    assert told("暂不填报") == {people.liaison}
    assert open_period(period, by=people.coordinator, at=NOW) == 1  # it can be opened again


TOUCHED = [
    lambda filing, people: save_note(
        filing, by=people.liaison, content=content(), revision=0, at=NOW
    ),
    lambda filing, people: waive_filing(filing, by=people.coordinator, reason="不涉及。", at=NOW),
    lambda filing, people: extend_filing(
        filing, by=people.coordinator, due_on=LATER, reason="核对。", at=NOW
    ),
    lambda filing, people: extend_period(
        filing.period, by=people.coordinator, due_on=LATER, reason="核对。", at=NOW
    ),
]


@pytest.mark.parametrize("touch", TOUCHED)
def test_once_anybody_has_touched_it_it_stays_open(period, people, touch):
    touch(Filing.objects.get(), people)
    with pytest.raises(DomainError, match="不能撤回开始"):
        take_back_opening(period, by=people.coordinator, at=NOW)
    assert Filing.objects.exists()


def test_one_that_was_closed_and_reopened_stays_open(measure, people):
    period = make_period(state="open")
    close_period(period, by=people.coordinator, at=NOW)
    reopen_period(period, by=people.coordinator, reason="补报。", at=NOW)
    with pytest.raises(DomainError, match="不能撤回开始"):
        take_back_opening(period, by=people.coordinator, at=NOW)


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_take_it_back(period, people, who):
    with pytest.raises(PermissionDenied):
        take_back_opening(period, by=getattr(people, who), at=NOW)
