"""催报: the pages of preview, records and answer, and who sees what on them."""

from datetime import timedelta

import pytest

from agencies.choices import OutboxAction, OutboxChannel, OutboxState
from agencies.models import Message, OutboxItem
from agencies.outbound.tests.factories import make_item
from measures.chasing.actions import answer_chases
from measures.chasing.job import chase
from measures.chasing.tests.factories import make_urge
from measures.choices import Rung
from measures.models import Urge
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DUE = TODAY - timedelta(days=4)
NEW, LIST, ANSWER = "/chases/new/", "/chases/", "/chases/answer/"


@pytest.fixture
def late(measure):
    return make_filing(measure=measure, period=make_period(due_on=DUE))


def read(client, person, address):
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_list_to_the_record_and_the_answer(client, late, people):
    page = read(client, people.coordinator, "/status/")
    assert f'name="filing" value="{late.pk}"' in page
    page = read(client, people.coordinator, f"{NEW}?filing={late.pk}")
    assert people.liaison.name in page
    assert "逾期2个工作日；没有催过" in page
    data = {"filing": [late.pk], "words": "请今天报送。", "send": "1"}
    page = client.post(NEW, data, follow=True).content.decode()
    assert "已催报1项。" in page
    assert "请今天报送。" in page
    assert "未读" in page
    page = read(client, people.liaison, "/filings/")
    assert ANSWER in page
    assert "（一）推进一件事" in read(client, people.liaison, ANSWER)
    data = {"filings": [late.pk], "promised_on": "2026-11-25", "words": ""}
    assert "已答复1项催报" in client.post(ANSWER, data, follow=True).content.decode()
    assert Urge.objects.with_read_at().get(answered_at__isnull=False).read_at
    page = read(client, people.coordinator, "/status/")
    assert "1次" in page
    assert "拟于<time>2026-11-25</time>报送" in page
    assert "催报1次" in read(client, people.coordinator, f"/agencies/{late.agency_id}/")


def test_when_it_was_read_stands_on_the_record(client, late, people):
    chase(at=NOW)
    Message.objects.update(read_at=NOW + timedelta(hours=1))
    assert "2026-11-23 11:00" in read(client, people.chief, LIST)


def test_the_preview_names_who_was_told_today_and_sends_nothing(client, late, people):
    chase(at=NOW)
    page = read(client, people.coordinator, f"{NEW}?filing={late.pk}")
    assert "今天已收到一条提醒或催报" in page
    assert "已催报1次，最近一次提醒或催报<time>2026-11-23</time>" in page
    assert not Urge.objects.filter(rung=Rung.MANUAL).exists()


def test_on_paper_the_preview_has_no_field_to_write_in(client, late, people):
    page = parse(read(client, people.coordinator, f"{NEW}?agency={late.agency_id}"))
    (field,) = page.xpath("//textarea[@name='words']")
    assert field.xpath("ancestor::*[contains(@class, 'no-print')]")


def test_it_is_begun_from_an_agency_or_a_measure(client, late, people):
    make_filing(measure=make_measure(lead=make_agency()), due_on=DUE)
    for name, pk in (("agency", late.agency_id), ("measure", late.measure_id)):
        page = read(client, people.coordinator, f"{NEW}?{name}={pk}")
        assert "催报1个单位的1项" in page


@pytest.mark.parametrize(
    ("action", "state", "shown"),
    [
        (None, None, "站内"),
        (OutboxAction.NOTIFY, OutboxState.QUEUED, "站内"),
        (OutboxAction.NOTIFY, OutboxState.DEAD, "站内"),
        (OutboxAction.NOTIFY, OutboxState.SENT, "站内、邮件"),
        (OutboxAction.CREATE, OutboxState.SENT, "站内、政务平台待办"),
    ],
)
def test_how_it_was_sent_stands_on_the_record(client, late, people, action, state, shown):
    chase(at=NOW)
    if action:
        sent_at = NOW if state == OutboxState.SENT else None
        told = Message.objects.get()
        make_item(action, user=told.user, message=told, state=state, sent_at=sent_at)
    cells = parse(read(client, people.chief, LIST)).xpath("//td[@data-label='发送']")
    assert [cell.xpath("span")[0].text_content() for cell in cells] == [shown]


def test_a_daily_digest_is_an_e_mail_too(client, late, people):
    chase(at=NOW)
    told = Message.objects.get()
    digest = OutboxItem.objects.create(
        channel=OutboxChannel.EMAIL,
        action=OutboxAction.DIGEST,
        user=told.user,
        day=TODAY,
        state=OutboxState.SENT,
        created_at=NOW,
        next_try_at=NOW,
        sent_at=NOW,
    )
    Message.objects.update(digest=digest)
    assert "站内、邮件" in read(client, people.chief, LIST)


