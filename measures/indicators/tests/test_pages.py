"""Milestones and indicators on the pages of a measure and of staff."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from agencies.models import Event
from agencies.permissions import Role
from measures.lights.refresh import refresh_all_lights
from measures.models import Indicator, IndicatorValue, Milestone
from measures.tests.counted import make_indicator, make_target, make_value
from measures.tests.factories import (
    make_dated_measure,
    make_measure,
    make_milestone,
    make_user,
    sign_in,
)
from policy_tracker.tests.parsing import parse

pytestmark = pytest.mark.django_db
MARCH, JUNE, SEPTEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)


@pytest.fixture
def staff(client):
    return sign_in(client, Role.COORDINATOR)


def text(client, url):
    return client.get(url).content.decode()


def test_the_measure_page_shows_milestones_with_their_first_days(client, staff):
    today = localdate()
    measure = make_measure()
    make_milestone(measure, title="逾期的", due_on=today - timedelta(days=1))
    make_milestone(measure, title="今天的", due_on=today, original_due_on=JUNE)
    page = text(client, f"/measures/{measure.pk}/?whole=1")
    assert 'id="milestones"' in page
    assert page.count("▲ 逾期未完成") == 1
    assert "原定2026-06-30" in page


def test_the_measure_page_shows_an_indicator_with_chart_and_table(client, staff):
    indicator = make_indicator(
        baseline_value=D(72), baseline_on=date(2025, 12, 31), baseline_source="年报"
    )
    make_target(indicator)
    for value, day in (("60", MARCH), ("54", JUNE), ("57", SEPTEMBER)):
        make_value(indicator, value, day)
    page = text(client, f"/measures/{indicator.measure_id}/")
    assert "62.5%" in page
    assert "较2026-06-30的54.0小时上升3.0小时，与目标方向相反" in page
    assert "<title>通关时间，截至2026-09-30为57.0小时，目标48.0小时" in page
    assert "60.0小时" in page
    facts = [" ".join(dd.text_content().split()) for dd in parse(page).xpath("//dd")]
    assert [fact for fact in facts if fact.startswith("48.0小时 2026-12-31，")]


def test_what_is_not_known_is_shown_as_such(client, staff):
    indicator = make_indicator()
    page = text(client, f"/indicators/{indicator.pk}/")
    assert page.count("待定") >= 2
    assert "尚无数据" in page


@pytest.mark.parametrize("path", ["/measures/{}/", "/measures/{}/milestones/"])
def test_the_sections_cost_the_same_for_one_row_and_for_thirty(client, staff, path):
    measure = make_dated_measure()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(path.format(measure.pk))
        return len(queries)

    def add(number):
        make_milestone(measure, title=f"节点{number}", planned_percent=10)
        indicator = make_indicator(measure, name=f"指标{number}")
        make_target(indicator)
        make_value(indicator, "60", JUNE)
        make_value(indicator, "55", SEPTEMBER)

    cost()
    nothing = cost()
    add(0)
    one = cost()
    for number in range(1, 30):
        add(number)
    assert one == cost()
    assert one == nothing


def spelled(sql):
    """Return a statement's SQL, also if it runs as a prepared statement."""
    with connection.cursor() as cursor:
        name = sql.removeprefix("EXECUTE ").partition("(")[0]
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [name])
        found = cursor.fetchone()
    return found[0] if found else sql


def test_both_sections_cost_two_queries(client, staff):
    measure = make_measure()
    make_milestone(measure)
    make_value(make_indicator(measure), "60", JUNE)
    refresh_all_lights(on=localdate())  # a light of another day needs the plan too
    client.get(f"/measures/{measure.pk}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/measures/{measure.pk}/")
    asked = [spelled(query["sql"]) for query in queries]
    ours = [sql for sql in asked if "measures_milestone" in sql or "indicator" in sql]
    assert len(ours) == 2  # the measure's own, with its milestones, and one for the indicators


def test_staff_set_move_and_record_a_milestone_without_scripts(frozen, client, staff):
    measure = make_dated_measure()
    base = f"/measures/{measure.pk}/milestones/"
    sent = {"title": "平台上线", "due_on": "2026-12-01", "planned_percent": "90", "source": "方案"}
    assert client.post(base, sent).status_code == 302
    row = Milestone.objects.get()
    moved = sent | {"due_on": "2026-12-15", "ground": "设备到货推迟。"}
    assert client.post(f"{base}{row.pk}/", moved).status_code == 302
    page = text(client, f"{base}{row.pk}/")
    assert "原定2026-12-01" in page
    assert "日期由<time>2026-12-01</time>改为<time>2026-12-15</time>" in page
    done = {"done_on": "2026-11-20", "proof": "验收报告"}
    assert client.post(f"{base}{row.pk}/done/", done).status_code == 302
    assert client.post(f"{base}{row.pk}/done/", done).status_code == 409  # repeated
    assert client.post(f"{base}{row.pk}/undo/", {"ground": "误登记。"}).status_code == 302
    assert client.post(f"{base}{row.pk}/remove/", {"ground": "重复。"}).status_code == 409  # moved


