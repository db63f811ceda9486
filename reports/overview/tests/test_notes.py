"""总览: the three notes on filings, indicators and dates."""

from datetime import timedelta

from measures.indicators.readings import SHOWN_MOST
from measures.models import Filing, Indicator, Measure, Milestone, Period
from measures.tests.counted import make_indicator, make_target, make_value
from measures.tests.factories import NOW, TODAY, make_agency
from measures.tests.request_factories import make_due_date_request
from reports.overview.notes import DEBTORS_MOST
from reports.overview.tests.test_hands import finding
from reports.overview.tests.test_page import note, rows_in
from reports.tests.reading import counted, read, words

URL = "/overview/"
DAY = timedelta(days=1)


def test_the_four_parts_add_up_to_what_is_owed(world, signed_in):
    page = read(signed_in.get(URL))
    found = counted(page)
    assert [found[label][0] for label in ("", "待审核", "退回", "未报")] == [44, 3, 1, 5]
    assert note(page, "报送").startswith("44/53 已通过；待审核3，退回1，未报5")
    assert "其中逾期" not in note(page, "报送")


def test_before_the_due_day_nobody_is_called_late(world, signed_in, monkeypatch):
    monkeypatch.setattr("reports.overview.screen.localdate", lambda: TODAY)
    Filing.objects.filter(period=world[1]).update(due_on=TODAY)
    for url in (URL, "/overview/screen/"):
        said = words(read(signed_in.get(url)).xpath("//*[@aria-labelledby='note-filings']")[0])
        assert "44/53 已通过；待审核3，退回1，待报5（未到截止日）" in said
        assert "未报" not in said
        assert "逾期" not in said
    found = counted(read(signed_in.get(URL)))
    assert found["待报"][0] == rows_in(read(signed_in.get(URL + found["待报"][1]))) == 5


def test_late_filings_are_counted_separately_unless_all_are_late(world, signed_in):
    late = Filing.objects.filter(period=world[1], first_submitted_at=None).first()
    Filing.objects.filter(period=world[1]).exclude(pk=late.pk).update(due_on=TODAY)
    page = read(signed_in.get(URL))
    assert "未报5（其中逾期1）" in note(page, "报送")
    assert rows_in(read(signed_in.get(URL + counted(page)["逾期"][1]))) == 1
    assert f"逾期未报最多：{late.agency_name}1" in note(page, "报送")
    assert rows_in(read(signed_in.get(URL + counted(page)[late.agency_name][1]))) == 1


def test_missing_filings_of_a_closed_period_have_the_usual_word(world, signed_in):
    Period.objects.filter(pk=world[1].pk).update(state="closed", closed_at=NOW)
    page = read(signed_in.get(URL))
    assert "期满未报最多：" in note(page, "报送")
    assert "逾期未报" not in note(page, "报送")


def test_agencies_with_most_debts_are_named_first_and_the_rest_counted(world, signed_in):
    unfiled = Filing.objects.filter(period=world[1], first_submitted_at=None)
    owing = sorted(unfiled.values_list("agency_name", flat=True))
    page = read(signed_in.get(URL))
    said = note(page, "报送").split("逾期未报最多：")[1]
    named = {name: counted(page)[name][0] for name in set(owing) if name in said}
    assert named == {name: owing.count(name) for name in named}
    assert list(named.values()) == sorted(named.values(), reverse=True)
    rest = len(set(owing)) - len(named)
    assert len(named) == min(len(set(owing)), DEBTORS_MOST)
    assert (f"另{rest}家" in said) is (rest > 0)


def gauge(ordinal, name, *values, goal="10", **more):
    """Create an indicator that should rise, with monthly values, the last of today."""
    said = {"unit": "亿元", "direction": "up"} | more
    made = make_indicator(Measure.objects.get(ordinal=ordinal), name=name, **said)
    make_target(made, goal)
    for place, value in enumerate(reversed(values)):
        make_value(made, value, TODAY - place * 30 * DAY)
    return made


def test_each_indicator_counts_once_by_its_worst_state(world, signed_in):
    gauge(2, "回落的", "12", "11")  # reached, but moving the wrong way
    gauge(2, "达标的", "9", "10")
    make_value(gauge(3, "过旧的"), "3", TODAY - 200 * DAY)
    gauge(5, "在办的", "1", "2")
    gauge(5, "没有数据的")
    Indicator.objects.filter(pk=gauge(6, "停用的", "1").pk).update(
        retired_on=TODAY, retired_reason="不再统计"
    )
    page = read(signed_in.get(URL))
    # Two of the notice's own indicators have no values yet.
    assert note(page, "指标").startswith("7项：达标1，反向变动1，数据过旧1，其余4")
    expected = {"项": 7, "达标": 1, "反向变动": 1, "数据过旧": 1, "其余": 4}
    for label, count in expected.items():
        number, address = counted(page)[label]
        assert number == rows_in(read(signed_in.get(URL + address))) == count


