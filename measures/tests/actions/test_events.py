"""No event, no change; no change, no event: every verb leaves exactly one."""

import pytest

from agencies import audit
from agencies.models import Event, Message
from measures.actions import filings, periods, reviews
from measures.choices import FilingState, PeriodState
from measures.models import Filing, Measure, Note, Period, Review, Snapshot, StatusUpdate
from measures.rules.periods import Quarter
from measures.tests.actions.verbs import VERBS
from measures.tests.factories import NOW, make_filing, make_notice, make_period

pytestmark = pytest.mark.django_db
S = FilingState
TABLES = (Measure, Period, Filing, Note, Review, Snapshot, StatusUpdate, Event, Message)

# step, the state it starts from, who takes it
STEPS = [
    ("save", S.PENDING, "liaison"),
    ("submit", S.DRAFT, "liaison"),
    ("hand_in", S.DRAFT, "liaison"),
    ("approve", S.IN_AGENCY, "head"),
    ("send_back", S.IN_AGENCY, "head"),
    ("withdraw", S.SUBMITTED, "liaison"),
    ("accept", S.SUBMITTED, "coordinator"),
    ("return", S.SUBMITTED, "coordinator"),
]


def on_a_filing(name, state, who):
    def call(measure, people):
        filing = make_filing(measure=measure, state=state, author=people.liaison)
        return lambda: VERBS[name](filing, getattr(people, who))

    return call


def begin(measure, people):
    filing = make_filing(measure=measure, state=S.SUBMITTED)
    return lambda: reviews.begin_review(filing, by=people.coordinator, at=NOW)


def status(measure, people):
    said = {"stage": "nearly_done", "percent": None, "reason": "已基本完成。"}
    return lambda: reviews.update_status(measure, by=people.coordinator, at=NOW, **said)


def inner_approval(measure, people):
    agency = measure.responsibilities.get().agency
    return lambda: filings.set_inner_approval(agency, by=people.head, needed=True, at=NOW)


def create(measure, people):
    notice, quarter = make_notice(), Quarter(2026, 3)
    return lambda: periods.create_period(notice, by=people.coordinator, quarter=quarter, at=NOW)


def opening(measure, people):
    period = make_period(state=PeriodState.DRAFT)
    return lambda: periods.open_period(period, by=people.coordinator, at=NOW)


def closing(measure, people):
    period = make_filing(measure=measure).period
    return lambda: periods.close_period(period, by=people.coordinator, at=NOW)


CALLS = {name: on_a_filing(name, state, who) for name, state, who in STEPS}
CALLS |= {f.__name__: f for f in (begin, status, inner_approval, create, opening, closing)}
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
    assert event.sentence.endswith(("。", "：请补充数据来源。"))


@every_verb
def test_a_failure_after_the_event_takes_both_back(prepare, measure, people, monkeypatch):
    call = prepare(measure, people)
    before = everything()
    record = audit.record

    def record_and_fail(*args, **kwargs):
        record(*args, **kwargs)
        raise OSError("the power went out")

    monkeypatch.setattr(audit, "record", record_and_fail)
    with pytest.raises(OSError, match="power"):
        call()
    assert everything() == before


@every_verb
def test_without_its_event_nothing_is_changed(prepare, measure, people, monkeypatch):
    call = prepare(measure, people)
    before = everything()

    def fail(*args, **kwargs):
        raise OSError("the audit trail is full")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(OSError, match="audit"):
        call()
    assert everything() == before
