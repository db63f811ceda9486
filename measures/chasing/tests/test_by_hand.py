"""Actions of 催报: a chase by hand and the agency's answer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event, Message
from lib.errors import DomainError
from measures.chasing.actions import answer_chases, chase_by_hand
from measures.chasing.forms import ChaseAnswerForm
from measures.chasing.job import chase
from measures.chasing.page import answerable, chases_of
from measures.choices import FilingState, MeasureMessage, Rung
from measures.models import Filing, Urge
from measures.rules.periods import Quarter
from measures.tests.asking import told
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DUE = TODAY - timedelta(days=4)  # a Thursday: two working days late
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def late(measure):
    return make_filing(measure=measure, period=make_period(due_on=DUE))


def by_hand(*filings, by, words="", at=NOW):
    return chase_by_hand([filing.pk for filing in filings], by=by, words=words, at=at)


@pytest.mark.parametrize("who", ["coordinator", "chief"])
def test_the_commission_chases_and_the_agency_is_told_at_once(late, people, who):
    done = by_hand(late, by=getattr(people, who), words="请今天报送。")
    assert done == (1, 0)
    assert told("市商务委催报：请今天报送。") == {people.liaison}
    urge = Urge.objects.sent().get(rung=Rung.MANUAL)
    assert (urge.round.by, urge.round.words) == (getattr(people, who), "请今天报送。")
    assert urge.round.messages.get().user == people.liaison
    assert {event.action for event in Event.objects.all()} == {"chase.ask", "chase.send"}


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "system_admin", "auditor"])
def test_nobody_else_chases(late, people, who):
    with pytest.raises(PermissionDenied):
        by_hand(late, by=getattr(people, who))


def test_the_rung_of_the_day_goes_with_it_in_one_message(late, people):
    by_hand(late, by=people.coordinator)
    assert {urge.rung for urge in Urge.objects.sent()} == {Rung.MANUAL, Rung.CHASE}
    assert chase(at=NOW + timedelta(hours=1)).people == 0
    assert Message.objects.filter(kind=MeasureMessage.CHASE).count() == 1


def test_who_was_told_today_is_told_the_next_working_day(late, people):
    assert chase(at=NOW).people == 1
    assert by_hand(late, by=people.coordinator, words="请抓紧。") == (0, 1)
    assert Message.objects.filter(user=people.liaison).count() == 1
    assert chase(at=TOMORROW).people == 1
    assert told("请抓紧") == {people.liaison}
    assert not Urge.objects.queued().exists()
    assert chase(at=TOMORROW + timedelta(hours=1)).people == 0


def test_outside_working_hours_it_waits_for_the_morning(late, people):
    evening = NOW.replace(hour=20)
    assert by_hand(late, by=people.coordinator, at=evening) == (0, 1)
    assert not Message.objects.exists()
    assert chase(at=TOMORROW).people == 1


def test_what_comes_in_before_the_morning_is_chased_no_more(late, people):
    by_hand(late, by=people.coordinator, at=NOW.replace(hour=20))
    Filing.objects.update(state=FilingState.SUBMITTED, first_submitted_at=NOW)
    assert chase(at=TOMORROW).people == 0
    assert Urge.objects.get(rung=Rung.MANUAL).passed_at == TOMORROW


@pytest.mark.parametrize(("days", "people_told"), [(1, 0), (0, 1), (None, 0)])
def test_who_has_answered_is_told_no_more_before_the_day_it_named(late, people, days, people_told):
    chase(at=NOW)
    by_hand(late, by=people.coordinator)
    promised = None if days is None else TODAY + timedelta(days=days)
    words = {"words": "正在核对。", "promised_on": promised}
    answer_chases([late.pk], by=people.liaison, at=NOW + timedelta(hours=1), **words)
    assert chase(at=TOMORROW).people == people_told
    assert not Urge.objects.queued().exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": FilingState.SUBMITTED},
        {"state": FilingState.ACCEPTED},
        {"state": FilingState.WAIVED},
        {"due_on": TODAY},
        {"due_on": TODAY + timedelta(days=9), "due_was": DUE, "due_moved_at": NOW},
    ],
)
def test_what_is_not_late_is_not_chased(measure, people, fields):
    filing = make_filing(measure=measure, period=make_period(due_on=DUE), **fields)
    with pytest.raises(DomainError, match="不需要催报"):
        by_hand(filing, by=people.coordinator)


def test_sending_the_form_twice_chases_once(late, people):
    chase(at=NOW)
    by_hand(late, by=people.coordinator)
    with pytest.raises(DomainError, match="待发送"):
        by_hand(late, by=people.coordinator)
    assert Urge.objects.queued().count() == 1


def test_several_agencies_are_told_each_what_is_theirs(late, people):
    other = make_filing(measure=make_measure(lead=make_agency()), due_on=DUE)
    assert by_hand(late, other, by=people.chief) == (2, 0)
    assert Urge.objects.filter(rung=Rung.MANUAL).values("round").distinct().count() == 2


@pytest.mark.parametrize("who", ["liaison", "head"])
def test_the_agency_answers_and_who_asked_is_told(late, people, who):
    by_hand(late, by=people.coordinator)
    promised = TODAY + timedelta(days=2)
    by = getattr(people, who)
    words = {"words": "数据正在核对", "promised_on": promised}
    assert answer_chases([late.pk], by=by, at=NOW, **words) == 1
    assert told("拟于2026-11-25报送：数据正在核对") == {people.coordinator}
    found = chases_of([late.pk])[late.pk]
    assert (found.times, found.answer, found.promised_on) == (1, "数据正在核对", promised)


def test_a_later_answer_takes_its_place_and_the_trail_keeps_both(late, people):
    chase(at=NOW)
    answer_chases([late.pk], by=people.liaison, words="在办。", at=NOW)
    answer_chases([late.pk], by=people.liaison, words="明天报。", at=NOW)
    assert Urge.objects.get(answered_at__isnull=False).answer == "明天报。"
    assert Event.objects.filter(action="chase.answer").count() == 2


@pytest.mark.parametrize("who", ["other_liaison", "other_head", "coordinator", "leader"])
def test_nobody_else_answers(late, people, who):
    chase(at=NOW)
    with pytest.raises(PermissionDenied):
        answer_chases([late.pk], by=getattr(people, who), words="好。", at=NOW)


def test_an_answer_says_something_and_names_no_past_day(late, people):
    chase(at=NOW)
    with pytest.raises(ValidationError, match="请写明情况"):
        answer_chases([late.pk], by=people.liaison, words=" ", at=NOW)
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(ValidationError, match="不能早于今日"):
        answer_chases([late.pk], by=people.liaison, promised_on=yesterday, at=NOW)


def test_what_was_not_chased_or_is_filed_needs_no_answer(late, people):
    with pytest.raises(DomainError, match="没有待答复"):
        answer_chases([late.pk], by=people.liaison, words="好。", at=NOW)
    chase(at=NOW)
    Filing.objects.update(state=FilingState.SUBMITTED, first_submitted_at=NOW)
    with pytest.raises(DomainError, match="没有待答复"):
        answer_chases([late.pk], by=people.liaison, words="好。", at=NOW)


def test_what_was_filed_and_returned_needs_no_answer_before_its_new_day(late, people):
    chase(at=NOW)
    assert [urge.filing for urge in answerable(people.liaison)] == [late]
    back = {"state": FilingState.RETURNED, "first_submitted_at": NOW, "mend_by": TODAY}
    Filing.objects.update(**back)
    assert answerable(people.liaison) == []
    with pytest.raises(DomainError, match="没有待答复"):
        answer_chases([late.pk], by=people.liaison, words="好。", at=NOW)


def test_older_periods_are_offered_too_and_none_is_ticked_beforehand(late, measure, people):
    gone = late.period.covers_from - timedelta(days=1)
    older = make_period(Quarter(2026, 2), due_on=gone, state="closed", closed_at=NOW)
    make_filing(measure=measure, period=older)
    chase(at=NOW)
    form = ChaseAnswerForm(urges=answerable(people.liaison), names_notices=False)
    assert len(form.fields["filings"].choices) == 2
    assert not form.fields["filings"].initial


def test_an_agency_is_named_only_beside_another(late, measure, people):
    chase(at=NOW)
    urges = answerable(people.liaison)

    def labels():
        form = ChaseAnswerForm(urges=urges, names_notices=False)
        return [label for _, label in form.fields["filings"].choices]

    about = f"{measure}（{late.period}）"
    assert labels() == [about]
    other = make_filing(measure=make_measure(lead=make_agency(name="市财政局")))
    urges.append(Urge(filing=other))
    beside = f"市财政局：{other.measure}（{other.period}）"
    assert labels() == [f"{late.agency_name}：{about}", beside]
