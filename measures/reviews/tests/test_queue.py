"""The queue, the waiting times, and filters whose counts match the lists they open."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Review, Section, Workday
from measures.reviews.queue import (
    BY_MEASURE,
    KEYS,
    LISTS,
    MARKS,
    Filters,
    chosen,
    counted,
    next_for,
    queue_for,
    rows_of,
    sifting_for,
    to_read,
)
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_notice,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db


def submit(measure=None, *, days_ago=1, **fields):
    """Create a filing submitted a number of calendar days ago."""
    filing = make_filing(measure=measure or make_measure())
    moment = NOW - timedelta(days=days_ago)
    author = make_user(Role.LIAISON, filing.agency)
    fields = {"submitted": True, "submitted_at": moment, "left_at": moment} | fields
    make_note(filing, author=author, **fields)
    filing.state, filing.first_submitted_at = FilingState.SUBMITTED, moment
    filing.save()
    return filing


UNCHANGED = {"is_unchanged": True, "unchanged_reason": "按计划推进。"}
DOUBT = {"confidence": "yellow", "confidence_reason": "资金未到位。"}
NO_FILTERS = Filters()


def sifted(items, filters=NO_FILTERS, said="", *, page=()):
    """Return the filters as the page has them; `page`: the lines that it shows."""
    rows = rows_of(to_read(items, page))
    shown = [rows[line.pk] for line in page]
    return sifting_for(items, filters, QueryDict(said), rows=rows, page=shown)


@pytest.fixture
def coordinator():
    return make_user(Role.COORDINATOR)


@pytest.fixture
def world(coordinator):
    """Create six filings that differ in every value the filters compare."""
    second = Section.objects.create(notice=make_notice(), ordinal=2, title="第二部分")
    shared = make_agency()
    submit(make_measure(lead=shared), days_ago=10, **UNCHANGED)
    submit(make_measure(lead=shared))
    measure = make_measure()
    measure.section = second
    measure.save()
    submit(measure, days_ago=6, **DOUBT)
    submit(**UNCHANGED)
    submit(**DOUBT, **UNCHANGED)
    beside = make_agency()
    other = make_measure(others=(beside,))
    filing = make_filing(measure=other, agency=beside, state=FilingState.SUBMITTED)
    assert filing.role == "responsible"
    return queue_for(coordinator, on=TODAY).items


@pytest.mark.parametrize(
    ("days_ago", "days", "is_overdue"),
    # NOW is a Monday.
    [(0, 0, False), (1, 1, False), (3, 1, False), (5, 3, False), (6, 4, True), (7, 5, True)],
)
def test_waiting_counts_working_days_from_the_day_after(coordinator, days_ago, days, is_overdue):
    submit(days_ago=days_ago)
    (item,) = queue_for(coordinator, on=TODAY).items
    assert (item.days, item.is_overdue) == (days, is_overdue)


def test_a_holiday_is_not_waited(coordinator):
    Workday.objects.create(date=TODAY, is_workday=False, name="假日", source="测试")
    submit(days_ago=6)
    (item,) = queue_for(coordinator, on=TODAY).items
    assert (item.days, item.is_overdue) == (3, False)


def test_a_mended_version_waits_from_the_day_it_came_back(coordinator):
    filing = submit(days_ago=10)
    Review.objects.create(
        note=filing.notes.get(), begun_by=coordinator, begun_at=NOW, decided_by=coordinator,
        decided_at=NOW, decision="return", comment="请补充。",
    )  # fmt: skip
    make_note(filing, submitted=True)
    (item,) = queue_for(coordinator, on=TODAY).items
    assert (rows_of([item])[filing.pk].version, item.days) == (2, 1)


def test_the_oldest_comes_first_and_measures_stand_in_order_where_asked(coordinator):
    late = submit(days_ago=1)
    early = submit(days_ago=4)
    items = queue_for(coordinator, on=TODAY).items
    assert [row.pk for row in items] == [early.pk, late.pk]
    items = queue_for(coordinator, on=TODAY, sort=BY_MEASURE).items
    assert [row.pk for row in items] == [late.pk, early.pk]


@pytest.mark.parametrize("name", KEYS)
def test_each_count_is_the_length_of_the_list_it_opens(world, name):
    for kept in (Filters(), Filters(unchanged=True), Filters(lead=True, overdue=True)):
        counts = counted(world, kept, name)
        for value, count in counts.items():
            opened = kept._replace(**{name: value})
            if value:  # False is no filter
                assert len(chosen(world, opened)) == count


def test_the_page_shows_these_counts_and_keeps_what_else_is_set(world):
    said = "unchanged=1&sort=measure&page=2"
    sifting = sifted(world, Filters(unchanged=True, sort="measure"), said)
    chips = {chip.label: chip for chip in sifting.chips}
    assert sifting.shown == 3
    assert chips["自评有风险或难以完成"].found == 1
    assert chips["自评有风险或难以完成"].url == "?unchanged=1&sort=measure&doubtful=1"
    assert chips["本期无新进展"].url == "?sort=measure"  # on: the address without it
    assert ("unchanged", "1") in sifting.kept
    assert {select.name for select in sifting.selects} == set(LISTS)
    assert all(
        sum(option.found for option in select.options) == select.everything == 3
        for select in sifting.selects
    )


def test_every_filter_has_its_words():
    assert set(KEYS) == set(LISTS) | set(MARKS)


def test_a_value_of_which_nothing_is_left_still_stands_in_its_list(world):
    sifting = sifted(world, Filters(agency=999999), "agency=999999")
    agencies = next(select for select in sifting.selects if select.name == "agency")
    assert sifting.shown == 0
    assert [option.found for option in agencies.options if option.is_chosen] == [0]


def test_the_next_is_the_first_that_nobody_else_has_begun(coordinator):
    first, second = submit(days_ago=4), submit(days_ago=1)
    another = make_user(Role.COORDINATOR)
    Review.objects.create(note=first.notes.get(), begun_by=another, begun_at=NOW)
    items = queue_for(coordinator, on=TODAY).items
    assert next_for(items) == second.pk
    assert next_for(queue_for(another, on=TODAY).items) == first.pk
    assert next_for(items[:1]) == first.pk
    assert next_for([]) is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_queue_costs_the_same_for_any_number(coordinator, count, django_assert_num_queries):
    join(coordinator, Role.AGENCY_HEAD, make_agency())
    for _ in range(count):
        submit(**UNCHANGED)
    coordinator.current_memberships  # noqa: B018  asked once a request, by the frame
    with django_assert_num_queries(3):
        items = queue_for(coordinator, on=TODAY).items
        sifted(items, Filters(lead=True), "lead=1", page=items[:50])
    assert len(items) == count


def test_periods_stand_newest_first(coordinator):
    old = make_period(Quarter(2026, 2), state="closed")
    new = make_period()
    for period in (old, new):
        make_filing(measure=make_measure(), period=period, state=FilingState.SUBMITTED)
    items = queue_for(coordinator, on=TODAY).items
    select = sifted(items).selects[0]
    assert [option.value for option in select.options] == [new.pk, old.pk]


def test_of_hundreds_of_values_those_on_the_page_are_offered(world, monkeypatch):
    whole = sifted(world).selects[-1]
    monkeypatch.setattr("measures.reviews.queue.OFFERED_MOST", len(whole.options) - 1)
    cut = sifted(world, page=world[:1]).selects[-1]
    assert (whole.is_cut, cut.is_cut) == (False, True)
    assert [one.value for one in cut.options] == [world[0].agency_id]
    assert cut.everything == whole.everything


def test_of_all_that_waits_the_page_and_one_for_each_value_are_read_whole(coordinator):
    agency, period = make_agency(), make_period()
    for _ in range(4):
        make_filing(measure=make_measure(lead=agency), period=period, state=FilingState.SUBMITTED)
    items = queue_for(coordinator, on=TODAY).items
    assert {line.pk for line in to_read(items, items[1:2])} == {items[1].pk}
    others = [line for line in to_read(items, ()) if line != items[-1]]
    assert others == []  # one stands for its agency, its section and its period
