"""完成时限: an earlier date is effective at once, a later one needs an uninvolved chief."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import make_aware

from agencies.audit.lines import line_of
from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.approvals.due_dates import (
    agree_due_date,
    ask_due_date,
)
from measures.choices import FilingState, Light, Nature, RequestState
from measures.integrity import faults
from measures.models import DueDateRequest, Measure, StatusUpdate
from measures.requests.actions import refuse_request, withdraw_request
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    join,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_responsibility,
    make_user,
)

pytestmark = pytest.mark.django_db
DUE, EARLIER, LATER = date(2026, 12, 31), date(2026, 12, 1), date(2027, 6, 30)


@pytest.fixture
def measure(agency):
    """Create a dated measure for all of 2026, half done."""
    return make_dated_measure(lead=agency)


@pytest.fixture
def others(measure):
    """Create another chief and another coordinator."""
    return make_user(Role.CHIEF), make_user(Role.COORDINATOR)


def ask(measure, by, to_on=LATER, at=NOW, **more):
    return ask_due_date(measure, by=by, to_on=to_on, reason="上级政策调整。", at=at, **more)


def held(measure):
    measure.refresh_from_db()
    return measure.nature, measure.due_on, measure.percent


@pytest.mark.parametrize("who", ["liaison", "head", "coordinator"])
def test_earlier_passes_at_once(measure, people, who):
    request = ask(measure, getattr(people, who), EARLIER)
    assert request.state == RequestState.PASSED
    assert held(measure) == (Nature.DATED, EARLIER, 50)
    event = only_event()
    assert event.action == "due_date.pass"
    assert "完成时限由2026-12-31提前至2026-12-01：上级政策调整。" in event.sentence
    assert told("提前至") == {
        people.liaison, people.head, people.coordinator, people.chief
    } - {getattr(people, who)}  # fmt: skip


@pytest.mark.parametrize("who", ["liaison", "head", "coordinator"])
def test_later_waits_for_the_chief(measure, people, who):
    request = ask(measure, getattr(people, who))
    assert request.state == RequestState.OPEN
    assert held(measure) == (Nature.DATED, DUE, 50)
    assert told("申请") == {people.chief}
    assert only_event().action == "due_date.ask"


@pytest.mark.parametrize(
    "who", ["other_liaison", "other_head", "chief", "leader", "system_admin", "auditor"]
)
def test_nobody_else_asks(measure, people, who):
    with pytest.raises(PermissionDenied):
        ask(measure, getattr(people, who))


def test_another_responsible_agency_does_not_ask(measure, people):
    make_responsibility(measure, people.other_liaison.current_memberships[0].agency, "responsible")
    with pytest.raises(PermissionDenied):
        ask(measure, people.other_liaison)


def test_the_due_day_is_the_last_to_ask_and_the_day_after_says_what_to_do(measure, people):
    day = make_aware(NOW.replace(tzinfo=None).replace(month=12, day=31, hour=23, minute=59))
    with pytest.raises(DomainError, match="请申请办结；确需延期的，请联系市商务委统筹岗"):
        ask(measure, people.liaison, at=day + timedelta(minutes=1))
    assert ask(measure, people.liaison, at=day).is_open


def test_after_the_due_day_staff_still_ask_the_chief(measure, people):
    at = NOW + timedelta(days=60)
    request = ask(measure, people.coordinator, at=at)
    agree_due_date(request, by=people.chief, at=at)
    assert held(measure)[1] == LATER


def test_one_at_a_time_whoever_asks(measure, people):
    ask(measure, people.liaison)
    for by, to_on in ((people.head, LATER), (people.coordinator, EARLIER)):
        with pytest.raises(DomainError, match="已有一项时限申请待审批"):
            ask(measure, by, to_on)


def test_it_needs_a_reason(measure, people):
    with pytest.raises(DomainError, match="调整时限须写明理由"):
        ask_due_date(measure, by=people.liaison, to_on=LATER, reason=" ", at=NOW)


def test_agreed_the_date_moves_and_the_light_with_it(measure, people):
    Measure.objects.filter(pk=measure.pk).update(percent=70)
    period = make_period(due_on=TODAY - timedelta(days=1))
    make_filing(measure=measure, period=period, state=FilingState.ACCEPTED, author=people.liaison)
    request = ask(measure, people.liaison)
    agree_due_date(request, by=people.chief, note="情况属实。", at=NOW)
    assert held(measure) == (Nature.DATED, LATER, 70)
    assert (measure.light, measure.light_on) == (Light.GREEN, TODAY)
    assert measure.changed_on == TODAY
    request.refresh_from_db()
    assert (request.state, request.decided_by) == (RequestState.AGREED, people.chief)
    assert told("已同意：情况属实。") == {people.liaison, people.head}


def test_refused_all_stays_and_the_lead_reads_why(measure, people):
    request = refuse_request(ask(measure, people.head), by=people.chief, note="不必。", at=NOW)
    assert held(measure)[1] == DUE
    assert request.state == RequestState.REFUSED
    assert told("未同意：不必。") == {people.liaison, people.head}
    assert ask(measure, people.liaison).is_open  # it may be requested again


def test_a_refusal_has_words(measure, people):
    with pytest.raises(DomainError, match="不同意须写明理由"):
        refuse_request(ask(measure, people.liaison), by=people.chief, note=" ", at=NOW)


@pytest.mark.parametrize("who", ["liaison", "coordinator", "leader", "other_head"])
def test_only_a_chief_decides(measure, people, who):
    request = ask(measure, people.liaison)
    for verb in (agree_due_date, refuse_request):
        with pytest.raises(PermissionDenied):
            verb(request, by=getattr(people, who), note="好。", at=NOW)


def test_who_has_a_part_in_it_does_not_decide(measure, people, others, agency):
    """The lead's liaison or head, the requester, and authors of notes on this measure."""
    asker = join(people.coordinator, Role.CHIEF).user
    head = join(others[0], Role.AGENCY_HEAD, agency).user
    author = join(people.chief, Role.CHIEF, make_agency()).user
    make_filing(measure=measure, state="accepted", author=author)
    request = ask(measure, asker)
    for by in (asker, head, author):
        with pytest.raises(PermissionDenied, match="另行授予一人“商务委负责人”角色。$"):
            agree_due_date(request, by=by, at=NOW)
    agree_due_date(request, by=make_user(Role.CHIEF), at=NOW)


