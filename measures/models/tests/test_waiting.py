"""A filing's columns about the waiting version, compared with its notes and objections."""

from datetime import timedelta

import pytest
from django.db import connection

from measures.choices import FilingState
from measures.models import Filing, Objection
from measures.tests.factories import NOW, make_filing, make_note
from measures.tests.request_factories import make_objection

pytestmark = pytest.mark.django_db
S = FilingState
FIRST, SECOND, LAST = (NOW - timedelta(hours=hours) for hours in (9, 5, 1))
DOUBT = {"confidence": "yellow", "confidence_reason": "资金未到位。"}
UNCHANGED = {"is_unchanged": True, "unchanged_reason": "按计划推进。"}


def submitted_first(filing):
    make_note(filing, submitted=True, submitted_at=FIRST, left_at=FIRST, **DOUBT)


def inside_the_agency(filing):
    make_note(filing, submitted=True, submitted_at=FIRST, left_at=None, saved_at=LAST)


def approved_there(filing):
    inside_the_agency(filing)
    filing.notes.update(left_at=SECOND)


def corrected_after_a_return(filing):
    submitted_first(filing)
    make_note(filing, submitted=True, submitted_at=SECOND, left_at=SECOND, **UNCHANGED)


def correction_dropped(filing):
    submitted_first(filing)
    note = make_note(
        filing, submitted=True, submitted_at=SECOND, left_at=SECOND, correction_reason="笔误。"
    )
    filing.notes.filter(pk=note.pk).update(dropped_at=LAST, dropped_by=note.author)


def found_wrongly_returned(filing):
    submitted_first(filing)
    make_objection(filing)
    answer(filing, "upheld")


def found_rightly_returned(filing):
    submitted_first(filing)
    make_objection(filing)
    answer(filing, "dismissed")


def corrected_after_an_objection(filing):
    found_wrongly_returned(filing)
    make_note(filing, submitted=True, submitted_at=NOW, left_at=NOW)


def answer(filing, state):
    by = filing.notes.latest("version").author
    Objection.objects.update(state=state, answer="已核实。", decided_by=by, decided_at=LAST)


TOLD = [
    (submitted_first, (FIRST, True, False)),
    (inside_the_agency, (FIRST, False, False)),
    (approved_there, (SECOND, False, False)),
    (corrected_after_a_return, (SECOND, False, True)),
    (correction_dropped, (FIRST, True, False)),
    (found_wrongly_returned, (LAST, True, False)),
    (found_rightly_returned, (FIRST, True, False)),
    (corrected_after_an_objection, (NOW, False, False)),
]


def said(filing):
    found = Filing.objects.filter(pk=filing.pk)
    return found.values_list("came_at", "says_doubtful", "says_unchanged").get()


@pytest.mark.parametrize(("happens", "told"), TOLD)
def test_it_is_true_whether_the_state_or_the_version_is_written_first(happens, told):
    for waits_before in (True, False):
        filing = make_filing()
        if waits_before:
            wait(filing)
        happens(filing)
        wait(filing)
        assert said(filing) == told
        Filing.objects.filter(pk=filing.pk).update(state=S.RETURNED)
        Objection.objects.all().delete()


@pytest.mark.parametrize("state", [S.DRAFT, S.RETURNED])
def test_one_that_does_not_wait_says_nothing(state):
    filing = make_filing()
    submitted_first(filing)
    Filing.objects.filter(pk=filing.pk).update(state=state, first_submitted_at=FIRST)
    assert said(filing) == (None, None, None)


def test_an_older_version_of_the_code_keeps_it_true_too():
    filing = make_filing()
    submitted_first(filing)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE measures_filing SET state = 'submitted', first_submitted_at = %s WHERE id = %s",
            [FIRST, filing.pk],
        )
    assert said(filing) == (FIRST, True, False)


def wait(filing):
    """Update it in one statement that knows only the earlier columns."""
    Filing.objects.filter(pk=filing.pk).update(state=S.SUBMITTED, first_submitted_at=FIRST)
