"""趋势: charts over the periods, where each number opens the list it counts."""

import re
from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from lib.charts.bars import StackedPart, stacked_bar
from measures.choices import Direction, FilingState, Light, Stage
from measures.models import Filing, Indicator, Measure, Period, Snapshot
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
from policy_tracker.tests.parsing import parse
from reports.choices import Timeliness
from reports.filing_status.data import COUNTED, filing_status_for
from reports.period.shown import Shown, shown_period
from reports.tests.reading import read, words
from reports.tests.world import relabel
from reports.trends.data import Standpoint, filed_share, trends_for
from reports.trends.page import differences, short_labels

pytestmark = pytest.mark.django_db
URL = "/trends/"
DATASET_MOST = 8
STAGES = {"n": "not_started", "u": "under_way", "d": "nearly_done"}
RETIRED = {"retired_on": date(2026, 10, 1), "retired_reason": "口径不再统计。"}


@pytest.fixture(autouse=True)
def _same_day(monkeypatch):
    for name in ("trends", "compare", "filing_status"):
        monkeypatch.setattr(f"reports.{name}.views.localdate", lambda: TODAY)


def bars(page, id_):
    """Return the bars of one part by name: their parts in words and the text beside them."""
    found = {}
    for row in page.xpath(f"//section[@aria-labelledby='{id_}']/table/tbody/tr"):
        parts = [link.get("aria-label") for link in row.xpath(".//a[contains(@class, 'part')]")]
        found[words(row.xpath("th")[0])] = (parts, words(row.xpath("td")[-1]))
    return found


def flow_lines(page):
    """Return the text of the flow chart, a line per period."""
    return [words(line) for line in page.xpath("//ul[@class='flow-words']/li")]


def moves_told(*, on=TODAY):
    """Return the steps from closing to closing and to the present."""
    flows = trends_for(shown_period(None, on=on), on=on).flows
    return [
        {pair: (moved.number, list(moved.ordinals)) for pair, moved in flow.moves.items()}
        for flow in flows
    ]


def test_moves_name_each_measure_once_and_leave_out_newcomers():
    """A period's last closing counts, and a new measure has no earlier state.

    Unchanged measures are counted, not named.

    The last step is the same whether today's lights are stored or computed for the page.
    """
    measures = [make_measure(ordinal=number, light_on=TODAY) for number in (1, 2, 3, 4)]
    Measure.objects.update(stage="under_way")
    for number, stages in enumerate(["nuu", "uun", "unnd"]):
        period = _closed(number, [])
        for measure, stage in zip(measures, stages, strict=False):
            _snapshot(measure, period, stage="done")
            _snapshot(measure, period, stage=STAGES[stage], closing=2)
    moves = moves_told()
    under, none, nearly = STAGES["u"], STAGES["n"], STAGES["d"]
    assert moves == [
        {(none, under): (1, [1]), (under, under): (1, []), (under, none): (1, [3])},
        {(under, under): (1, []), (under, none): (1, [2]), (none, none): (1, [])},
        {(under, under): (1, []), (none, under): (2, [2, 3]), (nearly, under): (1, [4])},
    ]
    Measure.objects.filter(ordinal=2).update(light_on=None)
    again = moves_told()
    assert again[:2] == moves[:2]
    assert {pair: number for pair, (number, _) in again[2].items()} == {
        pair: number for pair, (number, _) in moves[2].items()
    }


def test_both_kinds_of_normal_are_one_when_periods_are_compared():
    before = {("red", "滞后"): 1, ("green", "正常"): 2, ("grey", "未评定"): 1}
    after = {("yellow", "预警"): 1, ("green", "正常·已审核"): 2, ("waiting", "正常·待审核"): 1}
    found = [(one.shape, one.words) for one in differences(before, after)]
    assert found == [("▲", "−1"), ("●", "+1"), ("■", "+1"), ("○", "−1")]
    assert differences(before, before) == []


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["2026年一季度", "2026年上半年"], ["一季度", "上半年"]),
        (["2025年度", "2026年一季度"], ["2025年度", "2026年一季度"]),
        (["2026年上半年", "当前"], ["上半年", "当前"]),
        (["2026年前三季度", "2026年度"], ["前三季度", "2026年"]),
        (["2026年1月", "2026年1—2月"], ["1月", "1—2月"]),
        (["2026年冬季专项", "2026年度"], ["冬季专项", "2026年"]),
        (["进博会专项", "2026年上半年"], ["进博会专项", "上半年"]),
        ([], []),
    ],
)
def test_labels_have_the_year_if_there_are_several(labels, expected):
    assert short_labels(labels) == expected


