"""QuerySet methods of filings, measures and periods."""

from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.access import reader_for, reads_unaccepted
from measures.choices import FilingState, PeriodState
from measures.models import Filing, Gap, Measure, Note, Period, Responsibility
from measures.rules.periods import Quarter, closed_before, is_due, is_late
from measures.tests.cast import make_cast
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db
S = FilingState
DAY = timedelta(days=1)
BUSINESS = ["liaison", "head", "other_liaison", "coordinator", "chief", "leader"]
ADMINS = ["system_admin", "security_admin", "auditor"]


@pytest.mark.parametrize("who", [*BUSINESS, *ADMINS])
def test_business_roles_see_everything_and_admins_nothing(who):
    filing = make_filing()
    user = getattr(make_cast(filing.agency), who)
    seen = who in BUSINESS
    assert Measure.objects.visible_to(user).exists() is seen
    assert Filing.objects.visible_to(user).exists() is seen
    assert Period.objects.visible_to(user).exists() is seen


@pytest.mark.parametrize(("who", "seen"), [("coordinator", True), ("chief", False)])
def test_a_period_that_has_not_begun_is_known_to_its_keepers_only(who, seen):
    make_period(state=PeriodState.DRAFT)
    user = getattr(make_cast(make_agency()), who)
    assert Period.objects.visible_to(user).exists() is seen


def test_who_reads_notes_that_are_not_accepted():
    lead, other = make_agency(), make_agency()
    measure = make_measure(lead=lead, others=(other,))
    filing = make_filing(measure=measure, agency=other)

    def reads(user):
        return reads_unaccepted(reader_for(user, on=TODAY), filing)

    people = make_cast(other)
    assert reads(people.liaison)
    assert reads(people.head)
    assert reads(make_user(Role.LIAISON, lead))  # the measure's lead
    assert reads(people.coordinator)
    assert reads(people.chief)
    assert not reads(people.other_liaison)
    assert not reads(people.leader)
    Responsibility.objects.filter(agency=lead).update(valid_to=TODAY - DAY)
    assert not reads(make_user(Role.LIAISON, lead))  # leads no longer


FILED = [
    # state, has left the agency, filed, unfiled
    (S.PENDING, False, False, True),
    (S.DRAFT, False, False, True),
    (S.IN_AGENCY, False, False, True),
    (S.DRAFT, True, True, False),  # withdrawn, or being corrected
    (S.SUBMITTED, True, True, False),
    (S.ACCEPTED, True, True, False),
    (S.RETURNED, True, True, False),
    (S.WAIVED, False, False, False),
]


@pytest.mark.parametrize(("state", "has_left", "filed", "unfiled"), FILED)
def test_filed_is_what_has_left_the_agency_once(state, has_left, filed, unfiled):
    make_filing(state=state, first_submitted_at=NOW if has_left else None)
    assert Filing.objects.filed().exists() is filed
    assert Filing.objects.unfiled().exists() is unfiled


@pytest.mark.parametrize(("due_on", "late"), [(TODAY + DAY, 0), (TODAY, 0), (TODAY - DAY, 1)])
def test_due_today_is_not_late(due_on, late):
    make_filing(period=make_period(due_on=due_on))
    assert Filing.objects.late(on=TODAY).count() == late


# The rule in Python and in SQL: when it first left the agency, due on TODAY
FIRST_LEFT = [None, NOW - DAY, NOW, NOW.replace(hour=23, minute=59), NOW.replace(hour=0) + DAY]


@pytest.mark.parametrize("moment", FIRST_LEFT)
def test_filed_late_is_after_the_due_day(moment):
    filing = make_filing(period=make_period(due_on=TODAY), first_submitted_at=moment)
    expected = is_late(moment.date() if moment else None, TODAY)
    assert expected is (moment == FIRST_LEFT[-1])
    assert filing.is_filed_late is expected


def test_the_review_queue_begins_with_the_oldest():
    period = make_period()
    younger = make_filing(period=period, state=S.SUBMITTED, first_submitted_at=NOW)
    older = make_filing(period=period, state=S.SUBMITTED, first_submitted_at=NOW - DAY)
    make_filing(period=period, state=S.ACCEPTED)
    assert list(Filing.objects.awaiting_review()) == [older, younger]


def test_a_heads_queue_holds_their_own_agencies_only():
    filing = make_filing(state=S.IN_AGENCY)
    assert list(Filing.objects.awaiting_approval([filing.agency_id])) == [filing]
    assert not Filing.objects.awaiting_approval([commission().pk]).exists()
    assert list(Filing.objects.owed_by([filing.agency_id])) == [filing]


def test_versions_come_newest_first():
    filing = make_filing(state=S.RETURNED)
    second = make_note(filing)
    (found,) = Filing.objects.with_notes()
    assert [note.version for note in found.versions] == [2, 1]
    assert found.in_hand == second
    assert list(
        Note.objects.filter(submitted_at__isnull=False).values_list("version", flat=True)
    ) == [1]


def test_a_measure_is_confirmed_unless_its_agencies_were_lost():
    measure = make_measure()
    gap = Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    assert not Measure.objects.confirmed().exists()
    (found,) = Measure.objects.with_gaps()
    assert (found.lacks_agencies, found.lacks_title, found.lacks_text) == (True, False, False)
    gap.confirmed_at, gap.confirmed_by, gap.source = NOW, make_user(), "市政府公报"
    gap.save()
    assert Measure.objects.confirmed().exists()


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
    ],
)
def test_a_responsibility_holds_from_a_day_to_a_day(valid_from, valid_to, holds):
    make_measure()
    Responsibility.objects.update(valid_from=valid_from, valid_to=valid_to)
    assert Responsibility.objects.valid(on=TODAY).exists() is holds
    (measure,) = Measure.objects.with_responsibilities(on=TODAY)
    assert (measure.lead is not None) is holds


DUE = [
    # state, due day, whether what it asks for must be there
    (PeriodState.OPEN, TODAY - DAY, True),
    (PeriodState.OPEN, TODAY, False),  # due today is not due yet
    (PeriodState.OPEN, TODAY + DAY, False),
    (PeriodState.CLOSED, TODAY - DAY, True),
    (PeriodState.CLOSED, TODAY, True),
    (PeriodState.CLOSED, TODAY + DAY, True),
]


@pytest.mark.parametrize(("state", "due_on", "due"), DUE)
def test_a_period_is_due_past_its_day_or_once_it_has_closed(state, due_on, due):
    period = make_period(state=state, due_on=due_on)
    assert period.is_due(on=TODAY) is due
    assert is_due(period.due_on, is_closed=period.is_closed, on=TODAY) is due


def test_periods_that_were_opened_are_open_or_closed():
    draft = make_period(Quarter(2025, 4), state=PeriodState.DRAFT, due_on=TODAY - DAY)
    closed = make_period(Quarter(2026, 1), state=PeriodState.CLOSED, due_on=TODAY)
    past = make_period(Quarter(2026, 2), due_on=TODAY - DAY)
    today = make_period(Quarter(2026, 3), due_on=TODAY)
    assert list(Period.objects.opened().newest_first()) == [today, past, closed]
    assert list(Period.objects.open()) == [today, past]
    assert list(Period.objects.closed()) == [closed]
    assert draft not in Period.objects.opened()
    assert closed_before(today, periods=Period.objects.newest_first()) == closed
    assert closed_before(closed, periods=Period.objects.newest_first()) is None
