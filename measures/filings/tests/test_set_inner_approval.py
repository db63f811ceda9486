"""An agency's head switches inner approval on or off."""

import pytest
from django.core.exceptions import PermissionDenied

from measures.choices import FilingState
from measures.filings.submission import approve_note, set_inner_approval, submit_note
from measures.tests.asking import only_event
from measures.tests.factories import NOW, make_filing

pytestmark = pytest.mark.django_db


def test_it_is_off_by_default(agency):
    assert agency.needs_inner_approval is False


@pytest.mark.parametrize(
    ("needed", "sentence"),
    [(True, "市农业农村委启用报送前本单位审核。"), (False, "市农业农村委停用报送前本单位审核。")],
)
def test_the_head_switches_it(agency, people, needed, sentence):
    set_inner_approval(agency, by=people.head, needed=needed, at=NOW)
    agency.refresh_from_db()
    assert agency.needs_inner_approval is needed
    event = only_event()
    assert (event.action, event.sentence) == ("agency.inner_approval", sentence)
    assert event.before == {"needs_inner_approval": False}
    assert event.after == {"needs_inner_approval": needed}


@pytest.mark.parametrize(
    "who", ["liaison", "other_head", "coordinator", "chief", "leader", "system_admin"]
)
def test_nobody_else_switches_it(agency, people, who):
    with pytest.raises(PermissionDenied):
        set_inner_approval(agency, by=getattr(people, who), needed=True, at=NOW)


def test_what_waits_for_the_head_still_needs_the_head_when_it_is_switched_off(
    measure, agency, people
):
    filing = make_filing(measure=measure, state=FilingState.DRAFT, author=people.liaison)
    set_inner_approval(agency, by=people.head, needed=True, at=NOW)
    submit_note(filing, by=people.liaison, at=NOW)
    set_inner_approval(agency, by=people.head, needed=False, at=NOW)
    approve_note(filing, by=people.head, at=NOW)
    filing.refresh_from_db()
    assert filing.state == FilingState.SUBMITTED
