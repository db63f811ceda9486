"""Only periods of the notice's main kind count for lights, pages and last notes."""

from datetime import date, timedelta

import pytest

from agencies.permissions import Role
from measures.choices import FilingState, Light
from measures.filings.page import owed_filings
from measures.lights.current import work_out
from measures.measure_page.folds import content_of, fold_of
from measures.measure_page.page import measure_page_of
from measures.measure_page.rows import MeasureRows, measure_for
from measures.models import Measure, Period, Workday
from measures.periods.calendar import published_days
from measures.rules.periods import Month, Quarter, current_period
from measures.tests.factories import TODAY, make_filing, make_measure, make_period, make_user

pytestmark = pytest.mark.django_db
S = FilingState
LONG_AGO = TODAY - timedelta(days=40)
AHEAD = {"due_on": date(2027, 1, 8), "closes_on": date(2027, 1, 22)}
kinds = pytest.mark.parametrize("kind", ["special", "monthly"])


def other(kind, **fields):
    """Create a period of another kind, newer than the third quarter."""
    days = {"opens_on": LONG_AGO, "due_on": LONG_AGO}
    return make_period(Month(2026, 10), kind=kind, **days | fields)


def rows_of(measure):
    chief = make_user(Role.CHIEF)
    found = measure_for(measure.pk, reader=chief)
    return MeasureRows(found, reader=chief, on=TODAY)


@kinds
def test_another_kind_never_darkens_a_light(kind):
    measure = make_measure()
    make_filing(measure=measure, period=other(kind))
    (verdict,) = work_out(Measure.objects.select_related("notice"), on=TODAY).values()
    assert verdict.light == Light.GREY


@kinds
def test_the_current_period_is_of_the_main_kind(kind):
    main, _ = make_period(state="closed"), other(kind)
    periods = list(Period.objects.opened().newest_first())
    assert current_period(main.notice.main_kind, periods=periods, on=TODAY) == main
    assert list(Period.objects.main()) == [main]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 25), "三季度"),  # the fourth was opened before its end: not current
        (date(2026, 12, 31), "三季度"),  # its last day
        (date(2027, 1, 1), "四季度"),
    ],
)
def test_a_period_opened_before_its_days_have_ended_waits_while_another_is_open(on, expected):
    make_period(Quarter(2026, 3), label="三季度")
    ahead = make_period(Quarter(2026, 4), label="四季度", **AHEAD)
    periods = list(Period.objects.opened().newest_first())
    found = current_period(ahead.notice.main_kind, periods=periods, on=on)
    assert found.label == expected


def test_a_period_opened_ahead_is_current_where_no_other_is_open():
    make_period(Quarter(2026, 3), state="closed")
    ahead = make_period(Quarter(2026, 4), **AHEAD)
    periods = list(Period.objects.opened().newest_first())
    assert current_period(ahead.notice.main_kind, periods=periods, on=TODAY) == ahead


@kinds
def test_the_measure_page_shows_the_main_kind(kind):
    measure = make_measure()
    main = make_filing(measure=measure, period=make_period(), state=S.ACCEPTED)
    make_filing(measure=measure, period=other(kind), state=S.ACCEPTED)
    rows = rows_of(measure)
    assert measure_page_of(rows).period == main.period
    words = content_of(fold_of("words", rows), rows)["words"]
    assert [word.filing for word in words] == [main]


@kinds
def test_the_last_words_beside_the_new_ones_are_of_the_same_kind(kind):
    measure = make_measure()
    lead = measure.responsibilities.get().agency
    before = make_filing(measure=measure, period=make_period(), state=S.ACCEPTED)
    make_filing(measure=measure, period=other(kind), state=S.ACCEPTED)
    newest = make_period(Quarter(2026, 4), due_on=date(2027, 1, 8))
    make_filing(measure=measure, period=newest)
    (card,) = owed_filings([lead], newest, on=TODAY).cards
    assert card.previous == before


def test_a_year_is_published_once_more_than_a_few_days_are_known():
    days = [day for day in published_days() if day.date.year == 2026]
    for day in days[:4]:
        Workday.objects.create(date=day.date, is_workday=day.is_workday, source="通知")
    assert Workday.objects.published_years() == set()
    for day in days[4:]:
        Workday.objects.create(date=day.date, is_workday=day.is_workday, source="通知")
    assert Workday.objects.published_years() == {2026}