def test_the_rest_is_not_named_without_others_beside_it(world, signed_in):
    assert set(counted(read(signed_in.get(URL)))) & {"项", "其余"} == {"项"}
    assert note(read(signed_in.get(URL)), "指标").startswith("2项")
    assert "其余" not in note(read(signed_in.get(URL)), "指标")


def test_a_figure_is_shown_with_target_direction_and_day(world, signed_in):
    gauge(5, "自沿线国家进口额", "100.5", "111.6", goal="165")
    gauge(2, "备案用时", "7.1", "7.9", goal="6", unit="个工作日", direction="down")
    page = read(signed_in.get(URL))
    lines = [words(one) for one in page.xpath("//ul[contains(@class, 'note-gauges')]/li")]
    day = f"{TODAY:%m-%d}"
    assert lines == [
        f"自沿线国家进口额 ↑111.6亿元目标165.0{day}",
        f"备案用时 ↓7.9个工作日目标6.0{day} 反向",
    ]
    listed = words(read(signed_in.get(f"{URL}?indicator=worse")))
    assert "反向变动：较" in listed


def test_of_many_indicators_the_first_few_are_in_the_note(world, signed_in):
    for place in range(SHOWN_MOST + 2):
        gauge(2, f"第{place}个", "1", "2")
    page = read(signed_in.get(URL))
    assert len(page.xpath("//ul[contains(@class, 'note-gauges')]/li")) == SHOWN_MOST
    assert counted(page)["项"][0] == SHOWN_MOST + 2 + 2


def milestone(ordinal, due_on, original=None, **more):
    return Milestone.objects.create(
        measure=Measure.objects.get(ordinal=ordinal),
        title="一件事",
        source="方案",
        due_on=due_on,
        original_due_on=original or due_on,
        **more,
    )


def test_overdue_milestones_are_shown_with_agency_and_days(world, signed_in):
    agency = make_agency()
    milestone(1, TODAY - 60 * DAY, agency=agency, agency_name=agency.short_name)
    milestone(2, TODAY)  # due today is not late
    page = read(signed_in.get(URL))
    # The notice's own milestone of 2020 comes first, as it has been overdue longer.
    said = note(page, "时限与节点")
    assert said.startswith("逾期2个：（十六）")
    assert f"（一）一件事，{agency.short_name}，60天" in said
    listed = read(signed_in.get(URL + counted(page)["逾期"][1]))
    assert rows_in(listed) == 2
    assert "60天" in words(listed)


def test_moved_dates_are_shown_with_the_original_one(world, signed_in):
    measure = Measure.objects.get(ordinal=14)
    first = measure.due_on - 90 * DAY
    for place, (was, now) in enumerate([(first, first + DAY), (first + DAY, measure.due_on)]):
        make_due_date_request(
            measure, from_on=was, to_on=now, state="agreed", asked_at=NOW - (2 - place) * DAY
        )
    milestone(2, TODAY + DAY, TODAY - DAY)
    page = read(signed_in.get(URL))
    said = note(page, "时限与节点")
    assert f"（十四）时限由{first:%Y-%m-%d}改为{measure.due_on:%Y-%m-%d}" in said
    assert f"（二）一件事由{TODAY - DAY:%Y-%m-%d}改为{TODAY + DAY:%Y-%m-%d}" in said
    assert rows_in(read(signed_in.get(URL + counted(page)["改期"][1]))) == 2


def test_a_moved_date_shows_for_how_many_periods_there_was_no_progress(world, signed_in):
    measure = Measure.objects.get(ordinal=14)
    make_due_date_request(
        measure, from_on=TODAY, to_on=measure.due_on, state="agreed", asked_at=NOW
    )
    cause = finding(light="yellow", cause="date_moved", since=f"{TODAY - 5 * DAY}")
    measure.light_findings = [cause | {"severity": "2"}]
    measure.save(update_fields=["light_findings"])
    said = note(read(signed_in.get(URL)), "时限与节点")
    assert f"改为{measure.due_on:%Y-%m-%d}，进度{measure.percent}%连续2期未提高" in said


def test_dates_that_do_not_fit_are_counted(world, signed_in):
    for ordinal in range(1, 6):
        milestone(ordinal, TODAY - ordinal * DAY)
        milestone(ordinal, TODAY + DAY, TODAY - DAY)
    said = note(read(signed_in.get(URL)), "时限与节点")
    late, moved = said.split("改期5个：")
    assert late.startswith("逾期6个：")
    assert late.strip().endswith("；另3个")
    assert moved.strip().endswith("；另4个")


def test_a_measure_past_its_due_date_is_overdue_too(world, signed_in):
    Measure.objects.filter(ordinal=14).update(due_on=TODAY - 3 * DAY)
    assert "；（十四）完成时限，市商务委，3天" in note(read(signed_in.get(URL)), "时限与节点")


def test_if_nothing_is_overdue_it_says_so(world, signed_in):
    Milestone.objects.all().delete()
    assert "没有逾期的节点和时限。" in note(read(signed_in.get(URL)), "时限与节点")
