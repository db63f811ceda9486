"""减负账 of a year: each number equals its list, parts add up, and who may read which."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.audit import trail
from agencies.permissions import Role
from measures.chasing.tests.factories import make_urge
from measures.choices import FilingState
from measures.models import Filing, Review
from measures.tests.counted import make_figure, make_indicator
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_another_notice,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from reports.burden.data import account_of, asked_for, years_asked
from reports.burden.tests.factories import letter_to
from reports.choices import Asking, IssueState
from reports.datasets.burden import burden_of
from reports.tests.reading import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
YEAR = TODAY.year


@pytest.fixture
def period(db):
    return make_period(opened_at=NOW - timedelta(days=20))


@pytest.fixture
def customs(period):
    return make_agency(name="重庆海关")


def returned(agency, times=1):
    """Create a filing that the commission returned so many times."""
    filing = make_filing(measure=make_measure(lead=agency))
    for _ in range(times):
        note = make_note(filing, submitted=True)
        said = {"decision": "return", "comment": "请补充数据。"}
        who = make_user(Role.COORDINATOR)
        Review.objects.create(
            note=note, begun_by=who, begun_at=NOW, decided_by=who, decided_at=NOW, **said
        )
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.RETURNED, first_submitted_at=NOW)
    return filing


def only_row(agencies=None):
    (row,) = account_of(YEAR, agencies).rows
    return row


def test_an_agency_s_year_counts_all_requests_to_it(period, customs):
    filing = returned(customs, times=2)
    make_filing(measure=make_measure(lead=customs), state=FilingState.WAIVED)
    letter_to(customs, period)
    make_urge(filing, sent_at=NOW)
    make_urge(filing, rung="due", passed_at=NOW)  # nobody was notified
    draft = make_note(filing)
    make_figure(draft, make_indicator(filing.measure, reporter=customs, asked_since=TODAY), "5")
    for minute in (0, 6, 12):
        at = NOW + timedelta(minutes=minute)
        trail.record("filing.save", filing, by=None, at=at, sentence="保存。")
    row = only_row()
    assert row.agency == customs
    assert dict(row.cells) == {
        Asking.FILINGS: 2,
        Asking.FIGURES: 1,
        Asking.RETURNS: 2,
        Asking.LETTERS: 1,
        Asking.CHASES: 1,
    }
    assert row.words == "12分钟"


def test_a_figure_counts_once_per_filing_for_any_number_of_versions(period, customs):
    filing = make_filing(measure=make_measure(lead=customs))
    indicator = make_indicator(filing.measure)
    for _ in range(2):
        make_figure(make_note(filing), indicator, "5")
    assert only_row().counts[Asking.FIGURES] == 1


@pytest.mark.parametrize(
    ("state", "number"),
    [(IssueState.ISSUED, 1), (IssueState.WITHDRAWN, 1), (IssueState.DRAFT, 0)],
)
def test_a_letter_counts_once_it_has_a_number(period, customs, state, number):
    make_filing(measure=make_measure(lead=customs))
    gone = {"withdrawn_at": NOW, "withdrawn_by": make_user(), "withdrawn_reason": "发错。"}
    bare = dict.fromkeys(("year", "serial", "issued_on", "issued_at", "issued_by"))
    fields = {IssueState.WITHDRAWN: gone, IssueState.DRAFT: bare | {"number": "", "word": ""}}
    letter_to(customs, period, state=state, **{"number": "函1号"} | fields.get(state, {}))
    assert only_row().counts[Asking.LETTERS] == number


def test_requests_of_another_year_are_not_counted(period, customs):
    make_filing(measure=make_measure(lead=customs))
    assert account_of(YEAR - 1, None).rows == []
    assert years_asked(on=date(YEAR + 1, 1, 1)) == [YEAR + 1, YEAR]


def test_agencies_are_in_protocol_order_not_by_numbers(period):
    first, second = make_agency(), make_agency()
    for agency in (second, second, first):
        make_filing(measure=make_measure(lead=agency))
    rows = account_of(YEAR, None).rows
    assert [row.agency for row in rows] == sorted((first, second), key=lambda one: one.order)


@pytest.fixture
def year_of_two(period, customs):
    other = make_agency(name="市科技局")
    returned(customs)
    returned(other, times=2)
    letter_to(other, period)
    return customs, other


@pytest.fixture
def coordinator(client, year_of_two):
    client.force_login(make_user(Role.COORDINATOR))
    return client


def test_each_number_opens_a_list_of_that_length(coordinator):
    page = read(coordinator.get("/burden/"))
    links = page.xpath("//table//a[contains(@href, '/burden/lists/')]")
    assert len(links) == 2 * 2 + 1 + 3  # filings and returns of two, a letter, and the totals
    for link in links:
        (count,) = re.findall(r"\d+", words(link))
        found = read(coordinator.get(link.get("href")))
        assert len(found.xpath("//tbody/tr")) == int(count), link.get("href")


def test_the_parts_add_up_to_the_total(year_of_two):
    account = account_of(YEAR, None)
    for asking in Asking:
        whole = asked_for(asking, YEAR, None).count()
        assert sum(row.counts[asking] for row in account.rows) == whole
        assert account.total.counts[asking] == whole


def test_an_agency_reads_its_own_account_only(client, year_of_two):
    customs, other = year_of_two
    client.force_login(make_user(Role.LIAISON, customs))
    page = client.get("/burden/").content.decode()
    assert "重庆海关" in page
    assert "市科技局" not in page
    assert "红线" not in page
    assert client.get(f"/burden/lists/returns/?agency={other.pk}").status_code == 404
    listed = read(client.get("/burden/lists/returns/"))
    assert len(listed.xpath("//tbody/tr")) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/burden/?year=1999",
        "/burden/?year=x",
        "/burden/lists/logins/",
        "/burden/lists/returns/?agency=0",
        "/burden/lists/returns/?agency=x",
    ],
)
def test_an_unknown_year_or_agency_is_404(coordinator, address):
    assert coordinator.get(address).status_code == 404


def test_an_empty_year_says_so(client):
    client.force_login(make_user(Role.COORDINATOR))
    assert "这一年还没有要过什么" in client.get("/burden/").content.decode()
    assert "一件也没有" in client.get("/burden/lists/letters/").content.decode()


@pytest.mark.parametrize(
    "address", ["/burden/", "/burden/lists/returns/", "/burden/lists/filings/"]
)
def test_the_account_takes_equal_queries_for_more_rows(coordinator, address):
    coordinator.get(f"/burden/{address}")
    with CaptureQueriesContext(connection) as few:
        coordinator.get(f"/burden/{address}")
    for _ in range(3):
        returned(make_agency())
    with CaptureQueriesContext(connection) as many:
        coordinator.get(f"/burden/{address}")
    assert len(many) == len(few)


@pytest.fixture
def draft(year_of_two):
    return make_period(
        label="2026年度",
        covers_from=date(2026, 10, 1),
        covers_to=date(2026, 12, 31),
        cumulative_from=date(2026, 1, 1),
        opens_on=date(2026, 12, 31),
        due_on=date(2027, 1, 8),
        state="draft",
    )


def test_the_page_before_opening_names_the_first_three_and_what_was_asked(coordinator, draft):
    agencies = [make_agency() for _ in range(3)]
    for agency in agencies:
        make_measure(lead=agency)
    url = f"/burden/periods/{draft.pk}/"
    assert "要报最多的" not in words(read(coordinator.get(url)))  # each has one
    for agency in agencies:
        make_measure(lead=agency)
    page = read(coordinator.get(url))
    said = words(page)
    assert "将产生8项、5家" in said
    assert "要报最多的3家" in said
    assert "其余2家" in said
    assert "合计5家" in said
    links = page.xpath("//aside//dd/a")
    assert [words(link) for link in links] == ["2项", "0个", "3次", "1件", "0次"]
    for link in links:
        (count,) = re.findall(r"\d+", words(link))
        found = read(coordinator.get(link.get("href")))
        assert len(found.xpath("//tbody/tr")) == int(count)


def test_an_opened_period_redirects_to_its_own_page(coordinator, period):
    answer = coordinator.get(f"/burden/periods/{period.pk}/")
    assert answer.url == f"/periods/{period.pk}/"


COMMISSION, AGENCIES = (Role.COORDINATOR, Role.CHIEF), (Role.LIAISON, Role.AGENCY_HEAD)


@pytest.mark.parametrize(
    ("address", "readers"),
    [
        ("/burden/", COMMISSION + AGENCIES),
        ("/burden/lists/filings/", COMMISSION + AGENCIES),
        ("/burden/red-lines/", COMMISSION),
        ("/burden/periods/{}/", (Role.COORDINATOR,)),
    ],
)
def test_each_page_opens_only_for_people_of_that_account(client, draft, address, readers):
    found = set()
    for role in Role:
        client.force_login(make_user(role))
        answer = client.get(address.format(draft.pk))
        assert answer.status_code in (200, 403)
        if answer.status_code == 200:
            found.add(role)
    assert found == set(readers)


def test_the_last_report_of_a_year_contains_the_account_of_its_notice(year_of_two, draft, period):
    elsewhere = make_period(opened_at=NOW, notice=make_another_notice("渝府办发〔2026〕9号"))
    make_filing(measure=make_measure(lead=year_of_two[0]), period=elsewhere)
    assert account_of(YEAR, None).total.counts[Asking.FILINGS] == 3
    burden = burden_of(draft)
    assert burden["year"] == YEAR
    assert [row["agency"] for row in burden["rows"]] == ["重庆海关", "市科技局", "合计"]
    assert burden["rows"][-1]["counts"] == ["2项", "—", "3次", "1件", "—"]
    assert burden_of(period) is None