def test_a_refused_milestone_keeps_what_was_typed(client, staff):
    measure = make_measure()
    sent = {"title": "平台上线", "due_on": "2017-01-01", "source": "方案"}
    answer = client.post(f"/measures/{measure.pk}/milestones/", sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "节点日期须在开始日期2018-11-30到" in page
    assert 'value="平台上线"' in page


def test_a_day_that_has_passed_is_asked_about_once_and_its_milestone_can_be_removed(client, staff):
    measure, yesterday = make_measure(), localdate() - timedelta(days=1)
    sent = {"title": "办成一件事", "due_on": yesterday.isoformat(), "source": "会议纪要"}
    url = f"/measures/{measure.pk}/milestones/"
    page = client.post(url, sent).content.decode()
    assert "计划完成日期已过，设定后即显示为逾期。" in page
    assert "确认日期无误" in page
    assert client.post(url, sent | {"is_sure": "on"}).status_code == 302
    row = measure.milestones.get()
    client.force_login(make_user(Role.COORDINATOR))  # another person may not remove it
    assert "已到期的节点不能删除" in text(client, f"{url}{row.pk}/")
    client.force_login(staff)
    assert client.post(f"{url}{row.pk}/remove/", {"ground": "日期填错。"}).status_code == 302
    assert not measure.milestones.exists()


def test_a_cumulative_value_that_falls_is_asked_about_once(client, staff):
    indicator = make_indicator(is_cumulative=True, direction="up")
    make_value(indicator, "60", MARCH)
    sent = {"as_of": JUNE.isoformat(), "value": "54", "source": "月报", "ground": ""}
    url = f"/indicators/{indicator.pk}/value/"
    page = client.post(url, sent).content.decode()
    assert "按年累计的数值，不应低于截至2026-03-31的60" in page
    assert "确认数值无误" in page
    assert 'value="54"' in page
    assert client.post(url, sent | {"is_sure": "on"}).status_code == 302
    assert IndicatorValue.objects.current().get(as_of=JUNE).value == D(54)


def test_a_milestone_of_another_measure_is_not_found_there(client, staff):
    row = make_milestone()
    assert client.get(f"/measures/{make_measure().pk}/milestones/{row.pk}/").status_code == 404


def test_staff_set_up_an_indicator_and_enter_and_correct_a_value(client, staff):
    measure = make_measure()
    sent = {"name": "进口额", "unit": "亿元", "decimals": "1", "direction": "up"}
    assert client.post(f"/measures/{measure.pk}/indicators/", sent).status_code == 302
    base = f"/indicators/{Indicator.objects.get().pk}/"
    value = {"as_of": "2026-09-30", "value": "１,２３４.5", "source": "海关统计"}
    assert client.post(f"{base}value/", value).status_code == 302
    again = client.post(f"{base}value/", value | {"value": "1200"})
    assert again.status_code == 409
    assert "已有数值1234.5亿元，更正须写明理由" in again.content.decode()
    corrected = value | {"value": "1200", "ground": "口径有误。"}
    assert client.post(f"{base}value/", corrected).status_code == 302
    page = text(client, base)
    assert "<del>1234.5亿元</del>" in page
    assert "口径有误。" in page


UNFIT_VALUES = ["abc", "1.55", "NaN", "Infinity", "1e2", "1_000", "60,5", "1e400", "9" * 30, ""]


@pytest.mark.parametrize("value", UNFIT_VALUES)
def test_a_value_that_is_none_is_a_sentence_at_its_field(client, staff, value):
    indicator = make_indicator()
    sent = {"as_of": "2026-09-30", "value": value, "source": "报表"}
    answer = client.post(f"/indicators/{indicator.pk}/value/", sent)
    assert answer.status_code == 422
    assert not IndicatorValue.objects.exists()


def test_a_refusal_tells_the_auditor_no_figure(client, staff):
    indicator = make_indicator(
        baseline_value=D(72), baseline_on=date(2025, 12, 31), baseline_source="年报"
    )
    make_value(indicator, "60", JUNE)
    value = {"as_of": f"{JUNE}", "value": "61", "source": "报表"}
    target = {"due_on": "2027-12-31", "value": "73", "basis": "方案"}
    for path, sent, figure in (("value", value, "60.0小时"), ("target", target, "72.0小时")):
        assert figure in client.post(f"/indicators/{indicator.pk}/{path}/", sent).content.decode()
        refused = Event.objects.filter(outcome="refused").latest("id")
        assert refused.after["path"] == f"/indicators/{indicator.pk}/{path}/"
        assert figure not in refused.sentence


def test_withdrawing_a_value_asks_for_the_reason(client, staff):
    value = make_value(make_indicator(), "60", JUNE)
    url = f"/values/{value.pk}/withdraw/"
    assert client.post(url, {"ground": ""}).status_code == 422
    assert client.post(url, {"ground": "日期有误。"}).status_code == 302
    assert client.get(url).status_code == 404  # it is no longer effective


def test_a_yes_or_no_has_no_baseline(client, staff):
    indicator = make_indicator(direction="reach", unit="", decimals=0)
    make_value(indicator, "1", JUNE)
    assert "已达目标" in text(client, f"/indicators/{indicator.pk}/")
    sent = {"on": "2025-12-31", "value": "1", "source": "年报"}
    assert client.post(f"/indicators/{indicator.pk}/baseline/", sent).status_code == 404


@pytest.mark.parametrize("path", ["milestones/", "milestones/{}/"])
def test_on_paper_stands_what_is_there_and_no_form(client, staff, path):
    milestone = make_milestone(make_measure())
    page = parse(text(client, f"/measures/{milestone.measure_id}/{path.format(milestone.pk)}"))
    forms = page.xpath("//main//form[@method='post']")
    assert forms
    for form in forms:
        assert form.xpath("ancestor::*[contains(@class, 'no-print')]")
    assert page.xpath(f"//main//*[contains(text(), '{milestone.title}')]")
