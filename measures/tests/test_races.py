"""Two people who act at the same moment, on the real PostgreSQL."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError, StaleError
from measures.choices import FilingState, Light, PeriodState
from measures.filings import drafts, locking, submission
from measures.lights import refresh as lights
from measures.models import Filing, Measure, Note, Period, Remark, Review
from measures.periods import actions as periods
from measures.reviews import actions as reviews
from measures.reviews.remarks import add_remark
from measures.rules.periods import Quarter
from measures.status.actions import update_status
from measures.tests.factories import (
    NOW,
    TODAY,
    content,
    make_agency,
    make_filing,
    make_measure,
    make_notice,
    make_period,
    make_user,
)
from measures.tests.threads import at_once, begin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
S = FilingState


YESTERDAY = TODAY - timedelta(days=1)


def errors(runs):
    return [type(run.error) for run in runs if run.error]


def test_two_submissions_at_once_submit_once():
    filing = make_filing(state=S.DRAFT)
    liaison, deputy = (make_user(Role.LIAISON, filing.agency) for _ in range(2))
    runs = at_once(
        lambda: submission.submit_note(filing, by=liaison, at=NOW),
        lambda: submission.submit_note(filing, by=deputy, at=NOW),
    )
    assert errors(runs) == [DomainError]
    assert Note.objects.filter(submitted_at__isnull=False).count() == 1
    assert Event.objects.filter(action="filing.submit").count() == 1


def test_a_double_click_on_a_remark_is_one_remark():
    filing = make_filing(state=S.SUBMITTED)
    asker = make_user(Role.COORDINATOR)
    at_once(*[lambda: add_remark(filing, by=asker, text="含税吗？", at=NOW)] * 3)
    assert Remark.objects.count() == 1


def test_two_savings_at_once_keep_one_and_tell_the_other():
    filing = make_filing()
    liaison, deputy = (make_user(Role.LIAISON, filing.agency) for _ in range(2))
    runs = at_once(
        *(
            lambda by=by: drafts.save_note(filing, by=by, content=content(), revision=0, at=NOW)
            for by in (liaison, deputy)
        )
    )
    assert errors(runs) == [StaleError]
    assert Note.objects.get().version == 1


def test_two_reviewers_at_once_make_one_decision():
    filing = make_filing(state=S.SUBMITTED)
    one, two = make_user(Role.COORDINATOR), make_user(Role.COORDINATOR)
    runs = at_once(
        lambda: reviews.accept_note(filing, by=one, at=NOW),
        lambda: reviews.return_note(filing, by=two, comment="请补充。", at=NOW),
    )
    assert errors(runs) == [DomainError]
    review = Review.objects.get()
    filing.refresh_from_db()
    assert {"accept": S.ACCEPTED, "return": S.RETURNED}[review.decision] == filing.state
    assert Event.objects.count() == 1


def test_withdrawing_and_reviewing_at_once_let_one_through():
    filing = make_filing(state=S.SUBMITTED)
    author, reviewer = Note.objects.get().author, make_user(Role.COORDINATOR)
    runs = at_once(
        lambda: submission.withdraw_note(filing, by=author, at=NOW),
        lambda: reviews.begin_review(filing, by=reviewer, at=NOW),
    )
    assert errors(runs) == [DomainError]
    filing.refresh_from_db()
    assert (filing.state == S.DRAFT) != Review.objects.exists()


def test_ten_openings_at_once_make_one_set_of_filings():
    period = make_period(state=PeriodState.DRAFT)
    agencies = [make_agency() for _ in range(3)]
    for _ in range(4):
        make_measure(lead=agencies[0], others=tuple(agencies[1:]))
    coordinator = make_user(Role.COORDINATOR)
    runs = at_once(
        *[lambda: periods.open_period(period, by=coordinator, at=NOW)] * 10,
    )
    assert errors(runs) == []
    assert sorted(run.answer for run in runs) == [0] * 9 + [12]
    assert Filing.objects.count() == 12
    assert Event.objects.filter(action="period.open").count() == 1


def test_two_periods_at_once_make_one():
    notice, coordinator = make_notice(), make_user(Role.COORDINATOR)
    runs = at_once(
        *[lambda: periods.create_period(notice, by=coordinator, covering=Quarter(2026, 3), at=NOW)]
        * 2
    )
    assert errors(runs) == [ValidationError]
    assert Period.objects.count() == 1


def test_two_closings_at_once_take_one_snapshot():
    period, coordinator = make_period(due_on=YESTERDAY), make_user(Role.COORDINATOR)
    make_filing(period=period)
    runs = at_once(*[lambda: periods.close_period(period, by=coordinator, at=NOW)] * 2)
    assert errors(runs) == [DomainError]
    assert period.snapshots.count() == 1


def test_a_first_submission_comes_before_the_closing_or_not_at_all():
    filing = make_filing(state=S.DRAFT)
    author, coordinator = Note.objects.get().author, make_user(Role.COORDINATOR)
    with transaction.atomic():
        submission.submit_note(filing, by=author, at=NOW)
        closing = begin(lambda: periods.close_period(filing.period, by=coordinator, at=NOW))
    closing.join()
    assert closing.error is None
    assert filing.period.snapshots.get().filed == 1


def test_a_submission_that_waited_for_the_closing_comes_after_it():
    filing = make_filing(period=make_period(due_on=YESTERDAY), state=S.DRAFT)
    author, coordinator = Note.objects.get().author, make_user(Role.COORDINATOR)
    with transaction.atomic():
        periods.close_period(filing.period, by=coordinator, at=NOW)
        waiting = begin(lambda: submission.submit_note(filing, by=author, at=NOW))
    waiting.join()
    assert waiting.error is None
    filing = Filing.objects.select_related("period").get()
    assert filing.state == S.SUBMITTED
    assert filing.period.snapshots.get().filed == 0


# No deadlocks: nobody who holds a row waits for one who waits for it ------------------------------


def late_period():
    return make_period(due_on=TODAY - timedelta(days=30))


def test_the_midnight_job_does_not_wait_for_a_verb_on_a_filing():
    """The light names the filing: its foreign key must not wait for the action's locked row."""
    filing = make_filing(period=late_period())
    liaison = make_user(Role.LIAISON, filing.agency)
    with transaction.atomic():
        locking.take(filing, "save", by=liaison)
        job = begin(lambda: lights.refresh_all_lights(on=TODAY))
        job.join(2)
        assert not job.is_alive()
        assert job.error is None
    assert Measure.objects.get().light_filing == filing


