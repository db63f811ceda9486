"""A correction after a period closed: its report stays, the next report mentions it."""

from datetime import date, timedelta

import pytest

from measures.choices import FilingState
from measures.models import Filing, Note, Period, Review
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_note, make_period
from reports.documents.progress import document_of
from reports.tests.world import gather_progress

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 3)
REASON = "签约金额统计口径有误。"
CLOSED_AT = NOW - timedelta(days=60)
DAY = timedelta(days=1)


@pytest.fixture
def earlier() -> Period:
    """Create the second quarter, closed."""
    return make_period(Quarter(2026, 2), state="closed", closed_at=CLOSED_AT)


@pytest.fixture
def filing(earlier: Period) -> Filing:
    """Create a filing accepted in it."""
    return make_filing(measure=make_measure(), period=earlier, state=FilingState.ACCEPTED)


def corrected(filing: Filing, at=NOW - DAY, decision: str = "accept", reason: str = REASON) -> Note:
    note = make_note(filing, submitted=True, correction_reason=reason)
    by, comment = note.author, "" if decision == "accept" else "请写明。"
    decided = {"decided_by": by, "decided_at": at, "decision": decision, "comment": comment}
    Review.objects.create(note=note, begun_by=by, begun_at=at, **decided)
    return note


def told(period: Period) -> list[str]:
    return [one["reason"] for one in gather_progress(period.pk, on=TODAY)["corrections"]]


def test_the_next_report_lists_corrections_with_reasons(filing):
    corrected(filing)
    data = gather_progress(make_period().pk, on=TODAY)
    assert data["corrections"] == [
        {
            "mark": "（一）",
            "agency": filing.agency_name,
            "code": filing.agency.code,
            "period": "2026年上半年",
            "reason": REASON,
        }
    ]
    words = "\n".join(
        p for part in document_of(data, made_on=MADE_ON).parts for p in part.paragraphs
    )
    assert (
        f"更正事项：{filing.agency_name}更正第（一）项“推进一件事”2026年上半年进展：签约金额统计口径有误。"
        "以更正后的内容为准，此前的报告不作改动。"
    ) in words


@pytest.mark.parametrize(
    ("at", "decision", "reason", "expected"),
    [
        (CLOSED_AT + DAY, "accept", REASON, [REASON]),
        (CLOSED_AT, "accept", REASON, []),  # it is in the period's own report
        (NOW, "return", REASON, []),  # not accepted
        (NOW, "accept", "", []),  # not a correction
    ],
)
def test_only_corrections_accepted_after_the_closing_are_listed(
    filing, at, decision, reason, expected
):
    corrected(filing, at=at, decision=decision, reason=reason)
    assert told(make_period()) == expected


def test_corrections_after_a_closing_are_in_the_following_report(filing):
    corrected(filing)
    assert told(make_period(state="closed", closed_at=NOW - 2 * DAY)) == []


def test_the_period_s_own_report_and_a_first_report_list_none(earlier, filing):
    corrected(filing)
    assert told(earlier) == []


def test_without_corrections_there_is_no_mention(filing):
    data = gather_progress(make_period().pk, on=TODAY)
    assert "更正事项" not in str(document_of(data, made_on=MADE_ON))
