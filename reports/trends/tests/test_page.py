"""趋势: charts over the periods, each number opening the list that it counts."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import FilingState, Light, Stage
from measures.models import Filing, Measure, Period, Snapshot
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.tests.counted import make_indicator, make_target, make_value
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
)
from reports.choices import Timeliness
from reports.filing_status.data import COUNTED, filing_status_for
from reports.period.shown import Shown, shown_period
from reports.tests.reading import read, words
from reports.trends.data import Standpoint, filed_share, mean_percent, moves_between, trends_for

pytestmark = pytest.mark.django_db
URL = "/trends/"
DATASET_MOST = 8
RETIRED = {"retired_on": date(2026, 10, 1), "retired_reason": "口径不再统计。"}


@pytest.fixture(autouse=True)
def _same_day(monkeypatch):
    for name in ("trends", "compare", "filing_status"):
        monkeypatch.setattr(f"reports.{name}.views.localdate", lambda: TODAY)


def table(page, id_):
    """The rows of one chart's table, in words."""
    return [words(row) for row in page.xpath(f"//section[@aria-labelledby='{id_}']/table/tbody/tr")]


def point(pk, stage, percent=None, filed=0, owed=0):
    return Standpoint(pk, 1, stage, "", "green", "", percent, filed, owed)


def test_moves_count_each_measure_once_and_leave_out_newcomers():
    before = [point(1, "under_way"), point(2, "under_way"), point(3, "not_started")]
    after = [point(1, "under_way"), point(2, "nearly_done"), point(4, "under_way")]
    moves = moves_between(before, after)
    assert moves == {("under_way", "under_way"): 1, ("under_way", "nearly_done"): 1}


@pytest.mark.parametrize(
    ("percents", "expected"),
    [([], None), ([None], None), ([40, None], "40.0"), ([40, 45], "42.5"), ([1, 1, 2], "1.3")],
)
def test_the_mean_is_of_dated_measures_only(percents, expected):
    found = mean_percent([point(1, "under_way", percent) for percent in percents])
    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    ("filings", "expected"),
    [([], None), ([(0, 0)], None), ([(2, 3), (0, 1)], "50.0"), ([(3, 3)], "100.0")],
)
def test_the_share_is_of_all_that_was_owed(filings, expected):
    found = filed_share(point(1, "under_way", None, filed, owed) for filed, owed in filings)
    assert (str(found) if found is not None else None) == expected


def test_each_period_has_a_row_the_newest_first(world, signed_in):
    page = read(signed_in.get(URL))
    lights = table(page, "lights")
    assert [row.split("■")[0].strip() for row in lights] == [
        "当前 · 2026年前三季度",
        "2026年上半年",
    ]
    assert "■正常 9 ●预警 2 ▲滞后 2 ○未评定 4 17" in lights[0]
    assert "未启动 4 推进中 12 基本完成 1 已完成 0 17" in table(page, "stages")[0]
    assert "按时" in table(page, "filings")[0]


def test_the_flow_says_how_many_moved_and_how_many_stayed(world, signed_in):
    page = read(signed_in.get(URL))
    flow = words(page.xpath("//article[@class='trend-flow']")[0])
    assert "2026年上半年 → 当前 · 2026年前三季度1项变动，16项未变" in flow
    assert "推进中 → 基本完成 1" in flow


def test_where_nothing_moved_the_flow_is_one_line(world, signed_in):
    for kept in Snapshot.objects.all():
        Measure.objects.filter(pk=kept.measure_id).update(stage=kept.stage)
    flow = read(signed_in.get(URL)).xpath("//article[@class='trend-flow']")[0]
    assert "0项变动，17项未变" in words(flow)
    assert not flow.xpath(".//table")


def test_every_number_opens_a_list_of_that_length(world, signed_in, coordinator):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    page = read(signed_in.get(URL))
    links = page.xpath("//main//table//a")
    assert len(links) > 40
    for link in links:
        listed = read(signed_in.get(link.get("href")))
        rows = listed.xpath(
            "//table[contains(@class,'ledger') or contains(@class,'is-stacked') or @id='listed']"
            "/tbody/tr[th[@scope='row']]"
        )
        number = int(words(link).split()[-1])
        if "/status/" in link.get("href"):
            found = signed_in.get(link.get("href")).context["listed"]
            assert len(found) == number
        else:
            assert len(rows) == number, link.get("href")


def test_the_counts_of_filings_are_those_of_the_page_they_open(world, signed_in):
    closed, opened = world
    agency = make_agency()
    measure = make_measure(lead=agency, ordinal=18)
    late = make_filing(measure=measure, period=opened, state=FilingState.SUBMITTED)
    Filing.objects.filter(pk=late.pk).update(first_submitted_at=NOW)
    make_filing(measure=make_measure(ordinal=19), period=opened, due_on=TODAY + timedelta(days=1))
    make_filing(measure=make_measure(ordinal=20), period=opened, state=FilingState.WAIVED)
    make_filing(
        measure=make_measure(ordinal=21),
        period=opened,
        state=FilingState.DRAFT,
        first_submitted_at=NOW - timedelta(days=30),  # withdrawn
    )
    make_filing(measure=measure, period=closed)
    for column in trends_for(shown_period(None, on=TODAY), on=TODAY).columns:
        shown = Shown(column.period, is_live=False, previous=None, periods=())
        totals = filing_status_for(shown, on=TODAY).totals
        assert {t: column.timeliness[t] for t in COUNTED} == {t: totals[t] for t in COUNTED}
    live = trends_for(shown_period(None, on=TODAY), on=TODAY).columns[-1]
    assert live.timeliness[Timeliness.AWAITED] == 1
    assert live.timeliness[Timeliness.LATE] == 1


