"""本期无新进展: saving it as a draft for one filing, or for all that remain."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import Event
from lib.errors import DomainError, StaleError
from measures.choices import FilingState, PeriodState
from measures.filings.content import typed_in
from measures.filings.drafts import report_rest_unchanged, report_unchanged, save_note
from measures.filings.submission import UnconfirmedError, submit_note
from measures.models import Note
from measures.rules.periods import Quarter
from measures.tests.asking import only_event
from measures.tests.factories import (
    NOW,
    content,
    make_filing,
    make_measure,
    make_note,
    make_period,
)

pytestmark = pytest.mark.django_db
S = FilingState
REASON = "待上级政策明确"


def report(filing, by, *, reason=REASON, revision=0, **fields):
    said = content(progress="", next_steps="", **fields)
    return report_unchanged(filing, by=by, content=said, reason=reason, revision=revision, at=NOW)


@pytest.fixture
def last_time(measure):
    """Create the measure's note accepted in the period before."""
    before = make_period(Quarter(2026, 2), state=PeriodState.CLOSED)
    filing = make_filing(measure=measure, period=before)
    note = make_note(
        filing,
        submitted=True,
        problems="上期的问题。",
        claimed_stage="nearly_done",
        confidence="yellow",
        confidence_reason="资金未到位。",
    )
    filing.accepted_note, filing.first_submitted_at, filing.state = note, NOW, S.ACCEPTED
    filing.save()
    return note


def test_it_is_a_draft_that_says_so_in_a_sentence(measure, people):
    filing = make_filing(measure=measure)
    note = report(filing, people.liaison)
    filing.refresh_from_db()
    assert filing.state == S.DRAFT
    assert (note.is_unchanged, note.unchanged_reason) == (True, REASON)
    assert note.progress == "本期无新进展：待上级政策明确。"
    assert only_event().sentence == f"保存了{filing}第1版草稿（本期无新进展）。"


def test_what_was_left_empty_is_offered_and_waits_for_confirmation(measure, people, last_time):
    filing = make_filing(measure=measure, period=make_period())
    note = report(filing, people.liaison, confidence="yellow", confidence_reason="资金未到位。")
    assert note.problems == "上期的问题。"
    assert (note.carried, note.is_confirmed) == (["problems", "confidence_reason"], False)
    with pytest.raises(UnconfirmedError, match="的存在问题、预期原因与上期相同，请核对"):
        submit_note(filing, by=people.liaison, at=NOW)


