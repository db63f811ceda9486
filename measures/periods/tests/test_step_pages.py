"""填报期: opened, closed, extended, reopened and deleted from its page."""

from datetime import date, timedelta

import pytest

from agencies.models import Event, User
from agencies.permissions import Role
from measures.models import Filing, Period, Snapshot
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_notice,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_objection
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/periods/"


@pytest.fixture(autouse=True)
def _coordinator(client):
    make_notice()
    client.force_login(make_user(Role.COORDINATOR))


def text(response):
    return response.content.decode()


def test_opening_hands_out_the_filings_and_opening_again_makes_none(client):
    make_measure(others=(make_agency(), make_agency()))
    period = make_period(state="draft")
    first = text(client.post(f"{URL}{period.pk}/open/", follow=True))
    second = text(client.post(f"{URL}{period.pk}/open/", follow=True))
    assert "新布置3项填报任务" in first
    assert "新布置0项填报任务" in second
    assert Filing.objects.count() == 3


def test_the_question_before_opening_names_days_that_have_not_ended(client):
    make_period(Quarter(2026, 4), state="draft", due_on=date(2027, 1, 8))
    assert "这一期涵盖到2026年12月31日，还没有结束。" in text(client.get(URL))
    Period.objects.update(covers_to=TODAY - timedelta(days=1), covers_from=date(2026, 10, 1))
    assert "还没有结束" not in text(client.get(URL))


def test_closing_keeps_a_snapshot_and_closing_again_is_refused(client):
    make_measure()
    period = make_period()
    assert client.post(f"{URL}{period.pk}/close/").status_code == 302
    assert Snapshot.objects.count() == 1
    response = client.post(f"{URL}{period.pk}/close/")
    assert response.status_code == 409
    assert "“已关闭”的填报期不能关闭" in text(response)


STEPS = {"draft": {"open", "delete"}, "open": {"open", "close", "extend"}, "closed": {"reopen"}}


@pytest.mark.parametrize("state", STEPS)
def test_the_page_offers_what_the_table_allows(client, state):
    period = make_period(state=state)
    page = text(client.get(f"{URL}{period.pk}/"))
    found = {s for s in ("open", "close", "extend", "reopen", "delete") if f"/{s}/" in page}
    assert found == STEPS[state]


def test_a_period_is_put_off_reopened_and_deleted_from_its_page(client):
    period = make_period()
    page = client.post(
        f"{URL}{period.pk}/extend/", {"due_on": "2026-12-04", "reason": "数据核对。"}, follow=True
    )
    assert "报送截止由<time>2026-11-24</time>延至<time>2026-12-04</time>" in text(page)
    client.post(f"{URL}{period.pk}/close/")
    page = client.post(f"{URL}{period.pk}/reopen/", {"reason": "补报。"}, follow=True)
    assert "已重新开放填报" in text(page)
    draft = make_period(Quarter(2026, 4), state="draft", due_on=date(2027, 1, 8))
    assert client.post(f"{URL}{draft.pk}/delete/").url == URL
    assert list(Period.objects.all()) == [period]


@pytest.mark.parametrize(("verb", "state"), [("extend", "open"), ("reopen", "closed")])
def test_without_a_reason_the_page_comes_back_with_what_was_typed(client, verb, state):
    period = make_period(state=state)
    response = client.post(f"{URL}{period.pk}/{verb}/", {"due_on": "2026-12-04"})
    assert response.status_code == 422
    assert "没有办成，请改正以下内容" in text(response)
    if verb == "extend":
        assert 'value="2026-12-04"' in text(response)


def test_an_earlier_day_comes_back_on_the_page_with_what_was_typed(client):
    filing = make_filing()
    period = filing.period
    sent = {"due_on": "2026-11-20", "reason": "数据核对。"}
    for url in (f"{URL}{period.pk}/extend/", f"/filings/{filing.pk}/extend/"):
        response = client.post(url, sent)
        page = text(response)
        assert response.status_code == 409
        assert "延期须填写更晚的日期" in page
        assert 'value="2026-11-20"' in page
        assert "数据核对。</textarea>" in page
        assert Event.objects.filter(sentence__contains="延期须填写更晚的日期").exists()