def test_renaming_leaves_closed_periods_as_they_were(world, signed_in, coordinator, monkeypatch):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    before = {id_: table(read(signed_in.get(URL)), id_)[1:] for id_ in ("lights", "stages")}
    for choice in (Light.RED, Light.GREEN, Stage.UNDER_WAY, Stage.NOT_STARTED):
        monkeypatch.setattr(choice, "_label_", f"改名{choice.value}")
    page = read(signed_in.get(URL))
    assert {id_: table(page, id_)[1:] for id_ in before} == before
    assert "改名red" in table(page, "lights")[0]  # the present has today's words


def test_with_no_period_only_the_present_is_told(real_notice, signed_in):
    page = read(signed_in.get(URL))
    assert "还没有关闭过填报期" in words(page)
    assert len(table(page, "lights")) == 1
    assert "至少两期才有流向" in words(page)


def test_with_no_notice_the_page_still_stands(signed_in):
    assert "还没有可以显示的措施" in words(read(signed_in.get(URL)))


def _closed(number: int, measures: list[Measure]) -> Period:
    """The period of a quarter long ago, with a snapshot of each measure."""
    quarter = Quarter(2022 + number // 4, number % 4 + 1)
    period = make_period(
        quarter, state="closed", due_on=quarter.ends_on + timedelta(days=7), closed_at=NOW
    )
    for measure in measures:
        _snapshot(measure, period)
        make_filing(measure=measure, period=period, state=FilingState.SUBMITTED)
    return period


def _snapshot(measure: Measure, period: Period) -> None:
    Snapshot.objects.create(
        period=period,
        measure=measure,
        taken_at=NOW,
        stage="under_way",
        stage_label="推进中",
        light="green",
        light_label="正常",
        sentence="已报送",
        filed=1,
        owed=1,
    )


@pytest.mark.parametrize(
    ("count", "shown", "left_out"), [(1, 2, 0), (2, 3, 0), (12, 13, 0), (14, 13, 2)]
)
def test_any_number_of_periods_the_newest_twelve_are_shown(signed_in, count, shown, left_out):
    measure = make_measure(light_on=TODAY)
    for number in range(count):
        _closed(number, [measure])
    page = read(signed_in.get(URL))
    assert len(table(page, "lights")) == shown
    assert (f"更早的{left_out}期未列出" in words(page)) is bool(left_out)
    assert len(page.xpath("//article[@class='trend-flow']")) == shown - 1


def test_cost_does_not_grow_with_measures_or_periods(signed_in):
    counts, first = [], make_measure(light_on=TODAY, light=Light.GREEN)
    _closed(0, [first])
    for more in (0, 29):
        added = [make_measure(light_on=TODAY, light=Light.GREEN) for _ in range(more)]
        for measure in added:
            _snapshot(measure, Period.objects.get())
        for number in range(1, more // 3):
            _closed(number, added)
        with CaptureQueriesContext(connection) as queries:
            trends_for(shown_period(None, on=TODAY), on=TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= DATASET_MOST


def test_indicators_stand_against_their_targets_with_their_values(world, signed_in):
    indicator = make_indicator(Measure.objects.get(ordinal=15), name="查验用时")
    make_target(indicator, "48")
    make_value(indicator, "60", date(2026, 9, 30))
    make_indicator(Measure.objects.get(ordinal=1), name="停用的指标", **RETIRED)
    line = ".//*[name()='polyline' or name()='circle']"
    alone = read(signed_in.get(URL)).xpath("//section[@aria-labelledby='indicators']")[0]
    assert not alone.xpath(line)  # one value is told in words
    make_value(indicator, "66", date(2026, 6, 30))
    page = read(signed_in.get(URL))
    section = page.xpath("//section[@aria-labelledby='indicators']")[0]
    assert "查验用时" in words(section)
    assert "（十五）优化进口通关流程" in words(section)
    assert "60.0小时" in words(section)
    assert section.xpath(line)
    assert "停用的指标" not in words(section)


def test_without_indicators_the_page_says_where_they_come_from(signed_in):
    make_measure(light_on=TODAY)
    assert "还没有设立指标" in words(read(signed_in.get(URL)))


def test_a_period_that_closed_without_snapshots_is_not_shown(world, signed_in):
    make_period(Quarter(2025, 4), state="closed", due_on=date(2026, 1, 9), closed_at=NOW)
    assert len(table(read(signed_in.get(URL)), "lights")) == 2
