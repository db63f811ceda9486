"""减负账 before opening: filings, agencies, time of the last period, figures asked twice."""

from datetime import date, timedelta

import pytest

from agencies.audit import trail
from agencies.permissions import Role
from measures.choices import FilingState, ResponsibilityRole
from measures.models import Indicator
from measures.periods.actions import open_period
from measures.periods.cost import cost_of, times_of
from measures.periods.opening import opening_of
from measures.rules.periods import Quarter
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_notice,
    make_period,
    make_responsibility,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def before(db):
    make_notice()
    return make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7))


@pytest.fixture
def draft(before):
    return make_period(state="draft")


def save(filing, *minutes, action="filing.save"):
    for minute in minutes:
        at = NOW - timedelta(days=60) + timedelta(minutes=minute)
        trail.record(action, filing, by=None, at=at, sentence="保存。")


def filed(before, agency, *minutes, **fields):
    """Create an agency's measure with a filing accepted in the period before."""
    measure = make_measure(lead=agency)
    state = FilingState.ACCEPTED
    filing = make_filing(measure=measure, period=before, agency=agency, state=state, **fields)
    save(filing, *minutes)
    return filing


def cost(draft):
    return cost_of(opening_of(draft, on=TODAY))


def test_the_sentence_says_how_many_of_whom_and_how_long_the_last_time(before, draft):
    first, second = make_agency(name="市商务委"), make_agency(name="重庆海关")
    filed(before, first, 0, 10, 20)
    filed(before, second, 0, 10, 25, 300)
    found = cost(draft)
    assert found.sentence == "将产生2项、2家、约45分钟，上期都有新进展"
    assert [line.agency for line in found.lines] == [second, first]  # the longest first


def test_what_was_reported_unchanged_counts_among_what_was_accepted(before, draft):
    agency = make_agency()
    for _ in range(3):
        filed(before, agency, 0)
    other = make_measure(lead=agency)
    filing = make_filing(measure=other, period=before, agency=agency, state=FilingState.PENDING)
    _accept_unchanged(filing)
    found = cost(draft)
    assert (found.unchanged, found.accepted) == (1, 4)
    assert found.sentence == "将产生4项、1家，其中25%上期无新进展"
    assert found.unmeasured == 3


def _accept_unchanged(filing):
    words = {"is_unchanged": True, "unchanged_reason": "工作按计划推进。"}
    filing.accepted_note = make_note(filing, submitted=True, **words)
    filing.state, filing.first_submitted_at = FilingState.ACCEPTED, NOW
    filing.save()


def test_without_a_period_before_nothing_is_said_of_time(db):
    make_notice()
    make_measure()
    assert cost(make_period(state="draft")).sentence == "将产生1项、1家"


def test_what_is_not_asked_again_is_not_counted(before, draft):
    filing = filed(before, make_agency(), 0, 10)
    filed(before, make_agency(), 0, 5)
    filing.measure.completed_on = TODAY
    filing.measure.stage = "done"
    filing.measure.save()
    found = cost(draft)
    assert (found.asked, found.words) == (1, "5分钟")


def test_only_the_agency_s_own_writing_is_time(before):
    filing = filed(before, make_agency(), 0, 4)
    save(filing, 9, action="filing.submit")
    save(filing, 12, action="filing.accept")
    assert times_of([filing.pk]) == {filing.pk: timedelta(minutes=9)}
    assert times_of(before.filings.all()) == {filing.pk: timedelta(minutes=9)}


def test_a_filing_that_nobody_wrote_on_is_left_out(before):
    assert times_of([make_filing(period=before).pk]) == {}


def test_the_cost_is_that_of_what_opening_makes(before, draft):
    filed(before, make_agency(), 0, 10)
    make_responsibility(make_measure(), make_agency(), ResponsibilityRole.RESPONSIBLE)
    found = cost(draft)
    assert found.asked == open_period(draft, by=make_user(Role.COORDINATOR), at=NOW)


def counted_by(agency, ordinal_of, name, **fields):
    fields = {"reporter": agency, "asked_since": date(2026, 1, 1)} | fields
    return make_indicator(ordinal_of, name=name, **fields)


def test_one_figure_asked_in_two_measures_is_named(before, draft):
    agency = make_agency(name="市商务委")
    one, two = make_measure(lead=agency), make_measure(lead=agency)
    counted_by(agency, one, "展会意向进口额")
    counted_by(agency, two, "展会意向进口额")
    (twice,) = cost(draft).twice
    assert twice.sentence == "市商务委的“展会意向进口额”在（一）（二）各要填一次"


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "万元"},
        {"asked_since": date(2026, 10, 1)},  # not asked yet
        {"retired_on": TODAY, "retired_reason": "不再统计。"},
    ],
)
def test_what_is_not_asked_alike_in_this_period_is_not_named(before, draft, fields):
    agency = make_agency()
    one, two = make_measure(lead=agency), make_measure(lead=agency)
    first = counted_by(agency, one, "进口额")
    counted_by(agency, two, "进口额", **({"unit": first.unit} | fields))
    assert Indicator.objects.count() == 2
    assert cost(draft).twice == []


@pytest.fixture
def coordinator(client):
    client.force_login(make_user(Role.COORDINATOR))
    return client


def test_the_page_of_a_draft_says_it_before_one_opens(coordinator, before, draft):
    filed(before, make_agency(), 0, 10)
    page = coordinator.get(f"/periods/{draft.pk}/").content.decode()
    sentence = "将产生1项、1家、约10分钟，上期都有新进展"
    assert page.count(sentence) == 2  # on the page, and in the question before opening
    assert f"/burden/periods/{draft.pk}/" in page


def test_the_page_of_a_period_that_has_opened_does_not(coordinator, before):
    assert "将产生" not in coordinator.get(f"/periods/{before.pk}/").content.decode()
