"""更正 from a card of 本期应报: where it begins, and how the card shows it."""

import pytest

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing
from measures.reviews.corrections import correct_note
from measures.tests.factories import NOW, make_filing, make_measure, sign_in
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState


def read(client, address):
    return parse(client.get(address).content.decode())


def corrections(page):
    return page.xpath("//article//a[.='更正']/@href")


def test_an_accepted_card_leads_to_the_form_of_its_correction(client, liaison, customs):
    filing = make_filing(measure=make_measure(lead=customs), state=S.ACCEPTED)
    (address,) = corrections(read(client, "/filings/"))
    (fold,) = read(client, address).xpath("//details[@open][summary='更正已通过的进展']")
    assert fold.xpath(".//form/@action") == [f"/filings/{filing.pk}/correct/"]


@pytest.mark.parametrize("state", [S.PENDING, S.DRAFT, S.SUBMITTED, S.RETURNED])
def test_other_cards_do_not(client, liaison, customs, state):
    make_filing(measure=make_measure(lead=customs), state=state)
    assert corrections(read(client, "/filings/")) == []


def test_who_does_not_file_is_not_led_there(client, customs):
    make_filing(measure=make_measure(lead=customs), state=S.ACCEPTED)
    sign_in(client, Role.AGENCY_HEAD, customs)
    assert corrections(read(client, "/filings/")) == []


@pytest.mark.parametrize(
    ("state", "is_told"), [(S.DRAFT, True), (S.SUBMITTED, True), (S.ACCEPTED, False)]
)
def test_a_correction_is_called_so_until_it_is_accepted(client, liaison, customs, state, is_told):
    filing = make_filing(measure=make_measure(lead=customs), state=S.ACCEPTED)
    note = correct_note(filing, by=liaison, reason="数字有误。", at=NOW)
    if state != S.DRAFT:
        note.submitted_by, note.submitted_at, note.left_at = liaison, NOW, NOW
        note.save()
    Filing.objects.update(state=state)
    tags = read(client, "/filings/").xpath("//article//span[@class='tag']")
    assert ("更正" in [tag.text_content() for tag in tags]) is is_told
