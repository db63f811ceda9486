"""欠报: debts of closed periods are listed first on 本期应报, and can be filed late."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState, Light
from measures.filings.tests.cards import typed
from measures.lights.refresh import refresh_light
from measures.models import Filing, Measure
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_user,
    sign_in,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/filings/"
DUE = TODAY - timedelta(days=130)


@pytest.fixture
def agency():
    return make_agency(name="市科技局")


@pytest.fixture
def liaison(client, agency):
    return sign_in(client, Role.LIAISON, agency)


@pytest.fixture
def closed():
    return make_period(
        Quarter(2026, 2), state="closed", due_on=DUE, closed_at=NOW - timedelta(days=115)
    )


@pytest.fixture
def debt(agency, closed):
    """Create the agency's debt of a closed period and a filing of the open one."""
    measure = make_measure(lead=agency, title="推进技术进口")
    owed = make_filing(measure=measure, period=closed)
    make_filing(measure=measure, period=make_period())
    refresh_light(measure.pk, on=TODAY)
    return owed


def test_each_card_names_its_period(client, liaison, debt):
    tags = "//article[@id='filing-{}']//span[@class='tag']"
    found = page_of(client, period=debt.period_id).xpath(tags.format(debt.pk))
    assert found[1].text_content() == "2026年上半年 · 补报"
    owed = Filing.objects.exclude(pk=debt.pk).get()
    found = page_of(client).xpath(tags.format(owed.pk))
    assert found[1].text_content() == "2026年前三季度"


def page_of(client, **query):
    return parse(client.get(URL, query).content.decode())


def badge(page):
    """Return the count at 本期应报 in the menu, as a screen reader reads it."""
    entries = page.xpath("//nav[@aria-label='主导航']//a")
    link = next(entry for entry in entries if "本期应报" in "".join(entry.itertext()))
    return "".join(link.xpath(".//span[@class='count is-red']//text()"))


def test_a_debt_stands_first_with_since_when_and_a_way_to_file_it(client, liaison, debt):
    page = page_of(client)
    (row,) = page.xpath("//section[@id='debts']//tbody/tr")
    words = " ".join("".join(row.itertext()).split())
    assert "推进技术进口" in words
    assert "2026年上半年" in words
    assert f"{DUE + timedelta(days=1)}，已130个自然日" in words
    (link,) = row.xpath(".//a[contains(@class, 'btn')]/@href")
    assert link == f"{URL}?period={debt.period_id}#filing-{debt.pk}"
    places = page.xpath("//section[@id='debts'] | //article")
    assert places[0].get("id") == "debts"
    assert "往期欠报1项" in "".join(page.xpath("//p[@class='page-sub']")[0].itertext())
    assert badge(page) == "2项待办"  # and that of the open period
    assert page_of(client, period=debt.period_id).xpath(f"//article[@id='filing-{debt.pk}']//form")


def test_the_debts_are_those_of_every_closed_period_whichever_is_shown(client, liaison, debt):
    for shown in ({}, {"period": debt.period_id}):
        page = page_of(client, **shown)
        assert "往期欠报1项" in "".join(page.xpath("//p[@class='page-sub']")[0].itertext())
        assert len(page.xpath("//section[@id='debts']//tbody/tr")) == 1


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({"state": FilingState.WAIVED, "waived_reason": "不涉及。", "waived_at": NOW}, "1项待办"),
        # A returned note has to be corrected.
        ({"first_submitted_at": NOW, "state": FilingState.RETURNED, "mend_by": TODAY}, "2项待办"),
    ],
)
def test_what_is_no_debt_is_not_among_them(client, liaison, debt, change, counted):
    Filing.objects.filter(pk=debt.pk).update(**change)
    page = page_of(client)
    assert not page.xpath("//section[@id='debts']")
    assert badge(page) == counted


def test_what_is_late_in_the_open_period_is_no_earlier_debt(client, liaison, agency):
    period = make_period(due_on=TODAY - timedelta(days=3))
    make_filing(measure=make_measure(lead=agency), period=period)
    page = page_of(client)
    assert not page.xpath("//section[@id='debts']")
    assert "已逾期1项" in "".join(page.xpath("//div[@class='owe']")[0].itertext())


def test_debts_of_other_agencies_are_not_told(client, liaison, closed):
    make_filing(measure=make_measure(), period=closed)
    assert not page_of(client).xpath("//section[@id='debts']")


def test_a_head_sees_them_and_is_offered_no_form(client, agency, debt):
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    page = page_of(client)
    (link,) = page.xpath("//section[@id='debts']//a[contains(@class, 'btn')]")
    assert "".join(link.itertext()).startswith("查看")


def test_it_is_filed_after_closing_through_the_page(client, liaison, debt):
    measure = Measure.objects.get(pk=debt.measure_id)
    assert measure.light == Light.RED
    address = reverse("measures:filing_submit", args=[debt.pk])
    answer = client.post(address, typed(debt), follow=True)
    assert "已补报市商务委" in answer.content.decode()
    debt.refresh_from_db()
    assert (debt.state, debt.is_backfilled) == (FilingState.SUBMITTED, True)
    assert Event.objects.get(action="filing.submit").sentence.startswith("补报")
    measure.refresh_from_db()
    assert measure.light == Light.WAITING
    page = page_of(client, period=debt.period_id)
    assert not page.xpath("//section[@id='debts']")
    (card,) = page.xpath(f"//article[@id='filing-{debt.pk}']")
    assert "补报" in card.xpath(".//span[@class='tag']/text()")


def test_what_was_filed_while_the_period_was_open_is_no_补报(client, liaison, debt):
    Filing.objects.filter(pk=debt.pk).update(
        first_submitted_at=NOW - timedelta(days=131), state=FilingState.RETURNED, mend_by=TODAY
    )
    page = page_of(client, period=debt.period_id)
    assert "补报" not in page.xpath("//article//span[@class='tag']/text()")


def test_the_queue_and_the_filing_s_page_mark_what_came_after_closing(client, agency, debt):
    measure = make_measure(lead=agency)
    late = make_filing(measure=measure, period=debt.period, state=FilingState.SUBMITTED)
    client.force_login(make_user(Role.COORDINATOR))
    queue = parse(client.get("/reviews/").content.decode())
    assert queue.xpath("//a[contains(@class, 'queue-item')]//span[@class='tag']/text()") == ["补报"]
    page = client.get(reverse("measures:filing", args=[late.pk])).content.decode()
    assert "补报：填报期已于" in page
    assert "补报</span>" in page


@pytest.mark.parametrize("several", [0, 12])
def test_more_debts_cost_no_more(client, liaison, agency, debt, several, django_assert_num_queries):
    for _ in range(several):
        make_filing(measure=make_measure(lead=agency), period=debt.period)
    page_of(client)
    with django_assert_num_queries(10):
        page_of(client)
