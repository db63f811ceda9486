"""Accepting a submitted note."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import localtime

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import Decision, FilingState, Light, PeriodState
from measures.models import Note, Review, StatusUpdate
from measures.reviews.actions import (
    accept_and_update,
    accept_note,
    begin_review,
    return_note,
)
from measures.rules.periods import Quarter
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def submitted(measure, people):
    """Create a note submitted by the liaison."""
    return make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)


def test_the_note_is_accepted(submitted, people):
    review = accept_note(submitted, by=people.coordinator, comment="写得清楚。", at=NOW)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.accepted_note) == (S.ACCEPTED, Note.objects.get())
    assert (review.decision, review.comment) == (Decision.ACCEPT, "写得清楚。")
    assert (review.decided_by, review.decided_at) == (people.coordinator, NOW)


def test_the_liaisons_are_told_and_one_event_is_left(submitted, agency, people):
    deputy = make_user(Role.LIAISON, agency)
    accept_note(submitted, by=people.coordinator, at=NOW)
    assert told(f"{submitted.measure}的进展已通过。") == {people.liaison, deputy}
    event = only_event()
    assert (event.action, event.sentence) == ("filing.accept", f"通过{submitted}第1版。")


def test_the_measure_remembers_the_day_of_its_last_change(submitted, measure, people):
    accept_note(submitted, by=people.coordinator, at=NOW)
    measure.refresh_from_db()
    assert (measure.changed_on, measure.light_on) == (TODAY, TODAY)


def test_an_accepted_confidence_shows_in_the_light(measure, people):
    period = make_period(due_on=TODAY - timedelta(days=20))
    filing = make_filing(measure=measure, period=period)
    note = make_note(
        filing,
        author=people.liaison,
        submitted=True,
        confidence="red",
        confidence_reason="资金未到位",
    )
    filing.state, filing.first_submitted_at = S.SUBMITTED, NOW
    filing.save()
    accept_note(filing, by=people.coordinator, at=NOW)
    measure.refresh_from_db()
    assert filing.notes.get() == note
    assert measure.light == Light.RED
    assert measure.light_sentence == "市农业农村委三季度自评“难以完成”：资金未到位"


@pytest.mark.parametrize(
    ("decide", "done"),
    [(accept_note, "通过"), (partial(return_note, comment="请补充。"), "退回")],
)
def test_who_began_the_review_is_told_when_another_decides(submitted, people, decide, done):
    another = make_user(Role.COORDINATOR)
    begin_review(submitted, by=another, at=NOW)
    decide(submitted, by=people.coordinator, at=NOW)
    assert Review.objects.get().decided_by == people.coordinator
    named = f"{submitted.agency_name}{submitted.measure}"
    assert told(f"您已开始审核的{named}由{people.coordinator.name}{done}。") == {another}


def test_what_a_colleague_has_decided_meanwhile_is_told(submitted, people):
    another = make_user(Role.COORDINATOR)
    return_note(submitted, by=another, comment="请补充。", at=NOW)
    told_of = f"{another.name}已于{localtime(NOW):%Y-%m-%d %H:%M}退回"
    with pytest.raises(DomainError, match=f"^“已退回”的填报不能通过，{told_of}，请刷新"):
        accept_note(submitted, by=people.coordinator, seen=1, at=NOW)


def test_who_decides_what_they_began_is_told_nothing(submitted, people):
    begin_review(submitted, by=people.coordinator, at=NOW)
    accept_note(submitted, by=people.coordinator, at=NOW)
    assert told("您已开始审核的") == set()


@pytest.mark.parametrize("who", ["liaison", "head", "other_head", "chief", "leader", "auditor"])
def test_only_coordinators_accept(submitted, people, who):
    with pytest.raises(PermissionDenied):
        accept_note(submitted, by=getattr(people, who), at=NOW)


@pytest.mark.parametrize("state", [s for s in S if s != S.SUBMITTED])
def test_only_what_was_submitted_is_accepted(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能通过，"):
        accept_note(filing, by=people.coordinator, at=NOW)


def test_reviewing_goes_on_after_the_period_has_closed(submitted, people):
    submitted.period.state = PeriodState.CLOSED
    submitted.period.save()
    accept_note(submitted, by=people.coordinator, at=NOW)
    submitted.refresh_from_db()
    assert submitted.state == S.ACCEPTED


# Who is barred: persons, not agencies -------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AGENCY_HEAD])
def test_a_liaison_or_head_of_the_agency_does_not_review_its_notes(submitted, agency, people, role):
    join(people.coordinator, role, agency)
    with pytest.raises(
        PermissionDenied, match=f"不能由您办理，请商务委负责人{people.chief.name}办理。$"
    ):
        accept_note(submitted, by=people.coordinator, at=NOW)


@pytest.mark.parametrize("as_what", ["author", "submitted_by", "approved_by"])
def test_who_filed_any_version_for_the_agency_this_period_does_not_review(
    submitted, agency, people, as_what
):
    """On another measure, a version that was returned: still the same agency and period."""
    reviewer = people.coordinator
    other = make_filing(measure=make_measure(lead=agency), period=submitted.period)
    make_note(other, **{"author": people.liaison, "submitted": True, as_what: reviewer})
    make_note(other, author=people.liaison)
    with pytest.raises(PermissionDenied, match="您为该单位填报或审核过本期进展"):
        accept_note(submitted, by=reviewer, at=NOW)


def test_who_filed_for_the_agency_in_another_period_may_review(submitted, measure, people):
    before = make_period(Quarter(2026, 2), state=PeriodState.CLOSED)
    make_filing(measure=measure, period=before, state=S.ACCEPTED, author=people.coordinator)
    accept_note(submitted, by=people.coordinator, at=NOW)
    submitted.refresh_from_db()
    assert submitted.state == S.ACCEPTED


def test_who_files_for_another_agency_may_review(submitted, people):
    join(people.coordinator, Role.LIAISON, make_agency())
    accept_note(submitted, by=people.coordinator, at=NOW)
    submitted.refresh_from_db()
    assert submitted.state == S.ACCEPTED


# Accepting and setting the status in one ----------------------------------------------------------


def both(filing, by, **fields):
    said = {"stage": "nearly_done", "percent": None, "reason": "主要任务已完成。"} | fields
    return accept_and_update(filing, by=by, at=NOW, **said)


def test_the_status_rests_on_the_accepted_note(submitted, measure, people):
    review = both(submitted, people.coordinator)
    update = StatusUpdate.objects.get()
    assert list(update.notes.all()) == [review.note]
    assert (update.period, update.stage) == (submitted.period, "nearly_done")
    measure.refresh_from_db()
    assert measure.stage == "nearly_done"


def test_a_refused_status_leaves_the_note_undecided(submitted, people):
    with pytest.raises(ValidationError):
        both(submitted, people.coordinator, reason="")
    submitted.refresh_from_db()
    assert submitted.state == S.SUBMITTED
    assert not Review.objects.exists()
    assert not Event.objects.exists()
