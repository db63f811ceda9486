"""The job on a real database: concurrent workers, and a lease renewed during the work."""

import time
from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.models import Filing, Note, SheetImport
from measures.sheets import apply as exchange_apply
from measures.sheets.actions import ask_to_apply
from measures.sheets.job import SheetAttempt
from measures.sheets.run import run_sheet
from measures.sheets.tests.sheets import FIRST, LATER, checked, handed_back, put
from measures.tests.factories import make_agency, make_filing, make_measure, make_user
from measures.tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("frozen"),
]


@pytest.fixture
def ready():
    """Create a sheet with two changes to be written."""
    agency = make_agency()
    liaison = make_user(Role.LIAISON, agency)
    filings = [make_filing(measure=make_measure(lead=agency)) for _ in range(2)]

    def fill(ws):
        put(ws, "进展情况", "第一项。")
        put(ws, "进展情况", "第二项。", row=FIRST + 1)

    sheet = checked(handed_back(filings[0].period, agency, liaison, fill))
    return ask_to_apply(sheet, by=liaison, at=LATER)


def test_run_by_four_workers_at_once_it_is_written_once(ready):
    at_once(*[lambda: run_sheet(ready.pk, at=LATER)] * 4)
    assert SheetImport.objects.get().state == "applied"
    assert list(Note.objects.values_list("version", "revision")) == [(1, 1), (1, 1)]


def test_the_lease_is_renewed_while_one_statement_runs(ready, monkeypatch):
    monkeypatch.setattr(SheetAttempt, "renew_every", 0.05)
    real, seen = exchange_apply.save_notes, []

    def slowly(wanted, **said):
        made = real(wanted, **said)
        for _ in range(100):
            time.sleep(0.05)
            seen.append(lease_seen_elsewhere(ready))
            if seen[-1] > seen[0]:
                break
        return made

    monkeypatch.setattr(exchange_apply, "save_notes", slowly)
    run_sheet(ready.pk, at=LATER)
    assert seen[-1] > LATER + timedelta(seconds=60)
    assert SheetImport.objects.get().state == "applied"
    assert Filing.objects.filter(state="draft").count() == 2


def lease_seen_elsewhere(sheet):
    """Read by another connection, as the job's own is in its transaction."""
    found = []

    def look():
        found.append(SheetImport.objects.values_list("lease_until", flat=True).get(pk=sheet.pk))

    at_once(look)
    return found[0]
