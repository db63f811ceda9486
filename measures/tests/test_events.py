"""Every action that changes something records exactly one event, and no other does."""

from datetime import timedelta

import pytest

from agencies.audit import trail
from agencies.models import Event, Message
from agencies.permissions import Role
from measures.choices import FilingState, PeriodState, ResponsibilityRole
from measures.filings import submission
from measures.filings.drafts import report_unchanged
from measures.filings.evidence import record_evidence_download, remove_evidence
from measures.models import (
    Evidence,
    Filing,
    Measure,
    Note,
    Objection,
    Period,
    Remark,
    Responsibility,
    Review,
    Snapshot,
    StatusUpdate,
    Workday,
)
from measures.periods import actions as periods
from measures.periods import calendar, extensions
from measures.responsibilities import actions as responsibilities
from measures.reviews import actions as reviews
from measures.reviews import corrections, objections
from measures.reviews.remarks import add_remark
from measures.rules.periods import Quarter
from measures.status.actions import update_status
from measures.tests.factories import (
    NOW,
    content,
    make_agency,
    make_evidence,
    make_filing,
    make_note,
    make_notice,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_objection
from measures.tests.verbs import VERBS

pytestmark = pytest.mark.django_db
S = FilingState
TABLES = (
    Evidence, Measure, Period, Filing, Note, Review, Snapshot, StatusUpdate, Objection, Remark,
    Responsibility, Workday, Event, Message,
)  # fmt: skip

# step, its source state, who takes it
STEPS = [
    ("save", S.PENDING, "liaison"),
    ("submit", S.DRAFT, "liaison"),
    ("hand_in", S.DRAFT, "liaison"),
    ("approve", S.IN_AGENCY, "head"),
    ("send_back", S.IN_AGENCY, "head"),
    ("withdraw", S.SUBMITTED, "liaison"),
    ("accept", S.SUBMITTED, "coordinator"),
    ("return", S.SUBMITTED, "coordinator"),
    ("correct", S.ACCEPTED, "liaison"),
    ("waive", S.PENDING, "coordinator"),
    ("unwaive", S.WAIVED, "coordinator"),
]


def on_a_filing(name, state, who):
    def call(measure, people):
        filing = make_filing(measure=measure, state=state, author=people.liaison)
        return lambda: VERBS[name](filing, getattr(people, who))

    return call


def begin(measure, people):
    filing = make_filing(measure=measure, state=S.SUBMITTED)
    return lambda: reviews.begin_review(filing, by=people.coordinator, at=NOW)


def release(measure, people):
    filing = make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)
    Review.objects.create(note=filing.notes.get(), begun_by=people.coordinator, begun_at=NOW)
    return lambda: reviews.release_review(filing, by=people.coordinator, at=NOW)


def taking_over(measure, people):
    filing = make_filing(measure=measure, state=S.SUBMITTED)
    first = make_user(Role.COORDINATOR)
    Review.objects.create(note=filing.notes.get(), begun_by=first, begun_at=NOW)
    return lambda: reviews.take_over_review(filing, by=people.coordinator, at=NOW)


def status(measure, people):
    said = {"stage": "nearly_done", "percent": None, "reason": "已基本完成。"}
    return lambda: update_status(measure, by=people.coordinator, at=NOW, **said)


def inner_approval(measure, people):
    agency = measure.responsibilities.get().agency
    return lambda: submission.set_inner_approval(agency, by=people.head, needed=True, at=NOW)


def create(measure, people):
    notice, quarter = make_notice(), Quarter(2026, 3)
    return lambda: periods.create_period(notice, by=people.coordinator, covering=quarter, at=NOW)


def opening(measure, people):
    period = make_period(state=PeriodState.DRAFT)
    return lambda: periods.open_period(period, by=people.coordinator, at=NOW)


def closing(measure, people):
    period = make_period(due_on=NOW.date() - timedelta(days=1))
    make_filing(measure=measure, period=period)
    return lambda: periods.close_period(period, by=people.coordinator, at=NOW)


def remark(measure, people):
    filing = make_filing(measure=measure, state=S.SUBMITTED)
    return lambda: add_remark(filing, by=people.coordinator, text="含税吗。", at=NOW)


def objecting_to_a_light(measure, people):
    agency = measure.responsibilities.get().agency
    said = {"agency": agency, "by": people.head, "text": "与实际不符。", "at": NOW}
    return lambda: objections.object_to_light(measure, **said)


def dropping(measure, people):
    filing = make_filing(measure=measure, state=S.ACCEPTED)
    note = make_note(filing, author=people.liaison, correction_reason="口径有误。")
    Filing.objects.filter(pk=filing.pk).update(state=S.DRAFT)
    assert note.version == 2
    return lambda: corrections.drop_correction(filing, by=people.liaison, at=NOW)


def reviewed(filing, **decided):
    author = filing.notes.get().author
    begun = {"begun_by": author, "begun_at": NOW, "decided_by": author, "decided_at": NOW}
    return Review.objects.create(note=filing.notes.get(), **begun, **decided)


