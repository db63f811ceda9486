"""异议: raised by an agency, answered by somebody of the commission who was not involved."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.bars import bars_review
from measures.choices import FilingState, ObjectionState
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note
from measures.models import Filing, Objection, Review
from measures.reviews.actions import accept_note, return_note
from measures.reviews.objections import (
    dismiss_objection,
    object_to_light,
    object_to_return,
    uphold_objection,
)
from measures.reviews.queue import queue_for, rows_of
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    content,
    join,
    make_filing,
    make_responsibility,
    make_user,
)
from measures.tests.request_factories import make_objection

pytestmark = pytest.mark.django_db
S = FilingState
TEXT = "数据来源已在第二段注明。"


@pytest.fixture
def returned(measure, people):
    """Create a note that the coordinator returned."""
    filing = make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)
    return_note(filing, by=people.coordinator, comment="请补充数据来源。", at=NOW)
    return filing


@pytest.fixture
def colleague(db):
    """Create a second coordinator."""
    return make_user(Role.COORDINATOR)


def raise_it(filing, by, text=TEXT):
    return object_to_return(filing, by=by, text=text, at=NOW)


def only_row(user, *, on):
    (row,) = rows_of(queue_for(user, on=on).items).values()
    return row


def answer(verb, objection, by, words="已核实。", at=NOW):
    return verb(objection, by=by, answer=words, at=at)


@pytest.mark.parametrize("who", ["liaison", "head"])
def test_the_agency_objects_to_a_return_and_the_clock_starts(returned, people, who):
    objection = raise_it(returned, getattr(people, who))
    assert objection.decide_by == date(2026, 11, 30)  # the 5th working day after 23 November
    assert objection.against == "请补充数据来源。"
    assert objection.contested_by == people.coordinator
    returned.refresh_from_db()
    assert (returned.state, returned.mend_by) == (S.RETURNED, date(2026, 11, 30))
    assert Event.objects.filter(action="objection.raise").count() == 1
    assert people.coordinator in told(TEXT)


@pytest.mark.parametrize("who", ["other_liaison", "other_head", "coordinator", "chief", "leader"])
def test_nobody_else_objects(returned, people, who):
    with pytest.raises(PermissionDenied):
        raise_it(returned, getattr(people, who))


def test_one_at_a_time(returned, people):
    raise_it(returned, people.liaison)
    with pytest.raises(ValidationError, match="这一事项已有异议正在办理"):
        raise_it(returned, people.head)


@pytest.mark.parametrize("text", ["", " "])
def test_it_says_something(returned, people, text):
    with pytest.raises(ValidationError):
        raise_it(returned, people.liaison, text)


def test_only_the_commission_s_return_is_objected_to(measure, people):
    filing = make_filing(measure=measure, state=S.IN_AGENCY, author=people.liaison)
    note = filing.notes.get()
    decided = {"decided_by": people.head, "decided_at": NOW, "decision": "return"}
    Review.objects.create(note=note, begun_by=people.head, begun_at=NOW, comment="改。", **decided)
    Filing.objects.update(state=S.RETURNED)
    with pytest.raises(DomainError, match="只能对市商务委退回且尚未修改的进展提出异议"):
        raise_it(filing, people.liaison)


def test_upheld_it_is_submitted_again_and_somebody_else_reviews(returned, people, colleague):
    first = returned.first_submitted_at
    objection = raise_it(returned, people.liaison)
    answer(uphold_objection, objection, colleague)
    filing = Filing.objects.get()
    assert (filing.state, filing.mend_by, filing.first_submitted_at) == (S.SUBMITTED, None, first)
    assert not Review.objects.exists()
    assert bars_review(filing, people.coordinator)
    assert [row.pk for row in queue_for(colleague, on=TODAY).items] == [filing.pk]
    assert queue_for(people.coordinator, on=TODAY) == ([], 1)
    with pytest.raises(PermissionDenied):
        accept_note(filing, by=people.coordinator, at=NOW)
    accept_note(filing, by=colleague, at=NOW)


def test_dismissed_the_return_stands_and_three_days_begin(returned, people, colleague):
    objection = raise_it(returned, people.liaison)
    answer(dismiss_objection, objection, colleague, at=NOW + timedelta(days=4))
    filing = Filing.objects.get()
    assert (filing.state, filing.mend_by) == (S.RETURNED, date(2026, 12, 2))
    assert Objection.objects.get().state == ObjectionState.DISMISSED
    assert Review.objects.get().decision == "return"


def test_both_sides_learn_of_the_answer(returned, people, colleague):
    answer(uphold_objection, raise_it(returned, people.liaison), colleague)
    assert told("已答复，异议成立：已核实。") == {people.liaison, people.head}
    event = Event.objects.get(action="objection.decide")
    assert event.sentence.endswith("异议成立：已核实。")


def test_who_returned_it_does_not_answer(returned, people):
    objection = raise_it(returned, people.liaison)
    for verb in (uphold_objection, dismiss_objection):
        with pytest.raises(PermissionDenied, match=f"请商务委负责人{people.chief.name}办理"):
            answer(verb, objection, people.coordinator)


def test_who_files_for_the_agency_does_not_answer(returned, agency, people, colleague):
    objection = raise_it(returned, people.liaison)
    join(colleague, Role.LIAISON, agency)
    with pytest.raises(PermissionDenied, match=f"请商务委负责人{people.chief.name}办理"):
        answer(dismiss_objection, objection, colleague)


def test_with_one_coordinator_the_chief_answers_and_reviews_it_afresh(returned, people):
    objection = raise_it(returned, people.liaison)
    assert people.chief in told(TEXT)
    answer(uphold_objection, objection, people.chief)
    assert people.chief in told("异议成立，请您重新审核。")
    assert people.chief not in told("待审核。")
    filing = Filing.objects.get()
    assert [row.pk for row in queue_for(people.chief, on=TODAY).items] == [filing.pk]
    accept_note(filing, by=people.chief, at=NOW)
    assert Filing.objects.get().state == S.ACCEPTED


def test_it_waits_from_the_answer_on(returned, people, colleague):
    assert returned.notes.get().left_at <= NOW
    later = NOW + timedelta(days=14)
    answer(uphold_objection, raise_it(returned, people.liaison), colleague, at=later)
    row = only_row(colleague, on=later.date())
    assert (row.since, row.days, row.is_upheld) == (later, 0, True)
    return_note(Filing.objects.get(), by=colleague, comment="仍须补充。", at=later)
    mended = later + timedelta(days=1)
    filing = Filing.objects.get()
    save_note(
        filing, by=people.liaison, content=content(progress="已补充。"), revision=0, at=mended
    )
    submit_note(filing, by=people.liaison, at=mended)
    row = only_row(colleague, on=mended.date())
    assert (row.since, row.is_upheld) == (mended, False)


def test_what_a_coordinator_may_review_is_not_the_chief_s(returned, people, colleague):
    answer(uphold_objection, raise_it(returned, people.liaison), colleague)
    assert queue_for(people.chief, on=TODAY).items == []
    with pytest.raises(PermissionDenied, match=f"^请统筹岗{colleague.name}办理。$"):
        accept_note(returned, by=people.chief, at=NOW)


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "auditor"])
def test_only_the_commission_answers(returned, people, who):
    objection = raise_it(returned, people.liaison)
    with pytest.raises(PermissionDenied):
        answer(dismiss_objection, objection, getattr(people, who))


@pytest.mark.parametrize("verb", [uphold_objection, dismiss_objection])
def test_an_answer_has_words_and_is_given_once(returned, people, colleague, verb):
    objection = raise_it(returned, people.liaison)
    with pytest.raises(ValidationError, match="办理异议须写明答复。"):
        answer(verb, objection, colleague, " ")
    answer(verb, objection, colleague)
    with pytest.raises(DomainError, match="这一异议已经答复"):
        answer(verb, objection, colleague)


def test_once_the_agency_mends_it_is_only_answered(returned, people, colleague):
    objection = raise_it(returned, people.liaison)
    save_note(returned, by=people.liaison, content=content(), revision=0, at=NOW)
    with pytest.raises(DomainError, match="^“草稿”的填报不能重新审核"):
        answer(uphold_objection, objection, colleague)
    answer(dismiss_objection, objection, colleague, "已补正，另行审核。")
    assert Filing.objects.get().state == S.DRAFT


def test_the_lead_objects_to_the_light_and_the_answer_is_recorded(measure, agency, people):
    objection = object_to_light(measure, agency=agency, by=people.head, text=TEXT, at=NOW)
    assert objection.against == "未评定：首个填报期尚未到期"
    assert only_event().action == "objection.raise"
    answer(uphold_objection, objection, people.coordinator, "已按实际情况说明。")
    assert Objection.objects.get().answer == "已按实际情况说明。"


def test_who_does_not_lead_does_not_object_to_the_light(measure, people):
    other = people.other_liaison.memberships.get().agency
    make_responsibility(measure, other, "responsible")
    with pytest.raises(DomainError, match="只有牵头单位可以对预警灯提出异议。"):
        object_to_light(measure, agency=other, by=people.other_liaison, text=TEXT, at=NOW)


@pytest.mark.parametrize(
    ("day", "overdue"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)]
)
def test_due_today_is_not_overdue(returned, people, day, overdue):
    objection = raise_it(returned, people.liaison)
    assert objection.is_overdue(on=day) is overdue
    assert Objection.objects.overdue(on=day).exists() is overdue


@pytest.mark.parametrize(
    ("who", "sees"),
    [("liaison", 1), ("head", 1), ("other_liaison", 0), ("coordinator", 1), ("chief", 1),
     ("leader", 0)],
)  # fmt: skip
def test_the_parties_and_the_commission_see_it(measure, people, who, sees):
    make_objection(make_filing(measure=measure, state=S.RETURNED, author=people.liaison))
    assert Objection.objects.visible_to(getattr(people, who)).count() == sees