def test_a_period_that_closed_meanwhile_gives_the_words_back(client):
    period = make_period(state="closed")
    response = client.post(
        f"{URL}{period.pk}/extend/", {"due_on": "2026-12-20", "reason": "数据核对。"}
    )
    assert response.status_code == 409
    assert "“已关闭”的填报期不能延期" in text(response)
    assert "数据核对。</textarea>" in text(response)


def test_one_filing_is_put_off_from_the_list_of_the_unfiled(client):
    filing = make_filing()
    page = text(client.get(f"{URL}{filing.period_id}/"))
    assert f"/filings/{filing.pk}/extend/" in page
    url = f"/filings/{filing.pk}/extend/"
    assert "2026-11-24（周二）" in text(client.get(url))
    assert "延期不妨碍关闭本期" in text(client.get(url))
    assert client.post(url, {"due_on": "2026-12-04"}).status_code == 422
    page = client.post(url, {"due_on": "2026-12-04", "reason": "数据核对。"}, follow=True)
    assert "已延期" in text(page)
    filing.refresh_from_db()
    assert filing.due_on == date(2026, 12, 4)


def test_the_page_of_one_filing_is_opened_to_write_the_new_day(client):
    url = f"/filings/{make_filing().pk}/extend/"
    focused = "//*[@autofocus]/@name"
    assert parse(text(client.get(url))).xpath(focused) == ["due_on"]
    refused = client.post(url, {"due_on": "2026-12-04"})
    assert parse(text(refused)).xpath(focused) == []


PAST = {"opens_on": TODAY - timedelta(days=9), "due_on": TODAY - timedelta(days=1)}


def rows_of(response):
    """Return the table of the closing page: open work, count, what happens to it."""
    page = parse(text(response))
    return [
        [" ".join(cell.text_content().split()) for cell in row] for row in page.xpath("//tbody/tr")
    ]


def test_before_closing_a_page_says_what_would_be_left_open_and_how_to_go_on(client):
    period = make_period(**PAST)
    for state in ("submitted", "submitted", "returned", "draft", "pending", "accepted"):
        make_filing(period=period, state=state)
    make_filing(period=period, due_on=TODAY + timedelta(days=3))
    response = client.get(f"{URL}{period.pk}/close/")
    assert "应报7项，已报送4项，已通过1项" in text(response)
    assert rows_of(response) == [
        ["待审核", "2", "照常审核，通过的计入本期"],
        ["退回", "1", "单位照常补正、重新报送，不计迟报"],
        ["未到截止日", "1", "在各自截止日前仍可报送，算按时"],
        ["逾期未报", "2", "计为期满未报；单位仍须补报，补报另行标明；其中1项单位已起草"],
    ]
    assert f'href="/reviews/?period={period.pk}">先审核这2项' in text(response)
    assert "关闭填报，未办结的继续办理" in text(response)


def test_who_closes_is_told_which_they_review_and_who_does_the_others(client):
    period = make_period(**PAST)
    filings = [make_filing(period=period, state="submitted") for _ in range(4)]
    answered = {"answer": "已复核。", "decided_by": make_user(Role.CHIEF), "decided_at": NOW}
    contested = User.objects.get(pk=client.session["_auth_user_id"])
    make_objection(filings[0], contested_by=contested, state="upheld", **answered)
    page = text(client.get(f"{URL}{period.pk}/close/"))
    assert "先审核这3项" in page
    assert "待审核的，1项由商务委负责人审核。" in page
    assert "待审核其中1项由商务委负责人审核" in beside(client)
    make_user(Role.COORDINATOR)
    assert "待审核的，1项由其他统筹岗审核。" in text(client.get(f"{URL}{period.pk}/close/"))


def test_beside_the_to_dos_is_said_what_a_closed_period_still_awaits(client):
    period = make_period(**PAST, state="closed")
    make_filing(period=period)
    assert "未到截止日" not in beside(client)
    make_filing(period=period, due_on=TODAY + timedelta(days=3))
    assert "未报其中未到截止日1项" in beside(client)


