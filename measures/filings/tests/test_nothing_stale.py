"""本期无新进展 files nothing of the last period that its writer has not seen and confirmed."""

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState, PeriodState
from measures.filings.tests.cards import typed
from measures.models import Note
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState
PLAN = "三季度推动在建指定监管场地验收。"


@pytest.fixture
def customs():
    return make_agency(name="重庆海关")


@pytest.fixture
def liaison(client, customs):
    user = make_user(Role.LIAISON, customs)
    client.force_login(user)
    return user


@pytest.fixture
def filings(customs):
    """Two, each with an accepted note of the period before."""
    before, period = make_period(Quarter(2026, 2), state=PeriodState.CLOSED), make_period()
    made = []
    for _ in range(2):
        measure = make_measure(lead=customs)
        last = make_filing(measure=measure, period=before)
        last.accepted_note = make_note(last, submitted=True, next_steps=PLAN)
        last.first_submitted_at, last.state = NOW, S.ACCEPTED
        last.save()
        made.append(make_filing(measure=measure, period=period))
    return made


def submit_all(client, *filings):
    seen = [f"{filing.pk}:1" for filing in filings]
    sent = {"period": filings[0].period_id, "seen": seen}
    return client.post(reverse("measures:filings_submit"), sent, follow=True).content.decode()


def unchanged(client, filing):
    address = reverse("measures:filing_unchanged", args=[filing.pk])
    return client.post(address, typed(filing, progress="", unchanged_for="on_plan"))


def test_a_single_one_waits_for_its_confirmation(client, liaison, filings):
    unchanged(client, filings[0])
    page = submit_all(client, filings[0])
    assert not Note.objects.filter(filing=filings[0], submitted_at__isnull=False).exists()
    assert "的下一步打算与上期相同，请核对：仍适用的请确认，否则请修改。" in page


def test_all_the_rest_at_once_ask_for_each(client, liaison, filings):
    sent = {"period": filings[0].period_id, "unchanged_for": "on_plan"}
    client.post(reverse("measures:filings_unchanged"), sent)
    submit_all(client, *filings)
    assert not Note.objects.filter(next_steps=PLAN, submitted_at__isnull=False).exclude(
        filing__period__covers_from=Quarter(2026, 2).starts_on
    )