@pytest.mark.parametrize(
    ("filings", "expected"),
    [([], None), ([(0, 0)], None), ([(2, 3), (0, 1)], "50"), ([(3, 3)], "100")],
)
def test_the_share_is_of_all_filings_owed(filings, expected):
    same = ("under_way", "推进中", "green", "正常", 1)
    found = filed_share(Standpoint(1, *same, *one) for one in filings)
    assert (str(found) if found is not None else None) == expected


def test_each_period_has_a_bar_the_oldest_first(world, signed_in):
    page = read(signed_in.get(URL))
    lights = bars(page, "lights")
    assert list(lights) == ["上半年", "前三季度"]
    assert lights["上半年"] == (["滞后1项", "预警2项", "正常·已审核10项", "未评定4项"], "首期")
    assert lights["前三季度"] == (
        ["滞后2项", "预警2项", "正常·已审核9项", "未评定4项"],
        "▲滞后 +1■正常 −1",
    )
    filings = bars(page, "filings")
    assert list(filings) == ["上半年", "前三季度", "本期审核"]


def test_measures_whose_light_changed_are_named_by_number(world, signed_in):
    page = read(signed_in.get(URL))
    turned = [words(one).replace(" ", "") for one in page.xpath("//ul[@class='turned']/li")]
    assert (
        turned
        == ["▲仍滞后（十三）", "▲正常·已审核转滞后（十六）".replace("·已审核", "")] + turned[2:]
    )
    assert [words(a) for a in page.xpath("//ul[@class='turned']/li[1]/a")] == ["（十三）"]


def test_a_measure_that_still_lags_shows_the_number_of_days(world, signed_in):
    Measure.objects.filter(ordinal=13).update(light_since=TODAY - timedelta(days=40))
    assert "▲ 仍滞后 （十三）41天" in words(
        read(signed_in.get(URL)).xpath("//ul[@class='turned']")[0]
    )


def test_the_parts_of_what_is_owed_now_add_up(world, signed_in):
    page = read(signed_in.get(URL))
    section = page.xpath("//section[@aria-labelledby='filings']")[0]
    parts, beside = bars(page, "filings")["本期审核"]
    assert [part.rstrip("项") for part in parts] == ["已通过44", "待审核3", "退回1", "未报5"]
    assert beside == "通过率 83.0%"
    assert "本期应报53＝已通过44＋待审核3＋退回1＋未报5" in words(section)


def test_an_old_undivided_green_stays_undivided(world, signed_in):
    closed, _ = world
    relabel(closed, green="正常")
    page = read(signed_in.get(URL))
    assert "正常10项" in bars(page, "lights")["上半年"][0]
    assert "上半年的正常不分已审核、待审核" in words(page)


def test_the_waiting_part_is_hatched_and_has_its_shape(world, signed_in):
    Measure.objects.filter(ordinal=1).update(light=Light.WAITING)
    page = read(signed_in.get(URL))
    (part,) = page.xpath("//section[@aria-labelledby='lights']//a[contains(@class, 'is-waiting')]")
    assert part.get("aria-label") == "正常·待审核1项"
    assert part.xpath("*[name()='rect']/@fill") == ["url(#hatch)"]
    assert words(part).endswith("▨1")
    assert len(page.xpath("//*[@id='hatch']")) == 1


def test_a_stacked_bar_hatches_only_the_waiting_part():
    parts = [StackedPart(one.value, one.label, one.tone, one.shape) for one in Light]
    for counts, hatched in (({"waiting": 2, "green": 3}, 1), ({"green": 3}, 0)):
        context = {"segments": stacked_bar(counts, parts), "total": 5, "title": "灯"}
        shown = parse(render_to_string("components/stacked_bar.html", context))
        assert len(shown.xpath("//*[@fill='url(#hatch)']")) == hatched
        assert "▨" in words(shown)


def test_text_and_drawing_of_the_flow_agree(world, signed_in):
    page = read(signed_in.get(URL))
    assert flow_lines(page) == [
        "上半年：推进中13、未启动4",
        "前三季度：基本完成1、推进中12、未启动4；推进中→基本完成（七）",
    ]
    drawn = page.xpath("//*[@class='flow']//a[*[contains(@class, 'is-moved')]]/@aria-label")
    assert drawn == ["推进中→基本完成1项"]
    assert "推进1项次，无回退" in words(page.xpath("//section[@aria-labelledby='flow']")[0])


def test_if_nothing_moved_the_flow_says_so(world, signed_in):
    for kept in Snapshot.objects.all():
        Measure.objects.filter(pk=kept.measure_id).update(stage=kept.stage)
    page = read(signed_in.get(URL))
    assert "无推进，无回退" in words(page.xpath("//section[@aria-labelledby='flow']")[0])
    assert not page.xpath("//*[contains(@class, 'is-moved')]")


