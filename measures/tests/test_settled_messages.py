"""A message that requests something leaves every inbox once that is done or obsolete."""

from datetime import date, timedelta

import pytest

from agencies.inbox.actions import read_all
from agencies.models import Agency, Message
from agencies.permissions import Role
from measures.approvals.due_dates import agree_due_date, ask_due_date
from measures.chasing.actions import chase_by_hand
from measures.chasing.job import chase
from measures.choices import FilingState, MeasureMessage
from measures.filings.drafts import save_note
from measures.filings.submission import approve_note, send_back_note, submit_note, withdraw_note
from measures.instructions.actions import (
    close_instruction,
    reply_to_instruction,
    withdraw_instruction,
    write_instruction,
)
from measures.models import Filing, Instruction, Period, Urge
from measures.periods.actions import close_period, open_period
from measures.periods.extensions import extend_filing, extend_period
from measures.periods.taking_back import take_back_opening
from measures.requests.actions import withdraw_request
from measures.reviews.actions import accept_note, return_note
from measures.reviews.objections import dismiss_objection, object_to_return, uphold_objection
from measures.reviews.remarks import add_remark
from measures.reviews.waivers import unwaive_filing, waive_filing, write_off_debt
from measures.sheets.actions import ask_to_apply, discard_sheet
from measures.sheets.tests.sheets import checked, handed_back, put
from measures.tests.factories import (
    NOW,
    content,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db


def waiting(kind):
    """Return whose inbox still has the message."""
    return {one.user for one in Message.objects.in_inbox().filter(kind=kind)}


@pytest.fixture
def filing(measure, people):
    """Create a draft of the liaison."""
    return make_filing(measure=measure, state=FilingState.DRAFT, author=people.liaison)


@pytest.fixture
def careful(agency):
    """Make the agency require its head's approval first."""
    Agency.objects.filter(pk=agency.pk).update(needs_inner_approval=True)


SETTLING = [
    lambda filing, people: accept_note(filing, by=people.coordinator, at=NOW),
    lambda filing, people: return_note(filing, by=people.coordinator, comment="补充。", at=NOW),
    lambda filing, people: withdraw_note(filing, by=people.liaison, at=NOW),
]


@pytest.mark.parametrize("settle", SETTLING)
def test_a_filing_that_was_decided_or_taken_back_waits_in_no_inbox(filing, people, settle):
    submit_note(filing, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == {people.coordinator}
    settle(filing, people)
    assert waiting(MeasureMessage.SUBMITTED) == set()


def test_what_the_head_let_go_waits_for_the_commission_alone(filing, careful, people):
    submit_note(filing, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == {people.head}
    approve_note(filing, by=people.head, at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == {people.coordinator}


def test_what_the_head_sent_back_waits_for_nobody_s_review(filing, careful, people):
    submit_note(filing, by=people.liaison, at=NOW)
    send_back_note(filing, by=people.head, comment="请补充。", at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == set()


@pytest.mark.parametrize("settle", [agree_due_date, withdraw_request])
def test_a_request_that_was_decided_or_taken_back_waits_in_no_inbox(agency, people, settle):
    measure = make_dated_measure(lead=agency)
    later = date(2027, 6, 30)
    request = ask_due_date(measure, by=people.liaison, to_on=later, reason="政策调整。", at=NOW)
    assert waiting(MeasureMessage.REQUEST) == {people.chief}
    settle(request, by=people.liaison if settle is withdraw_request else people.chief, at=NOW)
    assert waiting(MeasureMessage.REQUEST) == set()


# Kinds that request nothing: they only have to be read.
TELLING = {
    MeasureMessage.ACCEPTED,
    MeasureMessage.MILESTONE,
    MeasureMessage.INDICATOR,
    MeasureMessage.DECISION,
    MeasureMessage.NOTICE_CHANGE,
    MeasureMessage.CHASE_ANSWER,
}
# By the tests of the actions of measures.notice_changes and measures.coordination.
WALKED_ELSEWHERE = {MeasureMessage.CONFIRMATION, MeasureMessage.COORDINATION}
ASKING = {
    MeasureMessage.SUBMITTED,
    MeasureMessage.REQUEST,
    MeasureMessage.RETURNED,
    MeasureMessage.CHANGED,
    MeasureMessage.PERIOD_OPENED,
    MeasureMessage.PERIOD_CHANGED,
    MeasureMessage.REMARK,
    MeasureMessage.OBJECTION,
    MeasureMessage.INSTRUCTION,
    MeasureMessage.SHEET,
    MeasureMessage.CHASE,
}


def test_every_kind_is_walked_here():
    assert set(MeasureMessage) == TELLING | ASKING | WALKED_ELSEWHERE


@pytest.fixture
def returned(filing, people):
    """Create a note that was submitted and returned."""
    submit_note(filing, by=people.liaison, at=NOW)
    return_note(filing, by=people.coordinator, comment="补充数据。", at=NOW)
    assert waiting(MeasureMessage.RETURNED) == {people.liaison}
    return filing


def mended(filing, people):
    save_note(filing, by=people.liaison, content=content(), revision=0, at=NOW)
    assert waiting(MeasureMessage.RETURNED) == {people.liaison}  # a draft is not yet the answer
    submit_note(filing, by=people.liaison, at=NOW)


def found_wrong(filing, people):
    objection = object_to_return(filing, by=people.liaison, text="已有数据。", at=NOW)
    other = make_user(Role.COORDINATOR)
    uphold_objection(objection, by=other, answer="有理。", at=NOW)


@pytest.mark.parametrize("settle", [mended, found_wrong])
def test_a_return_waits_until_it_is_mended_or_was_wrong(returned, people, settle):
    settle(returned, people)
    assert waiting(MeasureMessage.RETURNED) == set()


@pytest.mark.parametrize("read_at", [NOW, None])
def test_what_is_settled_leaves_the_inbox_and_was_read_when_it_was_read(returned, people, read_at):
    if read_at:
        read_all(by=people.liaison, at=read_at)
    assert waiting(MeasureMessage.RETURNED) == {people.liaison}
    mended(returned, people)
    assert waiting(MeasureMessage.RETURNED) == set()
    told = Message.objects.settled().filter(kind=MeasureMessage.RETURNED)
    assert [one.read_at for one in told] == [read_at]
    assert not told.unread().exists()


def test_what_is_asked_for_again_waits_until_it_is_filed(filing, people):
    """A waiver was undone."""
    waive_filing(filing, by=people.coordinator, reason="无须报送。", at=NOW)
    unwaive_filing(filing, by=people.coordinator, reason="仍须报送。", at=NOW)
    assert waiting(MeasureMessage.CHANGED) == {people.liaison}
    submit_note(filing, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.CHANGED) == set()


@pytest.fixture
def two(agency, people):
    """Create two filings of an opened period, each with its draft."""
    for _ in range(2):
        make_measure(lead=agency)
    period = make_period(state="draft", opened_at=None)
    open_period(period, by=people.coordinator, at=NOW)
    found = list(Filing.objects.filter(period=period, agency=agency))
    for filing in found:
        save_note(filing, by=people.liaison, content=content(), revision=0, at=NOW)
    assert waiting(MeasureMessage.PERIOD_OPENED) == {people.liaison}
    return found


def test_the_call_to_file_waits_until_nothing_is_left_to_hand_in(two, people):
    submit_note(two[0], by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.PERIOD_OPENED) == {people.liaison}
    submit_note(two[1], by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.PERIOD_OPENED) == set()


def test_whoever_owes_for_another_agency_is_called_still(two, people):
    both = people.other_liaison
    there = both.memberships.get().agency
    make_filing(measure=make_measure(lead=there), period=two[0].period)
    both.memberships.create(agency=two[0].agency, role=Role.LIAISON, role_group="business",
                            is_deputy=True, valid_from=NOW.date())  # fmt: skip
    Message.objects.filter(user=people.liaison).update(user=both)
    for filing in two:
        submit_note(filing, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.PERIOD_OPENED) == {both}


LATE = NOW + timedelta(days=42)  # a working day again
WAIVED = {"reason": "无须报送。", "at": LATE}


@pytest.fixture
def chased(two, people):
    """Make both filings late and chased."""
    chase_by_hand([one.pk for one in two], by=people.coordinator, at=LATE)
    assert waiting(MeasureMessage.CHASE) == {people.liaison, people.head}
    return two


@pytest.mark.parametrize(
    "end",
    [
        lambda one, by: submit_note(one, by=by.liaison, at=LATE),
        lambda one, by: waive_filing(one, by=by.coordinator, **WAIVED),
        lambda one, by: write_off_debt(one, by=by.coordinator, **WAIVED),
        lambda one, by: extend_filing(
            one, by=by.coordinator, due_on=(LATE + timedelta(1)).date(), **WAIVED
        ),
    ],
)
def test_a_chase_waits_until_all_that_it_asks_for_is_done_or_put_off(chased, people, end):
    Period.objects.update(closes_on=(LATE + timedelta(9)).date())
    end(chased[0], people)
    assert waiting(MeasureMessage.CHASE) == {people.liaison, people.head}
    end(chased[1], people)
    assert waiting(MeasureMessage.CHASE) == set()
    assert Urge.objects.sent().with_read_at().first().read_at is None


def test_a_period_that_was_put_off_chases_nobody(chased, people):
    later = (LATE + timedelta(9)).date()
    extend_period(chased[0].period, by=people.coordinator, due_on=later, reason="放假。", at=LATE)
    assert waiting(MeasureMessage.CHASE) == set()


def test_a_closed_period_calls_nobody(two, people):
    past_due = NOW + timedelta(days=90)
    close_period(two[0].period, by=people.coordinator, at=past_due)
    assert waiting(MeasureMessage.PERIOD_OPENED) == set()


def test_a_period_whose_opening_was_taken_back_calls_nobody(agency, measure, people):
    period = make_period(state="draft", opened_at=None)
    open_period(period, by=people.coordinator, at=NOW)
    assert waiting(MeasureMessage.PERIOD_OPENED) == {people.liaison}
    take_back_opening(period, by=people.coordinator, at=NOW)
    assert waiting(MeasureMessage.PERIOD_OPENED) == set()


def test_a_debt_that_was_given_up_calls_nobody(filing, people):
    waive_filing(filing, by=people.coordinator, reason="无须报送。", at=NOW)
    unwaive_filing(filing, by=people.coordinator, reason="仍须报送。", at=NOW)
    write_off_debt(filing, by=people.coordinator, reason="职能已划转。", at=NOW + timedelta(90))
    sentences = Message.objects.in_inbox().to(people.liaison).values_list("sentence", flat=True)
    assert ["核销" in sentence for sentence in sentences] == [True]


def test_a_question_waits_until_its_side_has_answered(filing, people):
    submit_note(filing, by=people.liaison, at=NOW)
    add_remark(filing, by=people.coordinator, text="同比多少？", at=NOW)
    assert waiting(MeasureMessage.REMARK) == {people.liaison}
    add_remark(filing, by=people.liaison, text="增长一成。", at=NOW)
    assert waiting(MeasureMessage.REMARK) == {people.coordinator}
    add_remark(filing, by=people.coordinator, text="收到。", at=NOW)
    assert waiting(MeasureMessage.REMARK) == {people.liaison}


@pytest.mark.parametrize("verb", [uphold_objection, dismiss_objection])
def test_an_objection_waits_with_the_commission_until_it_is_answered(returned, people, verb):
    other = make_user(Role.COORDINATOR)
    objection = object_to_return(returned, by=people.liaison, text="已有数据。", at=NOW)
    assert other in waiting(MeasureMessage.OBJECTION)
    verb(objection, by=other, answer="已复核。", at=NOW)
    assert waiting(MeasureMessage.OBJECTION) == {people.liaison, people.head}  # the answer


@pytest.fixture
def instruction(agency, measure, people):
    """Create a leader's instruction to two agencies."""
    agencies = [agency, people.other_liaison.memberships.get().agency]
    made = write_instruction(
        measure, by=people.leader, text="抓紧。", agencies=agencies, due_on=None, at=NOW
    )
    assert {people.liaison, people.other_liaison} < waiting(MeasureMessage.INSTRUCTION)
    return made


def test_a_reminder_of_an_instruction_waits_with_who_has_not_answered(instruction, agency, people):
    Instruction.objects.update(due_on=(NOW + timedelta(days=4)).date())
    chase(at=NOW + timedelta(days=7))
    both, told = {people.liaison, people.other_liaison}, {people.leader, people.chief}
    assert both | told <= waiting(MeasureMessage.CHASE)
    reply_to_instruction(instruction, agency=agency, by=people.head, text="已办。", at=LATE)
    left = waiting(MeasureMessage.CHASE)
    assert {people.other_liaison} | told <= left
    assert not left & {people.liaison, people.head}
    close_instruction(instruction, by=people.leader, words="已另行处理。", at=LATE)
    assert waiting(MeasureMessage.CHASE) == set()


def test_an_instruction_waits_with_each_agency_until_it_has_answered(instruction, agency, people):
    reply_to_instruction(instruction, agency=agency, by=people.head, text="已办。", at=NOW)
    left = waiting(MeasureMessage.INSTRUCTION)
    assert not left & {people.liaison, people.head}
    assert {people.other_liaison, people.other_head} < left


@pytest.mark.parametrize(
    "end",
    [
        lambda one, by: close_instruction(one, by=by, words="已另行处理。", at=NOW),
        lambda one, by: withdraw_instruction(one, by=by, at=NOW),
    ],
)
def test_an_instruction_that_has_ended_asks_nobody(instruction, people, end):
    end(instruction, people.leader)
    told = Message.objects.in_inbox().filter(kind=MeasureMessage.INSTRUCTION)
    assert told.exists()
    assert all("办结" in one.sentence or "撤回" in one.sentence for one in told)


@pytest.fixture
def sheet(filing, agency, people):
    """Upload a sheet with one change, and check it."""

    def fill(ws):
        put(ws, "进展情况", "一季度。")

    made = checked(handed_back(filing.period, agency, people.liaison, fill))
    assert waiting(MeasureMessage.SHEET) == {people.liaison}
    return made


@pytest.mark.parametrize("act", [ask_to_apply, discard_sheet])
def test_a_sheet_waits_until_it_is_applied_or_discarded(sheet, people, act):
    act(sheet, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.SHEET) == set()


def test_one_upload_is_one_message(sheet, people):
    """The message after the check is gone when everything is applied."""
    ask_to_apply(sheet, by=people.liaison, at=NOW)
    checked(sheet)
    (message,) = Message.objects.in_inbox().to(people.liaison).filter(kind=MeasureMessage.SHEET)
    assert "写入1项" in message.sentence


def test_a_faulty_sheet_asks_until_the_next_one_is_uploaded(filing, agency, people):
    def spoil(ws):
        put(ws, "自评完成比例", "很多")

    def fill(ws):
        put(ws, "进展情况", "二季度。")

    checked(handed_back(filing.period, agency, people.liaison, spoil))
    assert waiting(MeasureMessage.SHEET) == {people.liaison}
    handed_back(filing.period, agency, people.liaison, fill)
    assert waiting(MeasureMessage.SHEET) == set()
