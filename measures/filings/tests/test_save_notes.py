"""Saving several drafts at once: the same rules as for one, all or none."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event
from lib.errors import DomainError, StaleError
from measures.choices import FilingState
from measures.filings.drafts import WantedDraft, save_note, save_notes
from measures.models import Filing, Note
from measures.tests.factories import (
    NOW,
    content,
    make_evidence,
    make_filing,
    make_measure,
    make_note,
)

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def filings(agency):
    """Create three filings: nothing written, a draft, and a returned one."""
    untouched, drafted, returned = (make_filing(measure=make_measure(lead=agency)) for _ in "123")
    make_note(drafted)
    make_evidence(make_note(returned))
    Note.objects.filter(filing=returned).update(
        submitted_at=NOW, submitted_by=returned.notes.get().author, left_at=NOW
    )
    Filing.objects.filter(pk=drafted.pk).update(state=S.DRAFT)
    Filing.objects.filter(pk=returned.pk).update(state=S.RETURNED, first_submitted_at=NOW)
    return [untouched, drafted, returned]


def wanted(filings, **fields):
    revisions = [0, 1, 0]
    return [
        WantedDraft(one, content(**fields), seen)
        for one, seen in zip(filings, revisions, strict=True)
    ]


def save(filings, by, **fields):
    return save_notes(wanted(filings, **fields), by=by, at=NOW)


def test_each_is_what_saving_it_alone_would_make(filings, people):
    assert len(save(filings, people.liaison)) == 3
    newest = [one.notes.order_by("-version").first() for one in filings]
    assert [(n.version, n.revision, n.author) for n in newest] == [
        (1, 1, people.liaison), (1, 2, people.liaison), (2, 1, people.liaison),
    ]  # fmt: skip
    assert set(Filing.objects.values_list("state", flat=True)) == {S.DRAFT}
    assert Event.objects.filter(action="filing.save").count() == 3
    assert newest[2].evidence.count() == 1


def test_what_stands_there_already_is_left(filings, people):
    save(filings, people.liaison)
    again = [WantedDraft(one.filing, one.content, 1) for one in wanted(filings)]
    assert save_notes(again, by=people.liaison, at=NOW) == []
    assert Event.objects.filter(action="filing.save").count() == 3


def test_one_that_was_saved_since_stops_all(filings, people):
    save_note(filings[0], by=people.liaison, content=content(), revision=0, at=NOW)
    with pytest.raises(StaleError):
        save(filings, people.liaison, progress="另一段话。")
    assert Event.objects.filter(action="filing.save").count() == 1


def test_one_of_another_agency_stops_all(filings, people):
    with pytest.raises(PermissionDenied):
        save(filings, people.other_liaison)
    assert Note.objects.filter(progress="本期推进一件事。").count() == 0


def test_one_whose_state_bars_it_stops_all(filings, people):
    Filing.objects.filter(pk=filings[2].pk).update(state=S.SUBMITTED)
    with pytest.raises(DomainError, match="“已报送”的填报不能填写"):
        save(filings, people.liaison)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"claimed_percent": 101}, "0到100"), ({"claimed_stage": "done"}, "没有“done”这个选项")],
)
def test_what_the_constraints_refuse_is_said_in_their_words(filings, people, fields, words):
    with pytest.raises(ValidationError, match=words):
        save(filings, people.liaison, **fields)


def test_the_cost_does_not_grow(agency, people, django_assert_max_num_queries):
    many = [make_filing(measure=make_measure(lead=agency)) for _ in range(20)]
    assert people.liaison.current_memberships
    with django_assert_max_num_queries(12):
        save_notes([WantedDraft(one, content(), 0) for one in many], by=people.liaison, at=NOW)