def test_a_status_update_does_not_block_the_closing_in_a_circle():
    filing = make_filing(period=make_period(due_on=YESTERDAY))
    coordinator = make_user(Role.COORDINATOR)
    with transaction.atomic():
        update_status(
            filing.measure,
            by=coordinator,
            stage="nearly_done",
            percent=None,
            reason="已基本完成。",
            period=filing.period,
            at=NOW,
        )
        closing = begin(lambda: periods.close_period(filing.period, by=coordinator, at=NOW))
    closing.join()
    assert closing.error is None
    assert filing.period.snapshots.get().stage == "nearly_done"


def test_two_verbs_on_one_measure_leave_the_light_that_both_make():
    period, other = late_period(), make_agency()
    measure = make_measure(others=(other,))
    own = make_filing(measure=measure, period=period, state=S.DRAFT)
    theirs = make_filing(measure=measure, period=period, agency=other, state=S.DRAFT)
    authors = [filing.notes.get().author for filing in (own, theirs)]
    with transaction.atomic():
        submission.submit_note(own, by=authors[0], at=NOW)
        second = begin(lambda: submission.submit_note(theirs, by=authors[1], at=NOW))
    second.join()
    assert second.error is None
    measure.refresh_from_db()
    assert (measure.light, measure.light_filing) == (Light.WAITING, own)


def test_verbs_jobs_and_closings_together_end_without_a_deadlock():
    period = late_period()
    agencies = [make_agency() for _ in range(4)]
    work = []
    for _ in range(4):
        measure = make_measure(lead=agencies[0], others=tuple(agencies[1:]))
        for agency in agencies:
            filing = make_filing(measure=measure, period=period, agency=agency, state=S.DRAFT)
            author = filing.notes.get().author
            work.append(
                lambda filing=filing, by=author: submission.submit_note(filing, by=by, at=NOW)
            )
    coordinator = make_user(Role.COORDINATOR)

    def submit_all(calls):
        return lambda: [call() for call in calls]

    runs = at_once(
        submit_all(work[0::2]),
        submit_all(work[-1::-2]),
        *[lambda: [lights.refresh_all_lights(on=TODAY) for _ in range(5)]] * 2,
        lambda: periods.open_period(period, by=coordinator, at=NOW),
    )
    assert errors(runs) == []
    assert Filing.objects.filter(state=S.SUBMITTED).count() == 16
    assert set(Measure.objects.values_list("light", flat=True)) == {Light.WAITING}
