"""总览: measures that need help: which, why, who, since when, and a leader's remark."""

from datetime import date, timedelta

import pytest

from agencies.permissions import Role
from measures.choices import Cause, Light
from measures.instructions.tests.factories import make_instruction
from measures.models import LightChange, Measure, Snapshot
from measures.tests.factories import TODAY, make_agency, make_user
from reports.tests.reading import read, words

URL = "/overview/"
DAY = timedelta(days=1)


def rows(page):
    """Return the cells of each row."""
    return [[words(cell) for cell in row] for row in page.xpath("//table[@class='hands']/tbody/tr")]


def row_of(page, mark):
    (found,) = [row for row in rows(page) if row[1].startswith(mark)]
    return found


def finding(*agencies, light="yellow", cause="lead_late", sentence="未报", since=None):
    """Return one condition as it is stored."""
    return {
        "light": light,
        "cause": cause,
        "sentence": sentence,
        "filing_id": None,
        "agencies": list(agencies),
        "since": since,
        "severity": "0",
    }


def change(measure, on, light, label):
    LightChange.objects.create(
        measure=measure, on=on, light=light, label=label, sentence="原因", cause=Cause.LEAD_LATE
    )


def test_red_measures_are_first_and_the_longest_before_others(world, signed_in):
    days = {3: 40, 5: 200, 13: 5, 16: 90}
    for ordinal, lasted in days.items():
        since = TODAY - lasted * DAY
        Measure.objects.filter(ordinal=ordinal).update(light_since=since)
    page = read(signed_in.get(URL))
    assert words(page.xpath("//h2[@id='hands']")[0]).startswith("要处理的4项")
    assert [row[1][:4].split("）")[0] + "）" for row in rows(page)] == [
        "（十六）",
        "（十三）",
        "（五）",
        "（三）",
    ]
    assert [row[4] for row in rows(page)] == [
        f"{TODAY - days[one] * DAY:%Y-%m-%d}{days[one] + 1}天" for one in (16, 13, 5, 3)
    ]


def test_a_row_names_agencies_that_can_end_it_and_further_ones(world, signed_in):
    causes = [finding("甲单位", "乙单位"), finding("丙单位"), finding("甲单位", "丁单位")]
    Measure.objects.filter(ordinal=3).update(light_findings=causes)
    row = row_of(read(signed_in.get(URL)), "（三）")
    assert row[2] == "市农业农村委三季度进展逾期3个工作日未报"
    assert row[3] == "甲单位、乙单位 另：丙单位、丁单位"


def test_of_many_further_agencies_three_are_named_and_all_counted(world, signed_in):
    causes = [finding("甲单位"), finding("乙", "丙", "丁", "戊")]
    Measure.objects.filter(ordinal=3).update(light_findings=causes)
    assert row_of(read(signed_in.get(URL)), "（三）")[3] == "甲单位 另：乙、丙、丁等4家"


def test_the_day_itself_is_the_first(world, signed_in):
    Measure.objects.filter(ordinal=3).update(light_since=TODAY)
    assert row_of(read(signed_in.get(URL)), "（三）")[4] == f"{TODAY:%Y-%m-%d}1天"


@pytest.mark.parametrize(("ago", "is_told"), [(0, True), (29, True), (30, False)])
def test_a_recently_changed_light_names_the_previous_one(world, signed_in, ago, is_told):
    measure = Measure.objects.get(ordinal=3)
    Measure.objects.filter(pk=measure.pk).update(light_since=TODAY - 60 * DAY)
    change(measure, TODAY - 50 * DAY, Light.YELLOW, "预警")
    change(measure, TODAY - 40 * DAY, Light.RED, "滞后")
    on = TODAY - ago * DAY
    change(measure, on, Light.YELLOW, "预警")
    told = f"{on:%m-%d}由滞后转预警" in row_of(read(signed_in.get(URL)), "（三）")[4]
    assert told is is_told


def test_another_cause_under_the_same_light_is_no_change(world, signed_in):
    measure = Measure.objects.get(ordinal=3)
    change(measure, TODAY - 50 * DAY, Light.YELLOW, "预警")
    change(measure, TODAY - DAY, Light.YELLOW, "预警")
    assert "由" not in row_of(read(signed_in.get(URL)), "（三）")[4]


def test_a_light_set_by_hand_shows_its_last_day(world, signed_in):
    Measure.objects.filter(ordinal=3).update(
        light_cause=Cause.MANUAL,
        light_until=date(2027, 1, 13),
        computed_light=Light.RED,
        computed_cause=Cause.LEAD_SILENT,
    )
    row = row_of(read(signed_in.get(URL)), "（三）")
    assert row[2].endswith("人工认定，至2027-01-13")


