"""Stored totals always equal the counts, however rows are written."""

from datetime import timedelta

import pytest
from django.db.models import F, Sum

from agencies.tests.factories import make_agency
from measures.choices import FilingState, Light, ResponsibilityRole, Stage
from measures.integrity import faults
from measures.models import (
    DutyTotal,
    Filing,
    FilingTotal,
    Measure,
    MeasureTotal,
    Responsibility,
    SnapshotTotal,
)
from measures.models.totals import FILING_TOTALS, KEPT
from measures.periods.snapshots import take_snapshots
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_period,
    make_responsibility,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filings():
    """Create three of one agency in the same state."""
    agency, period = make_agency(), make_period()
    return [make_filing(measure=make_measure(lead=agency), period=period) for _ in range(3)]


def wrong() -> list[str]:
    """Return the tables whose totals differ from the counts."""
    return [totals.of for _, totals in KEPT if totals.wrong()]


def total(of: type, **alike: object) -> int:
    """Return the total stored for rows like that."""
    return of.objects.filter(**alike).aggregate(n=Sum("number"))["n"] or 0


WRITES = {
    "all at once": lambda rows: rows.update(state=FilingState.DRAFT),
    "to what it was": lambda rows: rows.update(due_on=F("due_on")),
    "a new name": lambda rows: rows.update(agency_name="新名"),
    "a return": lambda rows: rows.update(mend_by=TODAY),
    "on its day": lambda rows: rows.update(first_submitted_at=NOW, due_on=TODAY),
    "after its day": lambda rows: rows.update(
        first_submitted_at=NOW, due_on=TODAY - timedelta(days=1)
    ),
    "a day put off": lambda rows: rows.update(due_on=F("due_on") + timedelta(days=1)),
    "one of them gone": lambda rows: rows.filter(pk=rows[0].pk).delete(),
    "all of them gone": lambda rows: rows.delete(),
    "each by itself": lambda rows: [one.save() for one in rows],
    "lights": lambda rows: Measure.objects.update(light=Light.RED, light_on=TODAY),
    "stages": lambda rows: Measure.objects.update(stage=Stage.SUSPENDED),
    "an end of duties": lambda rows: Responsibility.objects.update(valid_to=TODAY),
    "no duties": lambda rows: Responsibility.objects.all().delete(),
    "one more duty": lambda rows: make_responsibility(
        rows[0].measure, make_agency(), ResponsibilityRole.RESPONSIBLE
    ),
    "snapshots": lambda rows: take_snapshots(rows[0].period, NOW),
    "a second closing": lambda rows: [take_snapshots(rows[0].period, NOW) for _ in range(2)],
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.usefixtures("filings")
def test_no_write_is_forgotten(write):
    WRITES[write](Filing.objects.order_by("pk"))
    assert wrong() == []
    for _, totals in KEPT:
        totals.settle()
    assert wrong() == []


def test_what_stands_alike_is_one_number(filings):
    assert total(FilingTotal, state=FilingState.PENDING) == 3
    Filing.objects.filter(pk=filings[0].pk).update(state=FilingState.DRAFT)
    assert total(FilingTotal, state=FilingState.PENDING) == 2
    assert total(FilingTotal, state=FilingState.DRAFT) == 1
    assert total(DutyTotal, role=ResponsibilityRole.LEAD) == 3
    assert total(MeasureTotal, stage=Stage.UNDER_WAY) == 3
    take_snapshots(filings[0].period, NOW)
    assert total(SnapshotTotal, closing=1) == 3


@pytest.mark.usefixtures("filings")
def test_settling_changes_no_number_and_leaves_one_row_of_each():
    Filing.objects.update(state=FilingState.DRAFT)
    for _ in range(2):
        FILING_TOTALS.settle()
        [kept] = FilingTotal.objects.all()
        assert (kept.number, kept.state, kept.is_settled) == (3, FilingState.DRAFT, True)


@pytest.mark.usefixtures("filings")
def test_a_total_that_is_wrong_is_told_and_can_be_counted_anew():
    FilingTotal.objects.filter(pk=FilingTotal.objects.latest("pk").pk).delete()
    MeasureTotal.objects.all().delete()
    told = [one for one in faults(on=TODAY) if "合计" in one]
    assert told == ["填报任务合计有1条与实际不符。", "措施合计有1条与实际不符。"]
    FILING_TOTALS.count_anew()
    assert wrong() == ["measures_measure"]


@pytest.mark.usefixtures("filings")
def test_a_write_changes_no_row_that_another_could_wait_for():
    kept = set(FilingTotal.objects.values_list("pk", flat=True))
    Filing.objects.update(state=FilingState.DRAFT)
    assert kept < set(FilingTotal.objects.values_list("pk", flat=True))