def test_steps_back_and_suspensions_are_counted_separately(world, signed_in):
    Measure.objects.filter(ordinal=1).update(stage=Stage.NOT_STARTED)
    Measure.objects.filter(ordinal=2).update(stage=Stage.SUSPENDED)
    flow = words(read(signed_in.get(URL)).xpath("//section[@aria-labelledby='flow']")[0])
    assert "推进1项次，回退1项次，中止或恢复1项次" in flow


def test_many_moved_measures_are_a_number_that_opens_their_list(world, signed_in):
    Measure.objects.filter(ordinal__lte=5).update(stage=Stage.NEARLY_DONE)
    line = flow_lines(read(signed_in.get(URL)))[-1]
    assert "推进中→基本完成6项" in line


def test_sections_show_their_share_by_period(world, signed_in):
    page = read(signed_in.get(URL))
    table = page.xpath("//section[@aria-labelledby='sections']/table")[0]
    assert [words(head) for head in table.xpath("thead//th")] == [
        "部分",
        "上半年",
        "前三季度",
        "比上期",
    ]
    first, *_ = [words(row) for row in table.xpath("tbody/tr")]
    assert first == "一、优化进口结构 75.0% 93.8% +18.8"


def test_every_number_opens_a_list_of_that_length(world, signed_in, coordinator):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    page = read(signed_in.get(URL))
    links = page.xpath("//main//a[contains(@class, 'part ')] | //main//a[@class='flow-stage']")
    links += page.xpath("//main//*[@class='flow']/a[*[contains(@class, 'flow-ribbon')]]")
    assert len(links) > 30
    for link in links:
        listed = read(signed_in.get(link.get("href")))
        rows = listed.xpath(
            "//table[contains(@class,'ledger') or contains(@class,'is-stacked') or @id='listed']"
            "/tbody/tr[th[@scope='row']]"
        )
        number = int(re.findall(r"\d+", link.get("aria-label") or words(link))[-1])
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


def test_renaming_does_not_change_closed_periods(world, signed_in, coordinator, monkeypatch):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    page = read(signed_in.get(URL))
    before = (list(bars(page, "lights").items())[:-1], flow_lines(page)[:-1])
    for choice in (Light.RED, Light.GREEN, Stage.UNDER_WAY, Stage.NOT_STARTED):
        monkeypatch.setattr(choice, "_label_", f"改名{choice.value}")
    page = read(signed_in.get(URL))
    assert (list(bars(page, "lights").items())[:-1], flow_lines(page)[:-1]) == before
    assert "改名red2项" in bars(page, "lights")["当前"][0]  # the present uses today's words
    assert "改名under_way12" in flow_lines(page)[-1]


def test_without_a_period_only_the_present_is_shown(real_notice, signed_in):
    page = read(signed_in.get(URL))
    assert "还没有关闭过填报期" in words(page)
    assert list(bars(page, "lights")) == ["当前"]
    assert "至少两期才有流向" in words(page)


def test_without_a_notice_the_page_still_works(signed_in):
    assert "还没有可以显示的措施" in words(read(signed_in.get(URL)))


