"""填报期: the list, creating one of each kind, and the page of one."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.permissions import Role
from measures.models import Period
from measures.notice.load import load_workdays
from measures.rules.periods import Month, Quarter
from measures.tests.factories import (
    TODAY,
    make_filing,
    make_measure,
    make_notice,
    make_period,
    make_user,
    sign_in,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL, NEW = "/periods/", "/periods/new/"


@pytest.fixture(autouse=True)
def coordinator(client):
    make_notice()
    return sign_in(client, Role.COORDINATOR)


def text(response):
    return response.content.decode()


def cost(client, url):
    """Return the number of queries of a page at its second request."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def sent_by(form):
    """Return the data a browser would send for a form."""
    sent = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def make_month(number, **fields):
    month = Month(2026, number)
    days = {"opens_on": month.ends_on, "due_on": month.ends_on + timedelta(days=7)}
    return make_period(month, kind="monthly", **days | fields)


# The list ----------------------------------------------------------------------------------------


def test_without_periods_the_page_says_what_to_do(client):
    assert "还没有填报期" in text(client.get(URL))


def test_the_list_is_narrowed_by_kind_and_year(client):
    make_period()
    make_month(5)
    page = text(client.get(URL, {"kind": "monthly", "year": 2026}))
    assert "2026年1—5月" in page
    assert "2026年前三季度" not in page
    assert "没有符合条件的填报期" in text(client.get(URL, {"year": 2025}))


@pytest.mark.parametrize("query", ["kind=weekly", "year=x", "page=x", "year=99999"])
def test_a_strange_filter_is_passed_over(client, query):
    make_period()
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert "2026年前三季度" in text(response)


def test_long_lists_come_in_pages_that_keep_the_filter(client):
    for year in (2024, 2025):
        for number in range(1, 13):
            month = Month(year, number)
            make_period(month, kind="monthly", opens_on=month.ends_on, due_on=month.ends_on)
    page = text(client.get(URL, {"kind": "monthly"}))
    assert "共24期，第1/2页" in page
    assert "kind=monthly&amp;page=2" in page


def test_twelve_periods_cost_as_many_queries_as_one(client):
    make_month(1)
    one = cost(client, URL)
    for number in range(2, 13):
        make_month(number)
    assert cost(client, URL) == one


def test_a_due_date_in_a_year_that_is_not_published_is_marked(client):
    load_workdays()
    make_period()
    assert "放假安排未公布" not in text(client.get(URL))
    late = make_period(Quarter(2026, 4), due_on=date(2027, 1, 8))
    assert "2027年尚未公布放假安排，按周一至周五计算" in text(client.get(URL))
    assert "2027年尚未公布放假安排，按周一至周五计算" in text(client.get(f"{URL}{late.pk}/"))


# A new one ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "on", "year", "option"),
    [
        (
            "quarterly",
            date(2026, 10, 9),
            2026,
            '"3" selected>三季度（累计：前三季度）',
        ),
        ("quarterly", TODAY, 2026, '"4" selected>四季度（累计：年度）'),
        ("monthly", TODAY, 2026, '"11" selected>11月（累计：1—11月）'),
        ("yearly", date(2026, 1, 8), 2025, '"1" selected>年度'),
        ("yearly", TODAY, 2026, '"1" selected>年度'),
    ],
)
def test_the_form_offers_the_slice_that_ended_last_while_it_is_not_past_due(
    client, kind, on, year, option
):
    load_workdays()
    with time_machine.travel(datetime(on.year, on.month, on.day, 4, tzinfo=UTC), tick=False):
        client.force_login(make_user(Role.COORDINATOR))
        page = text(client.get(NEW, {"kind": kind}))
    assert f'value="{year}"' in page
    assert f"<option value={option}</option>" in page


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "yearly", "year": 2025, "number": 1},
        {"kind": "quarterly", "year": 2026, "number": 3, "due_on": "2026-11-20"},
    ],
)
def test_what_is_past_due_is_made_only_when_that_is_meant(client, said):
    response = client.post(f"{NEW}?kind={said['kind']}", said)
    assert response.status_code == 422
    assert "已过，开始后即为逾期" in text(response)
    assert "截止日已过，仍然新建" in text(response)
    assert not Period.objects.exists()
    client.post(f"{NEW}?kind={said['kind']}", said | {"past_is_meant": "on"})
    assert Period.objects.count() == 1


MADE = [
    # kind, number, label
    ("monthly", 5, "2026年1—5月"),
    ("quarterly", 4, "2026年度"),
    ("half", 1, "2026年上半年"),
    ("yearly", 1, "2026年度"),
]


