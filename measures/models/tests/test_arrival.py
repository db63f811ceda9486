"""What counts as filed: one table of cases for the rule and for its SQL condition."""

from datetime import timedelta

import pytest

from measures.choices import FilingState as S
from measures.filings.submission import submit_note, withdraw_note
from measures.models import Filing, Period, Snapshot
from measures.models.arrival import arrived_q
from measures.periods.actions import close_period
from measures.reviews.actions import return_note
from measures.tests.cast import make_cast
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_note, make_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DAY = timedelta(days=1)

CASES = [
    # state,     left,  returned, accepted, counts as filed, is owed
    (S.PENDING, False, False, False, False, True),
    (S.DRAFT, False, False, False, False, True),
    (S.IN_AGENCY, False, False, False, False, True),
    (S.SUBMITTED, True, False, False, True, True),
    (S.ACCEPTED, True, False, True, True, True),
    (S.RETURNED, True, True, False, True, True),
    (S.DRAFT, True, True, False, True, True),  # being corrected
    (S.IN_AGENCY, True, True, False, True, True),
    (S.DRAFT, True, False, False, False, True),  # withdrawn
    (S.IN_AGENCY, True, False, False, False, True),
    (S.DRAFT, True, False, True, True, True),  # a correction being written
    (S.RETURNED, False, True, False, False, True),  # by the agency's own head
    (S.WAIVED, False, False, False, False, False),
]


@pytest.mark.parametrize(("state", "left", "returned", "accepted", "is_in", "is_owed"), CASES)
def test_the_rule_and_its_sql_twin_agree(state, left, returned, accepted, is_in, is_owed):
    filing = make_filing(state=S.ACCEPTED if accepted else state)
    filing.first_submitted_at = NOW if left else None
    filing.mend_by = TODAY if returned else None
    filing.state = state
    filing.save()
    counted = Period.objects.with_counts().get()
    found = Filing.objects.all()
    assert (filing.is_in, filing.is_owed) == (is_in, is_owed)
    assert (found.filter(arrived_q()).exists(), found.owed().exists()) == (is_in, is_owed)
    assert found.missing().exists() is (is_owed and not is_in)
    assert (counted.filed, counted.owed) == (int(is_in), int(is_owed))


def test_what_was_taken_back_counts_nowhere_as_filed():
    filing = make_filing(state=S.DRAFT, period=make_period(due_on=TODAY - 2 * DAY))
    cast = make_cast(filing.agency)
    filing.notes.all()
    submit_note(filing, by=cast.liaison, at=NOW)
    withdraw_note(filing, by=cast.liaison, at=NOW)
    close_period(filing.period, by=cast.coordinator, at=NOW)
    snapshot = Snapshot.objects.get()
    assert (snapshot.filed, snapshot.owed) == (0, 1)


def test_taking_back_what_mends_a_return_leaves_the_return_to_be_mended():
    filing = make_filing(measure=make_measure(), state=S.SUBMITTED)
    cast = make_cast(filing.agency)
    return_note(filing, by=cast.coordinator, comment="请补充。", at=NOW)
    filing.refresh_from_db()
    until = filing.mend_by
    make_note(filing, author=cast.liaison, progress="已补充。")
    Filing.objects.filter(pk=filing.pk).update(state=S.DRAFT)
    submit_note(filing, by=cast.liaison, at=NOW)
    withdraw_note(filing, by=cast.liaison, at=NOW)
    filing.refresh_from_db()
    assert (filing.mend_by, filing.is_in) == (until, True)
