"""The demonstration's scenarios, all of them marked as invented."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from agencies.demonstration import ACCOUNTS, PASSWORD
from agencies.models import Event, Membership, Message, User
from agencies.permissions import Role
from lib.errors import DomainError
from measures.approvals.kinds import waiting_for
from measures.choices import (
    Decision,
    FilingState,
    Light,
    Nature,
    PeriodState,
    RequestState,
    Stage,
)
from measures.demonstration import scenarios, texts
from measures.demonstration.people import NAME, POSTS
from measures.demonstration.seed import load_demonstration
from measures.filings.evidence import read_evidence
from measures.models import (
    ClosingFile,
    ClosingRequest,
    DueDateRequest,
    Filing,
    Measure,
    Note,
    Notice,
    Period,
    Responsibility,
    Review,
    Snapshot,
    StatusUpdate,
)
from measures.rules.periods import Quarter
from measures.rules.uploads import kind_of
from measures.tests.factories import NOW

pytestmark = pytest.mark.django_db
USUAL = date(2026, 11, 23)


@pytest.fixture(scope="module")
def played_then(django_db_setup, django_db_blocker, play_demonstration) -> Iterator[None]:
    """Load it once for all tests here that use `loaded`; each rolls back its changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        play_demonstration(on=USUAL, at=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(played_then, db) -> Notice:
    return Notice.objects.get()


def fates(period: int) -> Counter:
    return Counter(
        scenarios.fate_of(period, duty.measure.ordinal, duty.agency.code)
        for duty in Responsibility.objects.select_related("measure", "agency")
    )


def test_every_shown_account_can_sign_in_and_is_what_the_list_says(loaded):
    assert [username for username, _ in ACCOUNTS] == sorted(
        POSTS, key=[username for username, _ in ACCOUNTS].index
    )
    for username, _ in ACCOUNTS:
        user = authenticate(username=username, password=PASSWORD)
        assert user is not None
        assert not user.must_change_password
        role, code = POSTS[username]
        assert [(m.role, m.agency.code) for m in user.current_memberships] == [(role, code)]


def test_each_responsible_agency_has_one_liaison_and_none_of_them_reviews(loaded):
    liaisons = Membership.objects.filter(role=Role.LIAISON)
    owing = set(Responsibility.objects.values_list("agency", flat=True))
    assert sorted(liaisons.values_list("agency", flat=True)) == sorted(owing)
    assert len(owing) == 17
    assert not liaisons.filter(user__memberships__role=Role.COORDINATOR).exists()
    assert {m.valid_from for m in Membership.objects.all()} == {loaded.issued_on}


def test_everything_made_up_says_so(loaded):
    assert loaded.demonstrated_at is not None
    assert all(user.name.startswith(NAME.format("")) for user in User.objects.all())
    fields = ("progress", "problems", "next_steps", "help_needed", "confidence_reason")
    written = [text for row in Note.objects.values_list(*fields) for text in row]
    written += Review.objects.values_list("comment", flat=True)
    written += StatusUpdate.objects.values_list("reason", flat=True)
    written += DueDateRequest.objects.values_list("reason", flat=True)
    written += DueDateRequest.objects.values_list("decision_note", flat=True)
    written += ClosingRequest.objects.values_list("result", flat=True)
    written += ClosingRequest.objects.values_list("decision_note", flat=True)
    assert all(text.endswith(texts.MARK) for text in written if text)
    assert not any("{" in text or "}" in text for text in written)


def test_texts_differ_by_agency_and_period(loaded):
    first_versions = Note.objects.filter(version=1).values_list("progress", flat=True)
    assert len(set(first_versions)) == len(first_versions)


def test_there_is_a_text_for_every_duty_and_a_comment_for_every_return(loaded):
    quarter = Quarter(2026, 3)
    for duty in Responsibility.objects.select_related("measure", "agency"):
        for period in range(3):
            key = (period, duty.measure.ordinal, duty.agency.code)
            assert texts.content_of(period, quarter, *key[1:])["progress"]
            moves = [move.verb for move in scenarios.moves_of(*key)]
            if "return" in moves:
                assert texts.comment_of(*key)
            if "mend" in moves:
                assert texts.content_of(period, quarter, *key[1:], mended=True)


def test_the_story_names_no_filing_that_nobody_owes(loaded):
    owed = set(Responsibility.objects.values_list("measure__ordinal", "agency__code"))
    for table in scenarios.STORY:
        named = [who for fate in table.values() for who in fate]
        assert len(named) == len(set(named))
        assert set(named) <= owed


@pytest.mark.parametrize("number", [0, 1])
def test_a_closed_period_has_late_mended_and_missing_filings_and_a_snapshot(loaded, number):
    period = Period.objects.order_by("covers_from")[number]
    filings = period.filings.all()
    late = [f for f in filings.filed() if f.first_submitted_at.date() > f.due_on]
    mended = filings.filter(notes__review__decision=Decision.RETURN, state=FilingState.ACCEPTED)
    expected = fates(number)
    assert filings.count() == 53
    filed_afterwards = [f for f in filings if f.is_backfilled]
    assert [f.agency.code for f in filed_afterwards] == (["fgw"] if number == 1 else [])
    assert filings.unfiled().count() == expected["missing"] - len(filed_afterwards)
    assert len(late) == expected["late"] + expected["chased"] + len(filed_afterwards)
    given_up = filings.filter(written_off_at__isnull=False)
    assert [f.agency.code for f in given_up] == ([] if number == 1 else ["czj"])
    assert mended.count() == expected["mended"]
    accepted = filings.filter(state=FilingState.ACCEPTED).count()
    assert accepted == 53 - expected["missing"] + len(filed_afterwards)
    snapshots = Snapshot.objects.filter(period=period)
    assert snapshots.count() == 17
    # When the first period closes, nobody owes two periods, or one for long.
    red = {Light.RED} if number == 1 else set()
    assert {Light.YELLOW, Light.GREEN, Light.GREY} | red == {s.light for s in snapshots}
    assert all(s.sentence for s in snapshots)


def test_the_open_period_is_partly_filed(loaded):
    filings = Period.objects.get(state=PeriodState.OPEN).filings.all()
    assert Counter(f.state for f in filings) == {
        FilingState.PENDING: 11,
        FilingState.DRAFT: 4,
        FilingState.IN_AGENCY: 1,
        FilingState.SUBMITTED: 8,
        FilingState.RETURNED: 4,
        FilingState.ACCEPTED: 25,
    }


def test_customs_finds_work_in_every_state_with_last_time_beside_it(loaded):
    customs = User.objects.get(username="haiguan").current_memberships[0].agency
    newest, middle, _ = Period.objects.newest_first()
    states = dict(newest.filings.filter(agency=customs).values_list("measure__ordinal", "state"))
    assert states == {
        2: FilingState.ACCEPTED,
        6: FilingState.RETURNED,
        10: FilingState.DRAFT,
        12: FilingState.ACCEPTED,
        14: FilingState.PENDING,
        16: FilingState.PENDING,
        17: FilingState.SUBMITTED,
    }
    assert middle.filings.filter(agency=customs, accepted_note__isnull=False).count() == 7
    returned = newest.filings.get(agency=customs, measure__ordinal=6)
    assert returned.mend_by >= USUAL
    assert returned.notes.get().review.comment


def test_agriculture_still_owes_the_third_measure(loaded):
    agency = User.objects.get(username="nongye").current_memberships[0].agency
    filing = Filing.objects.get(period__state=PeriodState.OPEN, agency=agency)
    assert (filing.measure.ordinal, filing.state) == (3, FilingState.PENDING)
    assert filing.measure.light_sentence == "市农业农村委三季度进展未报，逾期3个工作日"


def test_the_light_of_two_silent_periods_and_of_a_hopeless_note_say_why(loaded):
    red = {m.ordinal: m.light_sentence for m in Measure.objects.filter(light=Light.RED)}
    assert set(red) == {10, 13}
    assert "二季度进展未报，逾期" in red[10]
    assert "均未报，逾期" in red[13]
    by_hand = Measure.objects.get(computed_light=Light.RED)
    assert "难以完成" in by_hand.computed_sentence
    assert by_hand.light == Light.YELLOW


def test_stages_are_the_commissions_word_with_its_ground(loaded):
    by_stage = {m.ordinal: m.stage for m in Measure.objects.all()}
    assert {o for o, stage in by_stage.items() if stage == Stage.NEARLY_DONE} == {16}
    assert {o for o, stage in by_stage.items() if stage == Stage.DONE} == {6}
    assert {o for o, stage in by_stage.items() if stage == Stage.NOT_STARTED} == {8, 9, 11, 15}
    grounds = StatusUpdate.objects.exclude(reason__startswith="设定完成时限")
    assert all(update.notes.exists() for update in grounds)


def test_a_word_is_corrected_and_a_measure_is_suspended_and_resumed(loaded):
    def told(ordinal):
        rows = StatusUpdate.objects.filter(measure__ordinal=ordinal).order_by("at")
        return [(row.kind, row.words) for row in rows]

    assert told(14)[1:3] == [("suspended", "已中止"), ("resumed", "推进中")]
    assert told(17)[1:3] == [("updated", "基本完成"), ("corrected", "推进中")]
    measures = Measure.objects.filter(ordinal__in=[14, 17])
    assert {m.stage for m in measures} == {Stage.UNDER_WAY}
    assert set(Snapshot.objects.filter(measure__in=measures).values_list("stage", flat=True)) == {
        Stage.UNDER_WAY
    }


def test_dates_are_set_by_the_commission_and_say_so(loaded):
    dated = Measure.objects.filter(nature=Nature.DATED).order_by("ordinal")
    assert [m.ordinal for m in dated] == [4, 12]
    assert all(m.percent for m in dated)
    assert {m.ordinal: m.light for m in dated} == {4: Light.YELLOW, 12: Light.WAITING}
    assert "推迟至" in dated.get(ordinal=4).light_sentence
    first = DueDateRequest.objects.filter(from_on=None)
    assert {r.state for r in first} == {RequestState.PASSED}
    assert all("通知原文未设时限" in r.reason for r in first)


def test_the_chief_finds_requests_of_both_kinds_waiting_and_decided(loaded):
    dates = DueDateRequest.objects.order_by("pk").values_list("measure__ordinal", "state")
    assert list(dates) == [(4, "passed"), (12, "passed"), (4, "agreed"), (12, "open")]
    closings = ClosingRequest.objects.order_by("pk").values_list("measure__ordinal", "state")
    assert list(closings) == [(6, "agreed"), (16, "open")]
    waiting = waiting_for(User.objects.get(username="shangwu_zong"), on=USUAL)
    assert [(one.request.measure.ordinal, one.days > 0) for one in waiting] == [
        (12, True), (16, True), (13, True)
    ]  # fmt: skip


def test_the_files_behind_a_request_are_what_they_say(loaded):
    for file in ClosingFile.objects.all():
        content = BytesIO(read_evidence(file))
        assert kind_of(file.name, content, size=file.size, most_mb=1) == file.kind


def test_people_have_read_what_is_long_past(loaded):
    opened = Period.objects.get(state=PeriodState.OPEN).opened_at
    assert not Message.objects.unread().filter(created_at__lt=opened).exists()
    assert Message.objects.unread().filter(user__username="haiguan").exists()
    assert Message.objects.unread().filter(user__username="shangwu").exists()


def test_figures_add_up_from_january_and_end_with_the_year():
    third, fourth, first = Quarter(2026, 3), Quarter(2026, 4), Quarter(2027, 1)

    def figure(quarter):
        text = texts.content_of(0, quarter, 1, "sww")["progress"]
        return int(text.partition("进口需求")[2].partition("项")[0])

    assert figure(first) < figure(third) < figure(fourth)


def test_a_second_load_is_refused_and_changes_nothing(loaded, now):
    def counts():
        return [m.objects.count() for m in (User, Membership, Period, Note, Event, Message)]

    before = counts()
    with pytest.raises(DomainError, match="没有人员、填报期和进展"):
        load_demonstration(on=USUAL, at=now)
    with pytest.raises(CommandError, match="没有人员、填报期和进展"):
        call_command("seed_demo")
    assert counts() == before
