"""Accepting several notes that say 本期无新进展 at once: each on its own."""

import pytest

from agencies.choices import Outcome
from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Review, StatusUpdate
from measures.reviews.actions import accept_unchanged
from measures.tests.asking import told
from measures.tests.factories import NOW, join, make_filing, make_measure, make_note, make_user

pytestmark = pytest.mark.django_db
S = FilingState
UNCHANGED = {"is_unchanged": True, "unchanged_reason": "按计划推进。"}


def handed_in(**fields):
    filing = make_filing(measure=make_measure())
    make_note(filing, submitted=True, **fields)
    filing.state, filing.first_submitted_at = S.SUBMITTED, NOW
    filing.save()
    return filing


@pytest.fixture
def coordinator():
    return make_user(Role.COORDINATOR)


def test_each_is_accepted_with_an_event_of_its_own_and_the_status_stays(coordinator):
    filings = [handed_in(**UNCHANGED) for _ in range(3)]
    stages = [filing.measure.stage for filing in filings]
    done = accept_unchanged(filings, by=coordinator, at=NOW)
    assert ([note.filing for note in done.went], done.stayed) == (filings, [])
    assert set(Filing.objects.values_list("state", flat=True)) == {S.ACCEPTED}
    assert set(Review.objects.values_list("decided_by", "decided_at")) == {(coordinator.pk, NOW)}
    events = list(Event.objects.values_list("action", "target_id").order_by("pk"))
    assert events == [("filing.accept", filing.pk) for filing in filings]
    assert not StatusUpdate.objects.exists()
    assert stages == [Filing.objects.get(pk=f.pk).measure.stage for f in filings]
    assert len(told("的进展已通过。")) == 3


def refusals(done):
    return dict(done.stayed)


def test_what_cannot_be_accepted_is_named_and_does_not_hold_up_the_others(coordinator):
    fine, says_something = handed_in(**UNCHANGED), handed_in()
    others, withdrawn, own = handed_in(**UNCHANGED), handed_in(**UNCHANGED), handed_in(**UNCHANGED)
    another = make_user(Role.COORDINATOR, name="李四")
    Review.objects.create(note=others.notes.get(), begun_by=another, begun_at=NOW)
    Filing.objects.filter(pk=withdrawn.pk).update(state=S.DRAFT)
    join(coordinator, Role.LIAISON, own.agency)
    everything = [own, withdrawn, others, says_something, fine]
    done = accept_unchanged(everything, by=coordinator, at=NOW)
    said = refusals(done)
    assert [note.filing for note in done.went] == [fine]
    assert said[says_something] == "现在的版本不是“本期无新进展”，请逐项审核。"
    assert said[others] == "李四已于2026-11-23 10:00开始审核，未一并通过。"
    assert said[withdrawn].startswith("“草稿”的填报不能通过")
    assert said[own].endswith("不能由您办理，请统筹岗李四办理。")
    assert Event.objects.filter(outcome=Outcome.REFUSED).count() == 4
    assert Filing.objects.filter(state=S.ACCEPTED).get() == fine


def test_a_newer_version_that_says_something_is_not_accepted_unread(coordinator):
    filing = handed_in(**UNCHANGED)
    make_note(filing, submitted=True, progress="有新进展。")
    assert refusals(accept_unchanged([filing], by=coordinator, at=NOW))


def test_one_s_own_begun_review_is_no_hindrance(coordinator):
    filing = handed_in(**UNCHANGED)
    Review.objects.create(note=filing.notes.get(), begun_by=coordinator, begun_at=NOW)
    (note,) = accept_unchanged([filing], by=coordinator, at=NOW).went
    assert note.filing == filing


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.CHIEF, "请统筹岗张三办理。"),
        (Role.LEADER, "没有权限。"),
        (Role.AUDITOR, "没有权限。"),
    ],
)
def test_only_coordinators_accept(role, sentence):
    make_user(Role.COORDINATOR, name="张三")
    filing = handed_in(**UNCHANGED)
    done = accept_unchanged([filing], by=make_user(role), at=NOW)
    assert refusals(done) == {filing: sentence}