def test_the_database_refuses_what_nobody_confirmed(measure, people, last_time):
    note = report(make_filing(measure=measure, period=make_period()), people.liaison)
    with pytest.raises(IntegrityError, match="note_carried_is_confirmed"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(submitted_at=NOW, submitted_by=people.liaison)


def test_what_is_changed_is_no_longer_carried_over(measure, people, last_time):
    filing = make_filing(measure=measure, period=make_period())
    note = report(filing, people.liaison)
    said = typed_in(note) | {"problems": "已有资金。", "unchanged_reason": REASON}
    note = save_note(filing, by=people.liaison, content=said, revision=1, at=NOW)
    assert (note.carried, note.is_confirmed) == ([], False)
    assert submit_note(filing, by=people.liaison, at=NOW).submitted_at == NOW


def test_confirmed_it_goes_and_the_note_and_the_trail_say_so(measure, people, last_time):
    filing = make_filing(measure=measure, period=make_period())
    note = report(filing, people.liaison)
    said = typed_in(note) | {"unchanged_reason": REASON, "is_confirmed": True}
    save_note(filing, by=people.liaison, content=said, revision=1, at=NOW)
    note = submit_note(filing, by=people.liaison, at=NOW)
    assert (note.carried, note.is_confirmed) == (["problems"], True)
    after = Event.objects.filter(action="filing.save").order_by("-pk")[0].after
    assert (after["carried"], after["is_confirmed"]) == (["problems"], True)


def test_words_on_the_progress_end_what_was_carried_over(measure, people, last_time):
    filing = make_filing(measure=measure, period=make_period())
    report(filing, people.liaison)
    note = save_note(filing, by=people.liaison, content=content(), revision=1, at=NOW)
    assert (note.carried, note.is_confirmed) == ([], False)


def test_words_of_one_s_own_are_never_replaced(measure, people):
    filing = make_filing(measure=measure)
    with pytest.raises(DomainError, match="已填写进展情况；如确无新进展，请先清空再保存。$"):
        report_unchanged(
            filing, by=people.liaison, content=content(), reason=REASON, revision=0, at=NOW
        )
    assert not Note.objects.exists()


@pytest.mark.parametrize("reason", ["", " "])
def test_it_needs_a_reason(measure, people, reason):
    with pytest.raises(DomainError, match="^本期无新进展须写明原因"):
        report(make_filing(measure=measure), people.liaison, reason=reason)


def test_saving_words_makes_it_an_ordinary_note_again(measure, people):
    filing = make_filing(measure=measure)
    report(filing, people.liaison)
    note = save_note(filing, by=people.liaison, content=content(), revision=1, at=NOW)
    assert (note.is_unchanged, note.unchanged_reason) == (False, "")


def test_somebody_s_saving_in_between_is_told(measure, people):
    filing = make_filing(measure=measure, state=S.DRAFT)
    with pytest.raises(StaleError):
        report(filing, people.liaison, revision=0)


@pytest.mark.parametrize("who", ["head", "other_liaison", "coordinator", "leader"])
def test_only_the_agencys_liaison_says_so(measure, people, who):
    filing = make_filing(measure=measure)
    with pytest.raises(PermissionDenied):
        report(filing, getattr(people, who))
    with pytest.raises(PermissionDenied):
        report_rest_unchanged({filing: {}}, by=getattr(people, who), reason=REASON, at=NOW)


def test_of_the_rest_only_what_nobody_wrote_on_is_reported_so(agency, people):
    untouched = [make_filing(measure=make_measure(lead=agency)) for _ in range(2)]
    draft = make_filing(measure=make_measure(lead=agency), state=S.DRAFT)
    returned = make_filing(measure=make_measure(lead=agency), state=S.RETURNED)
    confirmed = dict.fromkeys([*untouched, draft, returned], {"next_steps": "照旧。"})
    made = report_rest_unchanged(confirmed, by=people.liaison, reason=REASON, at=NOW)
    assert [note.filing for note in made] == untouched
    assert Note.objects.filter(is_unchanged=True).count() == 2
    assert Event.objects.count() == 2


def test_the_rest_say_what_was_confirmed_and_claim_what_was_claimed(measure, people, last_time):
    filing = make_filing(measure=measure, period=make_period())
    words = {"problems": "上期的问题。", "next_steps": "新的打算。"}
    (note,) = report_rest_unchanged({filing: words}, by=people.liaison, reason=REASON, at=NOW)
    assert (note.claimed_stage, note.confidence) == ("nearly_done", "yellow")
    assert (note.confidence_reason, note.problems) == ("资金未到位。", "上期的问题。")
    assert note.next_steps == "新的打算。"
    assert (note.carried, note.is_confirmed) == (["problems", "confidence_reason"], True)


def test_what_was_emptied_stays_empty(measure, people, last_time):
    filing = make_filing(measure=measure, period=make_period())
    words = {"problems": "", "next_steps": ""}
    (note,) = report_rest_unchanged({filing: words}, by=people.liaison, reason=REASON, at=NOW)
    assert (note.problems, note.carried) == ("", ["confidence_reason"])


def test_the_rest_are_all_or_none(agency, people):
    filings = [make_filing(measure=make_measure(lead=agency)) for _ in range(2)]
    filings[1].state = S.SUBMITTED
    filings[1].first_submitted_at = NOW
    filings[1].save()
    confirmed = dict.fromkeys(filings, {})
    with pytest.raises(DomainError):
        report_rest_unchanged(confirmed, by=people.liaison, reason=REASON, at=NOW)
    assert not Note.objects.exists()
