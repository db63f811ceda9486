"""Work left open when a period closed: every page that counts it shows the same number."""

from datetime import timedelta

import pytest

from measures.choices import FilingState, OpenWork
from measures.models import Filing
from measures.periods.actions import close_period
from measures.periods.leaving import leaving_of
from measures.reviews import todo as reviews
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_note, make_period, make_user
from measures.tests.request_factories import make_objection
from reports.filing_status import todo as filing_status
from reports.tests.reading import read, words

pytestmark = pytest.mark.usefixtures("frozen")
NEXT_DUE = TODAY + timedelta(days=45)
EXPECTED = {
    "待审核": 3,
    "更正待审核": 1,
    "异议待答复": 1,
    "退回": 1,
    "未到截止日": 1,
    "期满未报": 4,
}


@pytest.fixture
def closed(world, coordinator):
    """Create the third quarter, closed with open work of every kind, and an open next one."""
    _, period = world
    make_period(Quarter(2026, 4), due_on=NEXT_DUE)
    put_off, begun = Filing.objects.filter(period=period).missing().order_by("pk")[:2]
    Filing.objects.filter(pk=put_off.pk).update(due_on=TODAY + timedelta(days=5))
    make_note(begun, author=make_user())
    Filing.objects.filter(pk=begun.pk).update(state=FilingState.DRAFT)
    settled, contested = Filing.objects.filter(period=period, state=FilingState.ACCEPTED)[:2]
    Filing.objects.filter(pk=settled.pk).update(state=FilingState.SUBMITTED)
    contest(contested)
    for filing in Filing.objects.filter(period=period).awaiting_review():
        make_note(filing, author=make_user(), submitted=True)
    close_period(period, by=coordinator, at=NOW)
    return period


def contest(filing):
    """Make its accepted version a returned one to which its agency objects."""
    Filing.objects.filter(pk=filing.pk).update(
        state=FilingState.RETURNED, accepted_note=None, mend_by=TODAY
    )
    make_objection(filing)


def left_links(page):
    return {
        a.text_content().strip("0123456789项 "): a.get("href")
        for a in page.xpath("//a[contains(@href, 'left=')]")
    }


def test_overview_and_wall_still_show_it_beside_the_next_period(closed, signed_in):
    overview = read(signed_in.get("/overview/"))
    assert "2026年度（填报中" in words(overview.xpath("//p[@class='page-sub']")[0])
    for page in (overview, read(signed_in.get("/overview/screen/"))):
        (note,) = page.xpath("//p[contains(., '往期未办结：')]")
        assert words(note) == (
            "往期未办结：2026年前三季度待审核3，更正待审核1，异议待答复1，退回1，未到截止日1，期满未报4"
        )


def test_each_number_on_the_overview_is_the_length_of_its_list(closed, signed_in):
    links = left_links(read(signed_in.get("/overview/")))
    assert set(links) == set(EXPECTED)
    for label, count in EXPECTED.items():
        listed = read(signed_in.get(links[label])).xpath("//table[caption]/tbody/tr")
        assert len(listed) == count, label


def test_a_closed_period_s_own_overview_shows_what_is_not_due_yet(closed, signed_in):
    page = read(signed_in.get("/overview/", {"period": closed.pk}))
    assert "未报5（其中未到截止日1）" in words(page)


def test_the_periods_page_and_list_have_equal_numbers(closed, client, coordinator):
    client.force_login(coordinator)
    for url in ("/periods/", f"/periods/{closed.pk}/"):
        links = read(client.get(url)).xpath("//a[contains(@href, 'left=')]")
        found = {a.text_content().strip("0123456789项 "): a for a in links}
        assert set(found) == set(EXPECTED)
        for label, link in found.items():
            assert link.text_content() == f"{label}{EXPECTED[label]}项"
            listed = read(client.get(link.get("href"))).xpath("//table[caption]/tbody/tr")
            assert len(listed) == EXPECTED[label]


def test_the_queue_of_reviews_contains_what_waits(closed, client, coordinator):
    client.force_login(coordinator)
    page = read(client.get("/reviews/", {"period": closed.pk}))
    waiting = EXPECTED["待审核"] + EXPECTED["更正待审核"]
    assert len(page.xpath("//ol[@class='queue']/li")) == waiting


def test_the_one_query_and_the_debts_are_what_the_pages_count(closed):
    left = Filing.objects.left_open(on=TODAY).filter(period=closed)
    counts = {work.label: left.filter(open_work=work).count() for work in OpenWork}
    assert {label: counts[label] for label in list(EXPECTED)[:5]} == dict(
        list(EXPECTED.items())[:5]
    )
    assert Filing.objects.earlier_debts(on=TODAY).count() == EXPECTED["期满未报"]
    assert counts["已起草未报送"] == 1


def test_the_to_do_list_contains_the_same(closed, coordinator):
    rows = {
        one.name: one.rows(coordinator, TODAY).filter(period=closed).count()
        for one in (reviews.REVIEW, *filing_status.TO_DOS)
    }
    assert rows["reviews"] == EXPECTED["待审核"] + EXPECTED["更正待审核"]
    assert rows["filings_returned"] == EXPECTED["退回"]
    contested = reviews.OBJECTIONS.rows(coordinator, TODAY).filter(filing__period=closed)
    assert contested.count() == EXPECTED["异议待答复"]
    assert rows["filings_week"] == EXPECTED["未到截止日"]
    assert rows["filings_late_closed"] == EXPECTED["期满未报"]


def test_an_open_period_separates_what_waits_for_an_answer(world, signed_in, coordinator):
    _, period = world
    contest(Filing.objects.filter(period=period, state=FilingState.ACCEPTED).first())
    pages = ("/overview/", "/overview/screen/")
    for page in (read(signed_in.get(url)) for url in pages):
        (note,) = page.xpath("//section[@aria-labelledby='note-filings']/p[1]")
        assert "退回2，" in words(note)
        assert "；退回中异议待答复1" in words(note)
    link = left_links(read(signed_in.get("/overview/")))["异议待答复"]
    assert len(read(signed_in.get(link)).xpath("//table[caption]/tbody/tr")) == 1
    assert leaving_of(period, on=TODAY).counts[OpenWork.CONTESTED] == 1
    assert leaving_of(period, on=TODAY).counts[OpenWork.MENDING] == 1
    side = words(read(signed_in.get("/todo/")).xpath("//aside")[0])
    assert "其中异议待答复1项" in side


def test_finished_work_disappears_from_the_pages(closed, signed_in):
    Filing.objects.filter(period=closed).update(
        state=FilingState.WAIVED, waived_reason="不涉及。", waived_at=NOW, accepted_note=None
    )
    assert "未办结" not in words(read(signed_in.get("/overview/")))


def test_a_chosen_closed_period_is_shown_as_it_closed(closed, signed_in):
    assert "未办结" not in words(read(signed_in.get(f"/overview/?period={closed.pk}")))
