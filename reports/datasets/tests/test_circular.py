"""情况通报 of a closed period: everything is as of the day of closing."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Period
from measures.periods.actions import close_period
from measures.tests.factories import NOW, TODAY, make_user
from reports.choices import ReportKind
from reports.conftest import accept
from reports.datasets.circular import gather
from reports.datasets.schema import measures_of
from reports.models.report import Scope
from reports.rules.naming import named_as_missing

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=6)


def close(period: Period) -> None:
    close_period(period, by=make_user(Role.COORDINATOR), at=NOW)


def gathered(period: Period) -> Any:
    return gather(Scope(period.pk), on=LATER)


def party(data: Any, filing: Filing) -> Any:
    found = (p for measure in measures_of(data) for p in measure["parties"])
    return next(p for p in found if p["filing"] == filing.pk)


def test_a_note_reviewed_since_the_closing_counts_as_waiting(filed: Period) -> None:
    waiting = Filing.objects.filter(accepted_note__isnull=False).first()
    assert waiting is not None
    note = waiting.accepted_note
    Filing.objects.filter(pk=waiting.pk).update(state=FilingState.SUBMITTED, accepted_note=None)
    close(filed)
    before = gathered(filed)
    assert party(before, waiting)["part"] == "waiting"
    Filing.objects.filter(pk=waiting.pk).update(state=FilingState.ACCEPTED, accepted_note=note)
    after = gathered(filed)
    assert after["told_on"] == TODAY.isoformat()
    assert after["filings"] == before["filings"]
    assert party(after, waiting) == party(before, waiting) | {"version": 1}


def test_a_filing_submitted_since_the_closing_is_missing_and_marked(filed: Period) -> None:
    late = Filing.objects.missing().first()
    assert late is not None
    close(filed)
    before = gathered(filed)
    accept(late, progress="补报。")
    Filing.objects.filter(pk=late.pk).update(first_submitted_at=NOW + timedelta(days=3))
    after = gathered(filed)
    assert after["filings"] == before["filings"]
    assert party(after, late)["is_backfilled"]
    assert len(named_as_missing(ReportKind.CIRCULAR, after)) == 1


def test_a_filing_waived_since_the_closing_is_not_missing(filed: Period) -> None:
    late = Filing.objects.missing().first()
    assert late is not None
    close(filed)
    by = make_user(Role.COORDINATOR)
    said = {"waived_at": NOW, "waived_by": by, "waived_reason": "业务暂停。"}
    Filing.objects.filter(pk=late.pk).update(state=FilingState.WAIVED, **said)
    assert party(gathered(filed), late)["part"] == "waived"