def test_the_commission_s_own_measures_are_decided_by_its_chief(people):
    """Persons are barred, not agencies."""
    own = make_dated_measure(lead=commission())
    request = ask(own, people.coordinator)
    assert agree_due_date(request, by=people.chief, at=NOW).state == RequestState.AGREED


def test_a_date_that_has_passed_meanwhile_is_not_agreed_to(measure, people):
    request = ask(measure, people.liaison)
    after = NOW + timedelta(days=300)
    with pytest.raises(DomainError, match="已过，不能再同意"):
        agree_due_date(request, by=people.chief, at=after)
    assert refuse_request(request, by=people.chief, note="已过。", at=after)


@pytest.mark.parametrize("who", ["liaison", "head"])
def test_the_lead_withdraws_until_it_is_decided(measure, people, who):
    request = ask(measure, people.liaison)
    withdraw_request(request, by=getattr(people, who), at=NOW)
    assert DueDateRequest.objects.get().state == RequestState.WITHDRAWN
    with pytest.raises(DomainError, match="已撤回，不能再同意"):
        agree_due_date(request, by=people.chief, at=NOW)


@pytest.mark.parametrize("who", ["coordinator", "chief", "other_liaison", "leader"])
def test_others_do_not_withdraw_it(measure, people, who):
    request = ask(measure, people.liaison)
    with pytest.raises(PermissionDenied):
        withdraw_request(request, by=getattr(people, who), at=NOW)


def test_staff_give_a_first_date_with_how_far_it_is(people, agency):
    ongoing = make_measure(lead=agency)
    request = ask(ongoing, people.coordinator, LATER, wording="2027年上半年", percent=60)
    assert (request.state, request.from_on) == (RequestState.PASSED, None)
    assert held(ongoing) == (Nature.DATED, LATER, 60)
    update = StatusUpdate.objects.get()
    assert (update.stage, update.percent) == (ongoing.stage, 60)
    assert not [fault for fault in faults(on=TODAY) if "状态更新" in fault]


def test_the_lead_sets_no_first_date(people, agency):
    with pytest.raises(DomainError, match="长期坚持的措施不设完成时限"):
        ask(make_measure(lead=agency), people.liaison)


def test_to_lift_a_date_needs_the_chief(measure, people):
    request = ask(measure, people.coordinator, None)
    assert held(measure) == (Nature.DATED, DUE, 50)
    agree_due_date(request, by=people.chief, at=NOW)
    assert held(measure) == (Nature.ONGOING, None, None)
    assert StatusUpdate.objects.get().percent is None
    assert not [fault for fault in faults(on=TODAY) if "状态更新" in fault]


def test_every_move_is_kept(measure, people):
    ask(measure, people.liaison, EARLIER)
    agree_due_date(ask(measure, people.liaison, LATER), by=people.chief, at=NOW)
    moves = DueDateRequest.objects.order_by("pk").values_list("from_on", "to_on", "state")
    assert list(moves) == [(DUE, EARLIER, "passed"), (EARLIER, LATER, "agreed")]


def test_the_trail_tells_each_step(measure, people):
    withdraw_request(ask(measure, people.liaison), by=people.liaison, at=NOW)
    refuse_request(ask(measure, people.liaison), by=people.chief, note="不必。", at=NOW)
    actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["due_date.ask", "due_date.withdraw", "due_date.ask", "due_date.decide"]
    assert {event.target_type for event in Event.objects.all()} == {"measures.measure"}


def test_a_measure_without_a_known_lead_has_no_dates(people, measure):
    measure.responsibilities.all().delete()
    with pytest.raises(DomainError, match="责任单位待核对"):
        ask(measure, people.coordinator)


def test_the_audit_page_shows_administrators_no_words(measure, people):
    refuse_request(
        ask(measure, people.liaison, wording="六月底前"), by=people.chief, note="不必。", at=NOW
    )
    for event in Event.objects.all():
        line = line_of(event)
        shown = f"{line.sentence}{line.changes}"
        assert line.action in ("申请调整时限", "审批时限申请")
        assert not any(words in shown for words in ("上级政策调整", "六月底前", "不必"))
        assert all(change.label.isascii() is False for change in line.changes)