@pytest.fixture
def three_records(late, people):
    """By hand, answered; by the ladder, of another agency; by the ladder, of another period."""
    earlier = make_period(Quarter(2026, 2), due_on=DUE)
    own = make_filing(measure=late.measure, period=earlier, agency=late.agency)
    other = make_filing(measure=make_measure(lead=make_agency()), period=late.period)
    for filing in (own, other):
        make_urge(filing)
    said = {"answered_at": NOW, "answered_by": people.liaison, "answer": "在办"}
    make_urge(late, Rung.MANUAL, **said)
    return {"late": late, "own": own, "other": other}


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("", {"late", "own", "other"}),
        ("agency={late.agency_id}", {"late", "own"}),
        ("period={late.period_id}", {"late", "other"}),
        ("rung=manual", {"late"}),
        ("rung=chase", {"own", "other"}),
        ("answer=yes", {"late"}),
        ("answer=no", {"own", "other"}),
        ("agency={late.agency_id}&period={late.period_id}&rung=manual&answer=yes", {"late"}),
        ("agency={other.agency_id}&answer=yes", set()),
        ("agency=0&period=x&rung=none&answer=9", {"late", "own", "other"}),  # no choices
        (f"agency={'9' * 30}", {"late", "own", "other"}),
    ],
)
def test_the_records_are_narrowed(client, people, three_records, query, listed):
    page = parse(read(client, people.coordinator, f"{LIST}?{query.format(**three_records)}"))
    links = page.xpath("//tbody//th//a/@href")
    names = {f"/filings/{filing.pk}/": name for name, filing in three_records.items()}
    assert {names[link] for link in links} == listed
    assert ("没有符合条件的催报记录" in page.text_content()) == (not listed)


def test_an_agency_chooses_among_its_own_periods_and_no_agencies(client, people, three_records):
    page = parse(read(client, people.liaison, LIST))
    periods = page.xpath("//select[@name='period']/option/@value")
    own = (three_records["late"], three_records["own"])
    assert set(periods) == {"", *(f"{one.period_id}" for one in own)}
    assert not page.xpath("//select[@name='agency']")


@pytest.mark.parametrize("query", ["", "?filing=", "?filing=a", f"?filing={'9' * 30}", "?agency=x"])
def test_where_nothing_can_be_chased_it_says_so(client, people, query):
    assert "没有可以催报的填报" in read(client, people.coordinator, NEW + query)


def test_a_refused_chase_is_answered_on_its_page(client, late, people):
    client.force_login(people.coordinator)
    assert client.post(NEW, {"filing": [], "send": "1"}).status_code == 409


def test_a_refused_answer_keeps_what_was_typed(client, late, people):
    chase(at=NOW)
    client.force_login(people.liaison)
    data = {"filings": [late.pk], "promised_on": "2026-11-01", "words": "在办"}
    answer = client.post(ANSWER, data)
    assert answer.status_code == 422
    assert "在办" in answer.content.decode()


def test_of_several_none_is_ticked_before_one_says_which(client, late, people):
    chase(at=NOW)
    assert "checked" in read(client, people.liaison, ANSWER)
    other = make_measure(lead=late.agency, notice=late.measure.notice)
    make_filing(measure=other, period=late.period)
    chase(at=NOW + timedelta(days=1))
    page = read(client, people.liaison, ANSWER)
    assert page.count('name="filings"') == 2
    assert "checked" not in page


def test_all_that_is_late_is_chosen_by_one_button(client, late, people, measure):
    other = make_filing(measure=make_measure(notice=measure.notice), period=late.period)
    page = parse(read(client, people.coordinator, "/status/?part=unfiled"))
    (button,) = page.xpath("//button[@data-tick]")
    assert set(button.get("data-tick").split(",")) == {str(late.pk), str(other.pk)}
    assert button.text_content().split() == ["勾选全部逾期的（2项）"]
    page = parse(read(client, people.coordinator, "/status/?part=accepted"))
    assert not page.xpath("//button[@data-tick]")
    assert "催报所选" not in page.text_content()


def test_another_agency_and_a_leader_do_not_see_it(client, late, people):
    chase(at=NOW)
    assert "没有催报记录" in read(client, people.other_liaison, LIST)
    assert "没有催报记录" in read(client, people.other_head, f"{LIST}?agency={late.agency_id}")
    assert "没有待答复的催报" in read(client, people.other_liaison, ANSWER)
    assert "（一）推进一件事" in read(client, people.head, LIST)
    client.force_login(people.leader)
    assert client.get(LIST).status_code == 403
    page = read(client, people.leader, "/status/")
    assert 'name="filing"' not in page
    assert "催报" not in page


def test_what_waits_is_seen_by_the_commission_alone(client, late, people):
    chase(at=NOW)
    client.force_login(people.coordinator)
    client.post(NEW, {"filing": [late.pk], "words": "请抓紧。", "send": "1"})
    assert "待下次发送（工作日9时起）" in read(client, people.coordinator, LIST)
    assert "请抓紧。" not in read(client, people.liaison, LIST)


def test_what_was_answered_before_it_was_sent_says_so(client, late, people):
    chase(at=NOW)
    client.force_login(people.coordinator)
    client.post(NEW, {"filing": [late.pk], "words": "请抓紧。", "send": "1"})
    answer_chases([late.pk], by=people.liaison, words="正在会签。", at=NOW + timedelta(minutes=1))
    assert chase(at=NOW + timedelta(days=1)).people == 0
    page = read(client, people.coordinator, LIST)
    assert "没有发送：已报送或答复" in page
    assert "待下次发送（工作日9时起）" not in page
    assert "请抓紧。" not in read(client, people.liaison, LIST)
