"""已审核: who reviewed, when, and how long it took."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.submission import approve_note
from measures.models import Review
from measures.reviews import views
from measures.reviews.decided import in_words
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_user,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/reviews/decided/"


@pytest.fixture
def coordinator(client):
    return sign_in(client, Role.COORDINATOR, name="甲审")


def decided(by, *, measure=None, period=None, decision="accept", comment="", **fields):
    """Create a version submitted yesterday and decided now."""
    filing = make_filing(
        measure=measure or make_measure(), period=period, state=FilingState.SUBMITTED
    )
    values = {"begun_at": NOW - timedelta(minutes=95), "decided_at": NOW} | fields
    Review.objects.create(
        note=filing.notes.get(), begun_by=by, decided_by=by, decision=decision, comment=comment,
        **values,
    )  # fmt: skip
    return filing


def rows(client, query=""):
    """Return the table: a list of cells for each row."""
    page = client.get(URL + query).content.decode()
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"(?s)<t[dh][^>]*>(.*?)</t[dh]>", row) for row in body.split("</tr>")[:-1]]
    plain = [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]
    return [["".join(map(str.strip, cell.splitlines())) for cell in row] for row in plain]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "不足1分钟"),
        (timedelta(minutes=1), "1分钟"),
        (timedelta(minutes=59, seconds=59), "59分钟"),
        (timedelta(hours=1), "1小时"),
        (timedelta(hours=2, minutes=10), "2小时10分"),
        (timedelta(days=1), "1天"),
        (timedelta(days=3, hours=4, minutes=50), "3天4小时"),
    ],
)
def test_how_long_in_words(span, words):
    assert in_words(span) == words


def test_who_when_and_how_long(client, coordinator):
    filing = decided(coordinator)
    (row,) = rows(client)
    assert filing.measure.shown_title in row[0]
    assert row[1:] == [
        filing.agency_name, "第1版", "通过", "2026-11-22 10:00", "2026-11-23 10:00甲审",
        "1个工作日", "1小时35分",
    ]  # fmt: skip


def test_what_is_under_way_and_what_an_agency_decided_itself_is_not_listed(client, coordinator):
    waiting = make_filing(state=FilingState.SUBMITTED)
    Review.objects.create(note=waiting.notes.get(), begun_by=coordinator, begun_at=NOW)
    inner = make_filing(measure=make_measure(), state=FilingState.IN_AGENCY)
    Review.objects.create(
        note=inner.notes.get(), begun_by=coordinator, begun_at=NOW, decided_by=coordinator,
        decided_at=NOW, decision="return", comment="请补充。",
    )  # fmt: skip
    assert "本期还没有审定的填报" in client.get(URL).content.decode()


def test_a_head_sees_what_was_decided_about_their_own_agency(client, coordinator):
    agency = make_agency()
    own = decided(coordinator, measure=make_measure(lead=agency))
    decided(coordinator)
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    assert [row[1] for row in rows(client)] == [own.agency_name]


def test_the_period_and_the_reviewer_can_be_chosen(client, coordinator):
    other = make_user(Role.COORDINATOR, name="乙审")
    before = make_period(Quarter(2026, 2), state="closed")
    current = make_period()
    decided(coordinator, period=current)
    decided(other, period=current, decision="return", comment="请补充。")
    decided(other, period=before)
    page = client.get(URL).content.decode()
    assert len(rows(client)) == 2  # the current one
    assert "全部（2）" in page
    assert "乙审（1）" in page
    assert "通过1项、退回1项" in page
    assert [row[5][-2:] for row in rows(client, f"?reviewer={other.pk}")] == ["乙审"]
    assert [row[5][-2:] for row in rows(client, f"?period={before.pk}")] == ["乙审"]
    nobody = client.get(f"{URL}?reviewer={coordinator.pk}&period={before.pk}").content.decode()
    assert "这位审核人在本期没有审定的填报" in nobody


@pytest.mark.parametrize("query", ["?period=x&reviewer=y", "?period=999999", "?page=0"])
def test_words_it_does_not_know_are_passed_over(client, coordinator, query):
    decided(coordinator)
    assert len(rows(client, query)) == 1


def test_before_any_period_it_says_so(client, coordinator):
    assert "还没有填报期" in client.get(URL).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_for_any_number(
    client, coordinator, count, django_assert_max_num_queries
):
    for _ in range(count):
        decided(coordinator)
    client.get(URL)
    with django_assert_max_num_queries(8):
        assert client.get(URL).status_code == 200


def test_a_head_finds_the_own_consents_among_them(client):
    agency = make_agency(needs_inner_approval=True)
    head = make_user(Role.AGENCY_HEAD, agency, name="分管")
    filing = make_filing(measure=make_measure(lead=agency), state=FilingState.IN_AGENCY)
    approve_note(filing, by=head, at=NOW)
    client.force_login(head)
    (row,) = rows(client)
    assert row[3] == "同意报送"
    assert row[5].endswith("分管")
    assert "同意报送1项" in client.get(URL).content.decode()


def test_pages_of_many_decisions_are_counted_over_all(client, coordinator, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    times = [NOW - timedelta(hours=n) for n in (3, 0, 4, 1, 2)]
    period = make_period()
    for at in times:
        decided(coordinator, period=period, decided_at=at)
    pages = [rows(client, f"?page={number}") for number in (1, 2, 3)]
    told = [row[5].removesuffix("甲审") for page in pages for row in page]
    assert told == [f"{localtime(at):%Y-%m-%d %H:%M}" for at in sorted(times, reverse=True)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert "已审核5项" in client.get(URL).content.decode()