def beside(client):
    (aside,) = parse(text(client.get("/todo/"))).xpath("//aside[@class='to-do-beside']")
    return "".join(aside.text_content().split())


def test_each_number_of_the_closing_page_is_the_length_of_its_list(client):
    period = make_period(**PAST)
    for state in ("submitted", "submitted", "returned", "draft", "pending", "accepted"):
        make_filing(period=period, state=state)
    for again in range(2):  # before and after closing
        page = client.get(f"{URL}{period.pk}/{'' if again else 'close/'}")
        links = parse(text(page)).xpath("//a[contains(@href, '?left=')]")
        assert len(links) == 3
        for link in links:
            listed = parse(text(client.get(link.get("href")))).xpath("//table[caption]/tbody/tr")
            assert len(listed) == int("".join(filter(str.isdigit, link.text_content())))
        client.post(f"{URL}{period.pk}/close/", {"seen": "waiting-2.mending-1.owed-2"})


def test_who_closes_without_having_seen_what_stays_open_sees_it_first(client):
    period = make_period(**PAST)
    make_filing(period=period, state="submitted")
    response = client.post(f"{URL}{period.pk}/close/", {"seen": ""})
    assert response.status_code == 409
    assert "未办结的情况有变化" in text(response)
    assert rows_of(response)[0][:2] == ["待审核", "1"]
    seen = parse(text(response)).xpath("//input[@name='seen']/@value")[0]
    assert client.post(f"{URL}{period.pk}/close/", {"seen": seen}).status_code == 302


def test_a_closed_period_goes_on_saying_what_it_left_open(client):
    period = make_period(state="closed", closed_at=NOW, **PAST)
    make_filing(period=period, state="submitted")
    make_filing(period=period)
    for url in (URL, f"{URL}{period.pk}/"):
        page = parse(text(client.get(url)))
        assert [a.text_content() for a in page.xpath("//a[contains(@href, '?left=')]")] == [
            "待审核1项",
            "期满未报1项",
        ]
    assert "未办结" not in text(client.get(f"{URL}{make_period(Quarter(2026, 2)).pk}/"))


CLOSING = [
    # days until it is due, state, may it be closed
    (1, "pending", False),
    (0, "pending", False),  # due today is not missed
    (-1, "pending", True),
    (1, "submitted", True),  # nothing is missing
    (1, "waived", True),
]


@pytest.mark.parametrize(("days", "state", "may"), CLOSING)
def test_closing_is_offered_from_the_day_on_which_it_may_be(client, days, state, may):
    due = TODAY + timedelta(days=days)
    period = make_period(opens_on=TODAY - timedelta(days=9), due_on=TODAY + timedelta(days=1))
    waived = {"waived_reason": "不涉及。", "waived_at": NOW} if state == "waived" else {}
    make_filing(period=period, due_on=due, state=state, **waived)
    for url in (URL, f"{URL}{period.pk}/"):
        page = text(client.get(url))
        assert (f"/periods/{period.pk}/close/" in page) == may
        assert (f"{due:%Y-%m-%d}后可以关闭" in page) != may
    asked = parse(text(client.get(f"{URL}{period.pk}/close/")))
    seen = asked.xpath("//input[@name='seen']/@value")
    assert bool(seen) == may
    sent = {"seen": "".join(seen)}
    assert (client.post(f"{URL}{period.pk}/close/", sent).status_code == 302) == may


def test_an_opened_period_is_taken_back_from_its_page_while_untouched(client):
    make_measure()
    period = make_period(state="draft")
    client.post(f"{URL}{period.pk}/open/")
    assert f"/periods/{period.pk}/take-back/" in text(client.get(f"{URL}{period.pk}/"))
    page = text(client.post(f"{URL}{period.pk}/take-back/", follow=True))
    assert "已撤回开始，1项填报任务一并撤回。" in page
    client.post(f"{URL}{period.pk}/open/")
    Filing.objects.update(state="waived", waived_reason="不涉及。", waived_at=NOW)
    assert "/take-back/" not in text(client.get(f"{URL}{period.pk}/"))
    assert client.post(f"{URL}{period.pk}/take-back/").status_code == 409
