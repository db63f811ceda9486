"""Submitting again after a return: an unchanged note is asked about once; the answer field."""

import pytest
from django.urls import reverse

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.tests.cards import save, typed
from measures.models import Note
from measures.reviews.actions import begin_review, return_note
from measures.tests.factories import NOW, make_filing, make_measure, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState
ASKED = "与退回的第1版完全相同"


@pytest.fixture
def filing(client, liaison, customs):
    """Create a note that was returned."""
    filing = make_filing(measure=make_measure(lead=customs))
    submit(client, filing)
    filing.refresh_from_db()
    coordinator = make_user(Role.COORDINATOR)
    begin_review(filing, by=coordinator, at=NOW)
    return_note(filing, by=coordinator, comment="请补充数字。", at=NOW)
    filing.refresh_from_db()
    return filing


def submit(client, filing, **fields):
    address = reverse("measures:filing_submit", args=[filing.pk])
    return client.post(address, typed(filing, **fields))


def state_of(filing):
    filing.refresh_from_db()
    return filing.state


def test_unchanged_it_is_asked_about_once(client, filing):
    response = submit(client, filing)
    page = response.content.decode()
    assert response.status_code == 422
    assert ASKED in page
    assert state_of(filing) == S.RETURNED
    assert submit(client, filing, is_sure="on").status_code == 302
    assert state_of(filing) == S.SUBMITTED
    assert Event.objects.filter(sentence__endswith="第2版，与退回的第1版相同。").exists()


def test_with_one_character_changed_nothing_is_asked(client, filing):
    assert submit(client, filing, progress="三季度推进一件事！").status_code == 302
    assert state_of(filing) == S.SUBMITTED


def test_an_answer_to_the_return_goes_with_it_and_is_kept_in_the_trail(client, filing):
    page = client.get("/filings/").content.decode()
    assert "对退回意见的答复" in page
    answer = "数字以统计局公布为准，10月底补报。"
    assert submit(client, filing, answer=answer).status_code == 302
    note = Note.objects.get(filing=filing, version=2)
    assert note.answer == answer
    saved = Event.objects.filter(action="filing.save").order_by("-pk")[0]
    assert saved.after["answer"] == answer
    for role, address in ((Role.COORDINATOR, "review"), (Role.COORDINATOR, "filing")):
        client.force_login(make_user(role))
        shown = client.get(reverse(f"measures:{address}", args=[filing.pk])).content.decode()
        assert answer in shown


def test_all_at_once_leaves_what_was_not_mended(client, filing):
    save(client, filing)
    sent = {"period": filing.period_id, "seen": [f"{filing.pk}:1"]}
    page = client.post(reverse("measures:filings_submit"), sent, follow=True).content.decode()
    assert ASKED in page
    assert state_of(filing) == S.DRAFT


def test_nothing_was_returned_nothing_is_asked_for(client, liaison, customs):
    make_filing(measure=make_measure(lead=customs))
    assert "对退回意见的答复" not in client.get("/filings/").content.decode()
