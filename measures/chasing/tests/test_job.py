"""The job, day by day: who gets which reminder, and that nobody gets it twice."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils.timezone import get_current_timezone

from agencies.models import Membership, Message
from agencies.permissions import Role
from lib.workdays import add_workdays, is_workday
from measures.chasing.job import chase, rehearse
from measures.choices import FilingState, MeasureMessage, Rung
from measures.models import ChaseRound, Filing, Urge
from measures.tests.factories import (
    join,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 9)  # a Monday
S = FilingState


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 5, tzinfo=get_current_timezone())


def workday(offset: int) -> date:
    return add_workdays(DUE, offset, {})


def run(day: date, hour: int = 10) -> int:
    with time_machine.travel(at(day, hour), tick=False):
        return chase(at=at(day, hour)).people


def told(rung: Rung) -> dict[Filing, datetime]:
    return {urge.filing: urge.sent_at for urge in Urge.objects.sent().filter(rung=rung)}


@pytest.fixture
def period(db):
    return make_period(due_on=DUE)


@pytest.fixture
def owed(measure, period):
    return make_filing(measure=measure, period=period)


def test_time_moves_through_a_period_with_a_week_of_the_job_missing(
    measure, agency, people, period
):
    """Each rung once to the right people; the second run of each day sends nothing."""
    deputy = make_user(Role.LIAISON, agency)
    first = make_filing(measure=measure, period=period)
    other = make_agency()
    other_liaison = make_user(Role.LIAISON, other)
    second = make_filing(measure=make_measure(lead=other), period=period)
    missing = {workday(offset) for offset in (1, 2, 3, 4, 5, 6)}  # T+1 and T+5 are in it
    told_on: dict[date, set] = {}
    for ahead in range(-15, 31):
        day = DUE + timedelta(days=ahead)
        if day in missing:
            continue
        run(day)
        assert run(day, 14) == 0, day
        found = Message.objects.filter(kind=MeasureMessage.CHASE, created_at__date=day)
        if found:
            told_on[day] = {message.user for message in found}
            assert len(told_on[day]) == found.count()
    liaisons = {people.liaison, deputy, other_liaison}
    assert told_on == {
        workday(-5): liaisons,
        workday(0): liaisons,
        workday(7): liaisons,  # the first run after the week: T+5 is sent, T+1 skipped
        workday(10): liaisons | {people.head},
    }
    for filing in (first, second):
        rows = filing.urges.order_by("pk").values_list("rung", "sent_at", "passed_at")
        ledger = {rung: bool(sent) for rung, sent, passed in rows}
        assert ledger == {"remind": True, "due": True, "chase": False, "letter": True} | {
            "circular": True
        }
        assert all(bool(sent) != bool(passed) for _, sent, passed in rows)


@pytest.mark.parametrize("hour", [8, 18, 23])
def test_nothing_leaves_outside_working_hours(owed, people, hour):
    assert run(workday(1), hour) == 0
    assert run(workday(1), 9) == 1


def test_nothing_leaves_on_a_day_off(owed, people):
    assert not is_workday(DUE + timedelta(days=5), {})
    assert run(DUE + timedelta(days=5)) == 0
    assert not Urge.objects.exists()


def test_a_person_gets_one_message_for_all_agencies_and_filings(measure, agency, people, period):
    other = make_agency(name="市外办")
    join(people.liaison, Role.LIAISON, other)
    make_filing(measure=measure, period=period)
    make_filing(measure=make_measure(lead=agency), period=period)
    make_filing(measure=make_measure(lead=other), period=period)
    run(workday(1))
    message = Message.objects.get(user=people.liaison)
    assert message.sentence == (
        "截至2026年11月10日，市农业农村委有2项逾期未报（最长1个工作日）；"
        "市外办有1项逾期未报（最长1个工作日）。请尽快报送，或在“本期应报”中答复拟报送日期。"
    )
    assert message.url == "/filings/"
    assert Urge.objects.sent().count() == 3
    assert ChaseRound.objects.count() == 2


SILENT = [
    {"state": S.WAIVED},
    {"state": S.SUBMITTED},
    {"state": S.ACCEPTED},
    {"due_on": workday(4), "due_was": DUE, "due_moved_at": at(DUE)},
]


@pytest.mark.parametrize("fields", SILENT)
def test_nothing_is_told_of_what_is_settled_waits_or_was_put_off(measure, people, period, fields):
    make_filing(measure=measure, period=period, **fields)
    assert run(workday(2)) == 0


def test_what_was_put_off_is_told_from_its_new_day_on(measure, people, period):
    later = {"due_on": workday(4), "due_was": DUE, "due_moved_at": at(DUE)}
    make_filing(measure=measure, period=period, **later)
    assert run(workday(3)) == 0
    assert run(workday(4)) == 1
    assert Urge.objects.get().rung == Rung.DUE


def test_nothing_is_told_of_what_was_written_off_or_of_an_archived_notice(owed, people):
    notice = owed.period.notice
    Filing.objects.update(
        written_off_at=at(DUE), written_off_by=people.chief, written_off_reason="机构撤并。"
    )
    assert run(workday(1)) == 0
    Filing.objects.update(written_off_at=None, written_off_by=None, written_off_reason="")
    type(notice).objects.update(archived_at=at(DUE))
    assert run(workday(1)) == 0


@pytest.mark.parametrize("state", [S.PENDING, S.DRAFT, S.IN_AGENCY])
def test_what_lies_with_the_agency_is_told(measure, people, period, state):
    make_filing(measure=measure, period=period, state=state, author=people.liaison)
    assert run(workday(1)) == 1


def test_late_mending_is_chased_from_its_own_day(measure, people, period):
    back = {"state": S.RETURNED, "mend_by": workday(3), "author": people.liaison}
    filing = make_filing(measure=measure, period=period, **back)
    assert run(workday(2)) == 0
    assert run(workday(3)) == 1
    assert run(workday(4)) == 1
    assert "1项退回后逾期未补正" in Message.objects.latest("pk").sentence
    assert run(workday(20)) == 0
    assert list(filing.urges.order_by("pk").values_list("rung", "due_on")) == [
        ("due", workday(3)),
        ("chase", workday(3)),
    ]


def test_whose_post_has_ended_gets_nothing(owed, agency, people):
    Membership.objects.filter(user=people.liaison).update(valid_to=DUE)
    deputy = make_user(Role.LIAISON, agency)
    run(workday(1))
    assert {message.user for message in Message.objects.all()} == {deputy}


def test_the_head_is_told_where_there_is_no_liaison(owed, people):
    Membership.objects.filter(user=people.liaison).update(valid_to=DUE)
    run(workday(1))
    assert {message.user for message in Message.objects.all()} == {people.head}


def test_the_ledger_says_so_where_nobody_can_be_told(measure, period):
    filing = make_filing(measure=measure, period=period)
    assert run(workday(1)) == 0
    assert filing.urges.sent().get().round.messages.count() == 0


def test_when_it_was_read_is_that_of_the_message(owed, people):
    run(workday(1))
    urge = Urge.objects.sent().with_read_at().get()
    assert urge.read_at is None
    Message.objects.update(read_at=at(workday(2)))
    assert Urge.objects.sent().with_read_at().get().read_at == at(workday(2))


def test_a_rehearsal_names_people_and_reasons_and_writes_nothing(owed, people):
    found = list(rehearse(on=workday(10)))
    assert {one.person for one in found} == {people.liaison, people.head}
    assert found[0].why == "市农业农村委通报候选1项"
    assert "已列为情况通报候选" in found[0].sentence
    assert not Urge.objects.exists()
    assert not Message.objects.exists()


def test_a_rehearsal_of_a_past_day_knows_what_had_been_told_before(owed, people):
    run(workday(0))
    run(workday(1))
    with time_machine.travel(at(workday(3)), tick=False):
        assert [one.why for one in rehearse(on=workday(2))] == []
        assert [one.why for one in rehearse(on=workday(0))] == []  # notified already today


def test_the_command_rehearses_any_day_and_sends_only_today(owed, people):
    out = StringIO()
    with time_machine.travel(at(workday(1)), tick=False):
        call_command("chase", "--on", f"{workday(5)}", "--dry-run", stdout=out)
        assert f"{people.liaison.username}" in out.getvalue()
        assert "会向1人催报" in out.getvalue()
        call_command("chase", "--on", f"{DUE + timedelta(days=5)}", "--dry-run", stdout=out)
        assert "不是工作日" in out.getvalue()
        with pytest.raises(CommandError, match="--dry-run"):
            call_command("chase", "--on", f"{workday(5)}", stdout=out)
        assert not Urge.objects.exists()
        call_command("chase", stdout=out)
    assert "已向1个单位的1人催报1项填报" in out.getvalue()
    assert Urge.objects.sent().get().rung == Rung.CHASE
