"""Submitting a note: to the commission, or to the agency's own head first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Agency, Event
from agencies.permissions import Role
from lib.errors import DomainError, StaleError
from measures.choices import FilingState, Light, PeriodState
from measures.filings.submission import hand_in_note, submit_note
from measures.models import Filing, Note, Period
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, content, make_filing, make_period, make_user

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def draft(measure, people):
    """Create a draft of the liaison."""
    return make_filing(measure=measure, state=S.DRAFT, author=people.liaison)


@pytest.fixture
def careful(agency):
    """An agency that requires its head's approval first."""
    Agency.objects.filter(pk=agency.pk).update(needs_inner_approval=True)
    return agency


def test_it_goes_to_the_commission(draft, people):
    note = submit_note(draft, by=people.liaison, at=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.first_submitted_at) == (S.SUBMITTED, NOW)
    assert (note.submitted_by, note.submitted_at, note.left_at) == (people.liaison, NOW, NOW)


def test_the_coordinators_are_told_and_one_event_is_left(draft, people):
    another = make_user(Role.COORDINATOR)
    submit_note(draft, by=people.liaison, at=NOW)
    assert told(f"市农业农村委提交了{draft.measure}的2026年前三季度进展，待审核。") == {
        people.coordinator,
        another,
    }
    event = only_event()
    assert event.action == "filing.submit"
    assert event.sentence == f"报送{draft}第1版。"
    assert event.after == {"state": "submitted", "version": 1}


def test_where_the_agency_wants_it_the_head_comes_first(draft, careful, people):
    note = submit_note(draft, by=people.liaison, at=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.first_submitted_at) == (S.IN_AGENCY, None)
    assert (note.submitted_at, note.left_at) == (NOW, None)
    assert told("待审核") == {people.head}
    assert only_event().sentence == f"提交本单位审核{draft}第1版。"


@pytest.mark.parametrize(
    "who", ["head", "other_liaison", "other_head", "coordinator", "chief", "leader", "auditor"]
)
def test_only_the_agencys_liaison_hands_in(draft, people, who):
    with pytest.raises(PermissionDenied):
        submit_note(draft, by=getattr(people, who), at=NOW)


def test_a_deputy_hands_in_what_another_wrote(draft, agency):
    deputy = make_user(Role.LIAISON, agency)
    assert submit_note(draft, by=deputy, at=NOW).submitted_by == deputy


@pytest.mark.parametrize("state", [s for s in S if s != S.DRAFT])
def test_without_a_draft_there_is_nothing_to_hand_in(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能提交，"):
        submit_note(filing, by=people.liaison, at=NOW)


@pytest.mark.parametrize("progress", ["", " \n\u3000"])
def test_a_note_that_says_nothing_is_refused(draft, people, progress):
    Note.objects.update(progress=progress)
    with pytest.raises(DomainError, match="尚未填写进展情况，请填写后再提交。$"):
        submit_note(draft, by=people.liaison, at=NOW)


@pytest.mark.parametrize("confidence", ["yellow", "red"])
def test_doubt_needs_a_reason(draft, people, confidence):
    Note.objects.update(confidence=confidence)
    with pytest.raises(ValidationError, match="自评“有风险”或“难以完成”时须写明原因。"):
        submit_note(draft, by=people.liaison, at=NOW)
    Note.objects.update(confidence_reason="资金未到位。")
    assert submit_note(draft, by=people.liaison, at=NOW).submitted_at == NOW


@pytest.mark.parametrize(("closed_before", "is_backfilled"), [(1, True), (0, False)])
def test_what_first_comes_after_closing_is_补报(draft, people, closed_before, is_backfilled):
    closed_at = NOW - timedelta(minutes=closed_before)
    Period.objects.filter(pk=draft.period_id).update(state=PeriodState.CLOSED, closed_at=closed_at)
    Filing.objects.update(due_on=TODAY - timedelta(days=1))
    submit_note(draft, by=people.liaison, at=NOW)
    draft.refresh_from_db()
    assert (draft.first_submitted_at, draft.is_backfilled) == (NOW, is_backfilled)
    word = "补报" if is_backfilled else "报送"
    assert only_event().sentence == f"{word}{draft}第1版。"


def test_a_closed_period_takes_what_was_mended(measure, people):
    period = make_period(state=PeriodState.CLOSED)
    yesterday = NOW - timedelta(days=1)
    filing = make_filing(
        measure=measure,
        period=period,
        state=S.DRAFT,
        author=people.liaison,
        first_submitted_at=yesterday,
        mend_by=TODAY,
    )
    submit_note(filing, by=people.liaison, at=NOW)
    filing.refresh_from_db()
    assert (filing.state, filing.mend_by) == (S.SUBMITTED, None)
    assert filing.first_submitted_at == yesterday  # being in time counts from the first time


SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = [
    (datetime(2026, 11, 24, 0, 0, tzinfo=SHANGHAI), False),  # due on 2026-11-24
    (datetime(2026, 11, 24, 23, 59, 59, tzinfo=SHANGHAI), False),
    (datetime(2026, 11, 25, 0, 0, tzinfo=SHANGHAI), True),
    (datetime(2026, 11, 24, 16, 0, tzinfo=ZoneInfo("UTC")), True),  # the same moment, in UTC
]


@pytest.mark.parametrize(("at", "expected"), MOMENTS)
def test_on_the_due_day_is_in_time_and_the_day_after_late(draft, people, at, expected):
    submit_note(draft, by=people.liaison, at=at)
    draft.refresh_from_db()
    assert draft.is_filed_late is expected


def test_the_light_follows_at_once(measure, people):
    period = make_period(due_on=TODAY - timedelta(days=20))
    filing = make_filing(measure=measure, period=period, state=S.DRAFT, author=people.liaison)
    submit_note(filing, by=people.liaison, at=NOW)
    measure.refresh_from_db()
    assert (measure.light, measure.light_on) == (Light.WAITING, TODAY)
    assert measure.light_sentence == "市农业农村委三季度进展已报送，待审核"


def test_saving_and_handing_in_are_one(draft, people):
    note = hand_in_note(
        draft, by=people.liaison, content=content(progress="新写的。"), revision=1, at=NOW
    )
    assert (note.version, note.progress, note.submitted_at) == (1, "新写的。", NOW)
    assert list(Event.objects.order_by("id").values_list("action", flat=True)) == [
        "filing.save",
        "filing.submit",
    ]


@pytest.mark.parametrize(
    ("said", "revision", "error"),
    [(content(progress=""), 1, DomainError), (content(), 0, StaleError)],
)
def test_what_cannot_be_handed_in_is_not_saved_either(draft, people, said, revision, error):
    before = Note.objects.values().get()
    with pytest.raises(error):
        hand_in_note(draft, by=people.liaison, content=said, revision=revision, at=NOW)
    assert Note.objects.values().get() == before
    assert not Event.objects.exists()