def test_measure_and_cause_link_to_their_pages(world, signed_in):
    measure = Measure.objects.get(ordinal=13)
    page = read(signed_in.get(URL))
    row = page.xpath("//table[@class='hands']/tbody/tr[contains(., '（十三）')]")[0]
    assert row.xpath("th/a/@href") == [f"/measures/{measure.pk}/"]
    assert row.xpath("td[@class='hands-why']/a/@href") == [f"/measures/{measure.pk}/#parties"]


def test_without_measures_that_need_action_it_says_so(world, signed_in):
    Measure.objects.update(light="green")
    page = read(signed_in.get(URL))
    assert "没有滞后或预警的措施。" in words(page)
    assert words(page.xpath("//h2[@id='hands']")[0]) == "要处理的0项"


def test_a_filtered_page_shows_its_list_at_once(world, signed_in):
    assert not read(signed_in.get(URL + "?light=green")).xpath("//table[@class='hands']")


def test_instructions_are_shown_as_far_as_the_reader_may_see_them(world, client):
    measure = Measure.objects.get(ordinal=13)
    agency, other = make_agency(), make_agency()
    make_instruction(agency, measure=measure, due_on=TODAY - 2 * DAY)
    make_instruction(agency, other, measure=measure, answered=[agency, other])
    expected = [
        (make_user(Role.LEADER), "逾期2天未回复"),
        (make_user(Role.COORDINATOR), "逾期2天未回复"),
        (make_user(Role.LIAISON, agency), "逾期2天未回复"),
        (make_user(Role.LIAISON, other), "已回复"),
        (make_user(Role.LIAISON, make_agency()), "—"),
    ]
    for user, told in expected:
        client.force_login(user)
        page = read(client.get(URL))
        assert row_of(page, "（十三）")[5] == told
        assert ("逾期2天未回复" in words(page)) is (told == "逾期2天未回复")


def test_a_partly_answered_instruction_shows_how_many_are_missing(world, signed_in):
    agency, other, third = make_agency(), make_agency(), make_agency()
    measure = Measure.objects.get(ordinal=13)
    make_instruction(agency, other, third, measure=measure, answered=[other])
    assert row_of(read(signed_in.get(URL)), "（十三）")[5] == "待2家回复"


def test_a_closed_period_shows_no_instructions(world, signed_in):
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=13))
    page = read(signed_in.get(f"{URL}?period={world[0].pk}"))
    assert "待1家回复" not in words(page)
    assert row_of(page, "（十三）")[5] == "—"


def test_a_closed_period_shows_what_its_snapshot_kept(world, signed_in):
    closed, _ = world
    old = read(signed_in.get(f"{URL}?period={closed.pk}"))
    assert row_of(old, "（十三）")[3:5] == ["市地方金融管理局", "—"]
    assert "其中" not in words(old.xpath("//p[@class='lights-words']")[0])
    again = Snapshot.objects.get(period=closed, measure__ordinal=13)
    again.pk, again.closing, again.light_since = None, 2, date(2026, 7, 9)
    again.light_findings = [
        finding("甲单位", light="red"),
        finding("乙单位", cause="milestone_late", sentence="节点“台账”已逾期"),
        finding("丙单位", cause="indicator_worse", sentence="指标“用时”上升"),
    ]
    again.save(force_insert=True)
    page = read(signed_in.get(f"{URL}?period={closed.pk}"))
    days = (date(2026, 8, 15) - date(2026, 7, 9)).days + 1
    assert row_of(page, "（十三）")[3:5] == ["甲单位 另：乙单位、丙单位", f"2026-07-09{days}天"]
    said = [words(one) for one in page.xpath("//ul[contains(@class, 'note-said')]/li")]
    assert said == ["（十三）指标“用时”上升", "（十三）节点“台账”已逾期"]


def test_the_days_of_a_fact_that_is_older_than_the_light_are_named(world, signed_in):
    since = TODAY - 60 * DAY
    measures = Measure.objects.filter(ordinal=3)
    for cause, word in ((Cause.LEAD_OVERDUE, "欠报"), (Cause.OVERDUE, "逾期"), (Cause.BEHIND, "")):
        measures.update(light=cause.light, light_cause=cause, light_since=since)
        page = read(signed_in.get(URL))
        assert row_of(page, "（三）")[4] == f"{since:%Y-%m-%d}{word}61天"
        ledger = words(page.xpath("//*[@class='ledger']")[0])
        assert f"{word}自{since:%Y-%m-%d}，61个自然日" in ledger