def taking_back_an_accept(measure, people):
    filing = make_filing(measure=measure, state=S.ACCEPTED)
    reviewed(filing, decision="accept")
    return lambda: VERBS["unaccept"](filing, people.coordinator)


def upholding(measure, people):
    filing = make_filing(measure=measure, state=S.RETURNED)
    review = reviewed(filing, decision="return", comment="请补充。")
    objection = make_objection(filing, contested_by=review.decided_by)
    said = {"by": people.coordinator, "answer": "异议成立。", "at": NOW}
    return lambda: objections.uphold_objection(objection, **said)


def dismissing(measure, people):
    objection = make_objection(make_filing(measure=measure, state=S.RETURNED))
    said = {"by": people.coordinator, "answer": "维持。", "at": NOW}
    return lambda: objections.dismiss_objection(objection, **said)


def adding_an_agency(measure, people):
    make_filing(measure=measure)
    return lambda: responsibilities.add_responsibility(
        measure,
        agency=make_agency(),
        role=ResponsibilityRole.LEAD,
        duty="",
        since=NOW.date(),
        by=people.coordinator,
        reason="会议明确。",
        at=NOW,
    )


def extending(measure, people):
    period = make_filing(measure=measure).period
    said = {"due_on": NOW.date() + timedelta(days=11), "reason": "核对数据。", "at": NOW}
    return lambda: extensions.extend_period(period, by=people.coordinator, **said)


def extending_one(measure, people):
    filing = make_filing(measure=measure)
    said = {"due_on": NOW.date() + timedelta(days=11), "reason": "核对数据。", "at": NOW}
    return lambda: extensions.extend_filing(filing, by=people.coordinator, **said)


def reopening(measure, people):
    make_filing(measure=measure, period=make_period(state=PeriodState.CLOSED))
    said = {"by": people.coordinator, "reason": "补报。", "at": NOW}
    return lambda: periods.reopen_period(Period.objects.get(), **said)


def deleting(measure, people):
    period = make_period(state=PeriodState.DRAFT)
    return lambda: periods.delete_draft_period(period, by=people.coordinator, at=NOW)


def setting_a_day(measure, people):
    said = {"is_workday": False, "name": "", "source": "通知", "at": NOW}
    return lambda: calendar.set_workday(NOW.date(), by=people.coordinator, **said)


def unchanged(measure, people):
    filing = make_filing(measure=measure)
    said = content(progress="")
    return lambda: report_unchanged(
        filing, by=people.liaison, content=said, reason="待政策明确", revision=0, at=NOW
    )


def removing_evidence(measure, people):
    row = make_evidence(make_filing(measure=measure, state=S.DRAFT).notes.get())
    return lambda: remove_evidence(row, by=people.liaison, at=NOW)


def downloading_evidence(measure, people):
    row = make_evidence(make_filing(measure=measure, state=S.DRAFT).notes.get())
    return lambda: record_evidence_download(row, by=people.liaison, at=NOW)


CALLS = {name: on_a_filing(name, state, who) for name, state, who in STEPS}
BEFORE = (begin, release, taking_over)
CALLS |= {f.__name__: f for f in (*BEFORE, status, inner_approval, create, opening, closing)}
AFTERWARDS = (remark, dropping, objecting_to_a_light, taking_back_an_accept, upholding, dismissing)
CALLS |= {f.__name__: f for f in (*AFTERWARDS, adding_an_agency)}
PERIODS = (extending, extending_one, reopening, deleting, setting_a_day)
CALLS |= {f.__name__: f for f in PERIODS}
CALLS |= {f.__name__: f for f in (unchanged, removing_evidence, downloading_evidence)}
every_verb = pytest.mark.parametrize("prepare", CALLS.values(), ids=CALLS.keys())


def everything():
    return {table: sorted(table.objects.values_list()) for table in TABLES}


@every_verb
def test_one_event_with_who_what_and_when(prepare, measure, people):
    prepare(measure, people)()
    event = Event.objects.get()
    assert event.at == NOW
    assert event.actor is not None
    assert event.actor_name == event.actor.name
    assert event.actor_post
    assert event.target_id
    assert event.sentence.endswith("。")


@every_verb
def test_a_failure_after_the_event_takes_both_back(prepare, measure, people, monkeypatch):
    call = prepare(measure, people)
    before = everything()
    record = trail.record_all

    def record_and_fail(*args, **kwargs):
        record(*args, **kwargs)
        raise OSError("the power went out")

    monkeypatch.setattr(trail, "record_all", record_and_fail)
    with pytest.raises(OSError, match="power"):
        call()
    assert everything() == before


@every_verb
def test_without_its_event_nothing_is_changed(prepare, measure, people, monkeypatch):
    call = prepare(measure, people)
    before = everything()

    def fail(*args, **kwargs):
        raise OSError("the audit trail is full")

    monkeypatch.setattr(trail, "record_all", fail)
    with pytest.raises(OSError, match="audit"):
        call()
    assert everything() == before