@pytest.mark.parametrize(("kind", "number", "label"), MADE)
def test_a_period_of_each_kind_is_made(client, kind, number, label):
    said = {"year": 2026, "number": number, "past_is_meant": "on"}
    client.post(f"{NEW}?kind={kind}", said)
    period = Period.objects.get()
    assert (period.kind, period.label, period.state) == (kind, label, "draft")


def test_the_due_date_is_by_rule(client):
    client.post(NEW, {"year": 2026, "number": 4})
    assert Period.objects.get().due_on == date(2027, 1, 7)  # not published: Monday to Friday


def test_a_special_one_is_made_with_its_measures(client):
    measure, _ = make_measure(), make_measure()
    page = parse(text(client.get(f"{NEW}?kind=special")))
    (form,) = page.xpath("//main//form[@method='post']")
    fields = form.fields  # the page's own: what it does not have cannot be filled in
    fields["label"], fields["reason"] = "进博会成果落实", "市政府专题会议部署。"
    fields["covers_from"], fields["covers_to"] = "2026-11-01", "2026-11-30"
    fields["opens_by_itself"] = True
    form.inputs["measures"].value = {str(measure.pk)}
    response = client.post(f"{NEW}?kind=special", sent_by(form), follow=True)
    period = Period.objects.get()
    assert (period.label, period.opens_by_itself) == ("进博会成果落实", True)
    assert list(period.measures.all()) == [measure]
    assert str(measure) in text(response)


def test_the_same_quarter_again_is_refused_with_a_sentence(client):
    make_period()
    response = client.post(NEW, {"year": 2026, "number": 3})
    assert response.status_code == 422
    assert "这一时段已有同类填报期。" in text(response)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"number": 3, "due_on": "2026-09-30"}, "报送截止须晚于2026-09-30时段终了"),
        ({"number": 3, "year": 1999}, "2018"),
        ({"number": 3, "year": "x"}, "请填写整数。"),
        ({"number": 9}, "请重新选择。"),
        ({"number": 3, "due_on": "soon"}, "的格式填写日期"),
        (
            {"number": 3, "due_on": "2026-10-12", "opens_on": "2026-10-13"},
            "计划开始填报不得晚于报送截止",
        ),
        ({"number": 3, "opens_on": "2026-12-13", "past_is_meant": "on"}, "日期次序有误"),
    ],
)
def test_unfit_input_is_refused(client, data, sentence):
    response = client.post(NEW, {"year": 2026} | data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert not Period.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "请至少选择一项措施"),
        ({"covers_from": "2026-12-01"}, "涵盖止不得早于涵盖起"),
        ({"label": " "}, "名称"),
        ({"reason": " "}, "专项事由"),
        ({"measures": [999999]}, "999999"),
    ],
)
def test_an_unfit_special_one_is_refused_and_keeps_what_was_typed(client, data, sentence):
    said = {"label": "专项甲", "covers_from": "2026-11-01", "covers_to": "2026-11-30"}
    said["reason"] = "市政府部署。"
    response = client.post(f"{NEW}?kind=special", said | data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="2026-11-30"' in text(response)


def test_an_unknown_kind_is_404(client):
    assert client.get(NEW, {"kind": "weekly"}).status_code == 404


# One ---------------------------------------------------------------------------------------------


def test_a_plan_that_was_missed_says_so(client):
    days = {"opens_on": TODAY - timedelta(days=9), "due_on": TODAY - timedelta(days=1)}
    period = make_period(state="draft", opens_by_itself=True, **days)
    assert "已过报送截止，不再自动开始" in text(client.get(f"{URL}{period.pk}/"))


def test_fifteen_unfiled_cost_as_many_queries_as_one(client):
    period = make_period()
    make_filing(period=period)
    one = cost(client, f"{URL}{period.pk}/")
    for _ in range(14):
        make_filing(period=period)
    assert cost(client, f"{URL}{period.pk}/") == one


@pytest.mark.parametrize("verb", ["", "open/", "close/", "extend/", "reopen/", "delete/"])
def test_a_wrong_number_is_404(client, verb):
    ask = client.post if verb else client.get
    assert ask(f"{URL}999999/{verb}").status_code == 404


def test_a_wrong_filing_is_404(client):
    assert client.get("/filings/999999/extend/").status_code == 404


def test_the_slice_that_is_there_already_is_not_proposed_again(client):
    def proposed():
        page = parse(text(client.get(NEW)))
        (year,) = page.xpath("//input[@name='year']/@value")
        (number,) = page.xpath("//select[@name='number']/option[@selected]/@value")
        return int(year), int(number)

    year, number = proposed()
    make_period(Quarter(year, number), due_on=date(2027, 1, 8))
    assert proposed() == (year + number // 4, number % 4 + 1)