def _closed(number: int, measures: list[Measure]) -> Period:
    """Create the period of an old quarter, with a snapshot of each measure."""
    quarter = Quarter(2022 + number // 4, number % 4 + 1)
    period = make_period(
        quarter, state="closed", due_on=quarter.ends_on + timedelta(days=7), closed_at=NOW
    )
    for measure in measures:
        _snapshot(measure, period)
        make_filing(measure=measure, period=period, state=FilingState.SUBMITTED)
    return period


def _snapshot(measure: Measure, period: Period, *, stage="under_way", closing=1) -> None:
    Snapshot.objects.create(
        period=period,
        measure=measure,
        taken_at=NOW,
        closing=closing,
        stage=stage,
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
def test_of_many_periods_the_newest_twelve_are_shown(signed_in, count, shown, left_out):
    measure = make_measure(light_on=TODAY)
    for number in range(count):
        _closed(number, [measure])
    page = read(signed_in.get(URL))
    assert len(bars(page, "lights")) == shown
    assert (f"更早的{left_out}期未列出" in words(page)) is bool(left_out)
    assert len(flow_lines(page)) == min(shown, 4)
    assert len(page.xpath("//section[@aria-labelledby='sections']//thead//th")) == min(shown, 4) + 2


def test_the_number_of_queries_does_not_grow_with_measures_or_periods(signed_in):
    counts, first = [], make_measure(light_on=TODAY, light=Light.GREEN)
    _closed(0, [first])
    _closed(1, [first])
    for more in (0, 29):
        added = [make_measure(light_on=TODAY, light=Light.GREEN) for _ in range(more)]
        for measure, period in product(added, Period.objects.all()):
            _snapshot(measure, period)
        for number in range(2, more // 3):
            _closed(number, added)
        with CaptureQueriesContext(connection) as queries:
            trends_for(shown_period(None, on=TODAY), on=TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= DATASET_MOST


def test_changes_between_closings_are_queried_once_because_they_never_change(signed_in):
    measure, costs = make_measure(light_on=TODAY), []
    for number in range(3):
        _closed(number, [measure])
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            moves_told()
        costs.append(len(queries))
    assert costs == [costs[0], costs[0] - 1]
    newest = Period.objects.newest_first()[0]
    assert moves_told()[1] == {("under_way", "under_way"): (1, [])}
    _snapshot(measure, newest, stage="done", closing=2)  # it closed again
    assert moves_told()[1] == {("under_way", "done"): (1, [measure.ordinal])}


def board(page):
    return page.xpath("//section[@aria-labelledby='indicators']")[0]


def test_an_indicator_has_its_value_beside_chart_and_target(world, signed_in):
    indicator = make_indicator(Measure.objects.get(ordinal=15), name="查验用时", decimals=1)
    make_target(indicator, "48")
    make_value(indicator, "66", date(2026, 6, 30))
    make_value(indicator, "60", date(2026, 9, 30))
    make_indicator(Measure.objects.get(ordinal=1), name="停用的指标", **RETIRED)
    found = board(read(signed_in.get(URL)))
    (gauge,) = found.xpath(".//article[@class='gauge'][.//a[.='查验用时']]")
    said = words(gauge)
    assert "查验用时（十五）" in said
    assert "60.0小时 目标 48.0" in said
    assert "方向 应下降 ↓ 截至 2026-09-30" in said
    drawn = gauge.xpath(".//*[name()='svg']")[0]
    assert len(drawn.xpath(".//*[name()='circle']")) == 2
    assert [words(one) for one in drawn.xpath(".//*[contains(@class, 'chart-value')]")] == [
        "目标48.0",
        "66.0",
        "60.0",
    ]
    assert "小时（自40起）" in words(drawn)  # the axis is cut, which the page mentions
    assert "停用的指标" not in words(found)
    assert "3项：其余3" in words(found)  # including the notice's own


def test_warnings_show_what_is_wrong_and_add_up(world, signed_in):
    measure = Measure.objects.get(ordinal=15)
    worse = make_indicator(measure, name="变差的")
    make_value(worse, "60", date(2026, 6, 30))
    make_value(worse, "66", date(2026, 9, 30))
    old = make_indicator(measure, name="过旧的")
    make_value(old, "60", date(2026, 1, 31))
    done = make_indicator(measure, name="达标的")
    make_target(done, "48")
    make_value(done, "48", date(2026, 9, 30))
    make_indicator(measure, name="没有数的")
    found = board(read(signed_in.get(URL)))
    assert "6项：●反向变动1，●数据过旧1，■已达标1，其余3" in words(found)
    signs = [words(one) for one in found.xpath(".//span[@class='gauge-signs']")]
    assert signs == ["", "●反向变动", "●数据过旧", "■已达标", "", ""]
    assert "变动 ● 升6" in words(found)
    assert "296天无数据" in words(found)
    assert "尚无数据" in words(found)
    assert "待定" in words(found)


def test_yes_or_no_indicators_are_shown_in_words(world, signed_in):
    indicator = Indicator.objects.get(direction=Direction.REACH)
    for value, day in (("0", "2026-03-31"), ("1", "2026-06-30"), ("1", "2026-09-30")):
        make_value(indicator, value, date.fromisoformat(day))
    (told,) = board(read(signed_in.get(URL))).xpath(".//article[@class='gauge-told']")
    assert not told.xpath(".//*[name()='svg']")
    said = words(told)
    assert "2026-03-31 未实现 2026-06-30 已实现 2026-09-30 已实现" in said
    assert "目标：实现。自2026-06-30起已实现，截至2026-09-30" in said
    assert "■已达标" in said


def test_without_indicators_the_page_says_that_there_are_none(signed_in):
    make_measure(light_on=TODAY)
    assert "还没有设立指标" in words(read(signed_in.get(URL)))


def test_a_period_that_closed_without_snapshots_is_not_shown(world, signed_in):
    make_period(Quarter(2025, 4), state="closed", due_on=date(2026, 1, 9), closed_at=NOW)
    assert len(bars(read(signed_in.get(URL)), "lights")) == 2


@pytest.mark.parametrize(("late", "named"), [(False, True), (True, False)])
def test_filings_not_due_yet_are_named_beside_the_bars(signed_in, late, named):
    """A bar has no room for its word."""
    period = make_period()
    filing = make_filing(measure=make_measure(), period=period)
    Filing.objects.filter(pk=filing.pk).update(due_on=TODAY + timedelta(days=-1 if late else 1))
    page = read(signed_in.get(URL))
    legend = words(page.xpath("//section[@aria-labelledby='filings']//ul")[0])
    assert ("待报（未到截止日）" in legend) is named
