"""调整责任: who is responsible now, the forms, and every change with its reason."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.choices import AgencyKind
from agencies.models import Message
from agencies.permissions import Role
from measures.choices import ResponsibilityRole
from measures.models import Filing, Gap, Responsibility
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_responsibility,
    make_user,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
RESPONSIBLE = ResponsibilityRole.RESPONSIBLE
SAID = {"role": "responsible", "duty": "", "since": "2026-11-23", "ground": "会议纪要明确。"}


@pytest.fixture
def coordinator(client):
    return sign_in(client, Role.COORDINATOR)


@pytest.fixture
def measure():
    return make_measure(lead=make_agency(name="市农业农村委"))


@pytest.fixture
def second(measure):
    return make_responsibility(measure, make_agency(name="市财政局"), RESPONSIBLE)


def url(measure, row=None, end=False):
    base = reverse("measures:responsibilities", args=[measure.pk])
    return base + (f"{row.pk}/" if row else "") + ("end/" if end else "")


def read(client, address):
    return client.get(address).content.decode()


def test_a_district_is_added_and_told_on_every_page(client, coordinator, measure):
    district = make_agency(name="涪陵区", kind=AgencyKind.DISTRICT)
    data = SAID | {"agency": district.pk, "duty": "服务本区企业。"}
    page = client.post(url(measure), data, follow=True).content.decode()
    assert f"涪陵区自2026-11-23起为{measure}的责任单位。相关单位" in page
    assert "自<time>2026-11-23</time>起，涪陵区为" in page
    assert "会议纪要明确。" in page
    assert "服务本区企业。" in read(
        client, reverse("measures:measure", args=[measure.pk]) + "?whole=1"
    )
    assert "涪陵区" in read(client, reverse("reports:matrix"))


def test_who_is_added_from_a_later_day_is_told_so(client, coordinator, measure):
    data = SAID | {"agency": make_agency(name="市财政局").pk, "since": "2027-01-01"}
    page = client.post(url(measure), data, follow=True).content.decode()
    assert f"市财政局自2027-01-01起为{measure}的责任单位，此前不变，可以撤销" in page
    assert "市财政局自2027-01-01起的责任不再生效，现在的责任不变" in page


def test_agencies_are_offered_by_kind_in_protocol_order(client, coordinator, measure):
    make_agency(name="乙区", kind=AgencyKind.DISTRICT, order=9001)
    make_agency(name="甲区", kind=AgencyKind.DISTRICT, order=9000)
    make_agency(name="已撤区", kind=AgencyKind.DISTRICT, ended_on=date(2026, 1, 25))
    page = read(client, url(measure))
    assert page.index('label="市级部门"') < page.index('label="区县政府"')
    assert page.index(">甲区<") < page.index(">乙区<")
    assert "已撤区" not in page
    assert 'value="2026-11-23"' in page


def test_a_new_lead_is_designated_from_the_day(client, coordinator, measure, second):
    client.post(url(measure, second), SAID | {"role": "lead"})
    page = read(client, url(measure))
    assert "商务委指定" in page
    assert "此前的责任" in page
    assert "商务委指定" in read(client, reverse("measures:measure", args=[measure.pk]) + "?whole=1")
    assert measure.responsibilities.valid(on=TODAY - timedelta(days=1)).count() == 2


@pytest.mark.parametrize(
    ("of_lead", "said", "words"),
    [
        (False, {"role": "lead"}, "市财政局自2026-11-23起为{}的牵头单位，原牵头单位转为责任单位。"),
        (False, {"duty": "资金保障。"}, "市财政局自2026-11-23起为{}的责任单位。"),
        (
            False,
            {"role": "lead", "since": "2027-01-01"},
            "市财政局自2027-01-01起为{}的牵头单位，原牵头单位转为责任单位，此前不变",
        ),
        (True, {"role": "lead", "duty": "统筹。"}, "市农业农村委自2026-11-23起为{}的牵头单位。"),
    ],
)
def test_a_change_says_who_leads_now(client, coordinator, measure, second, of_lead, said, words):
    row = measure.responsibilities.get(role="lead") if of_lead else second
    page = client.post(url(measure, row), SAID | said, follow=True).content.decode()
    assert words.format(measure) in page


def test_naming_a_lead_asks_with_what_happens_to_the_old_one(client, coordinator, measure, second):
    lead = measure.responsibilities.get(role="lead")
    for row, asks in ((None, True), (second, True), (lead, False)):
        page = read(client, url(measure, row))
        assert ('data-shown-when="role=lead">原牵头单位转为责任单位' in page) is asks


def test_a_responsibility_is_ended_and_the_unfiled_filing_waived(
    client, coordinator, measure, second
):
    filing = make_filing(measure=measure, agency=second.agency)
    data = {"since": "2026-11-23", "ground": "机构调整。"}
    page = client.post(url(measure, second, end=True), data, follow=True).content.decode()
    assert "已终止市财政局的责任。" in page
    assert Filing.objects.get(pk=filing.pk).state == "waived"


def test_what_stays_owed_is_named_before_and_after_ending(client, coordinator, measure, second):
    liaison = make_user(Role.LIAISON, second.agency)
    make_filing(measure=measure, agency=second.agency, state="returned")
    before = make_period(Quarter(2026, 2), state="closed")
    due_on = TODAY - timedelta(days=30)
    make_filing(measure=measure, agency=second.agency, period=before, due_on=due_on)
    owed = "已退回或撤回的1项仍须补正后报送，往期欠报的1项仍须补报或由市商务委核销"
    page = read(client, url(measure, second))
    assert f"未报送的填报任务免报；{owed}。确定终止吗？" in page
    data = {"since": "2026-11-23", "ground": "机构调整。"}
    page = client.post(url(measure, second, end=True), data, follow=True).content.decode()
    assert f"已终止市财政局的责任，{owed}。" in page
    assert owed in Message.objects.get(user=liaison).sentence


def test_the_lead_cannot_be_ended_on_its_page(client, coordinator, measure):
    page = read(client, url(measure, measure.responsibilities.get()))
    assert "牵头单位不能直接终止" in page
    assert "/end/" not in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ground", " ", "请写明变更责任的理由。"),
        ("agency", "", "请选择单位或区县。"),
        ("since", "", "请填写从哪一天起。"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(client, coordinator, measure, field, value, sentence):
    agency = make_agency(name="市国资委")
    data = SAID | {"agency": agency.pk, "duty": "出资人职责。"} | {field: value}
    answer = client.post(url(measure), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "出资人职责。" in page
    assert Responsibility.objects.count() == 1


@pytest.mark.parametrize("end", [False, True])
def test_a_refused_change_or_end_stays_on_its_page(client, coordinator, measure, second, end):
    answer = client.post(url(measure, second, end=end), SAID | {"ground": ""})
    assert answer.status_code == 422
    assert "没有办成，请改正以下内容" in answer.content.decode()


def test_what_overlaps_comes_back_as_a_sentence(client, coordinator, measure):
    agency = make_agency()
    row = make_responsibility(measure, agency, RESPONSIBLE)
    row.valid_from = date(2026, 11, 20)
    row.save()
    answer = client.post(url(measure), SAID | {"agency": agency.pk, "since": "2026-11-19"})
    assert answer.status_code == 422
    assert "同一单位在一项措施中同一时间只能有一种责任。" in answer.content.decode()


def test_a_barred_day_gives_the_words_back(client, coordinator, measure):
    agency = make_agency()
    make_period(Quarter(2026, 2), state="closed")
    answer = client.post(url(measure), SAID | {"agency": agency.pk, "since": "2026-06-30"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "2026-06-30以前的填报期已关闭" in page
    assert "会议纪要明确。" in page


def test_a_lost_list_of_agencies_is_confirmed_first(client, coordinator, measure):
    gap = Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    page = read(client, url(measure))
    assert "按公布文本录入并经第二人确认之前，不能调整责任。" in page
    assert f'href="{reverse("measures:gap", args=[gap.pk])}">看缺失的这一处</a>' in page
    assert "<select" not in page


@pytest.mark.parametrize("what", ["ended", "other"])
def test_what_has_ended_or_is_another_measure_s_is_404(client, coordinator, measure, second, what):
    if what == "ended":
        Responsibility.objects.filter(pk=second.pk).update(valid_to=TODAY)
        address = url(measure, second)
    else:
        address = url(make_measure(), second)
    assert client.get(address).status_code == 404


def test_only_who_may_keep_it_finds_the_link(client, measure):
    for role, found in [(Role.COORDINATOR, True), (Role.CHIEF, False), (Role.LEADER, False)]:
        client.force_login(make_user(role))
        page = read(client, reverse("measures:measure", args=[measure.pk]) + "?whole=1")
        assert (url(measure) in page) is found


def test_thirty_agencies_cost_as_many_queries_as_one(client, coordinator, measure):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(measure)).status_code == 200
        return len(queries)

    client.get(url(measure))
    one = cost()
    for _ in range(10):
        make_responsibility(measure, make_agency(), RESPONSIBLE)
    assert cost() == one


def test_what_will_begin_is_listed_and_can_be_taken_back(client, coordinator, measure, second):
    client.post(url(measure, second), SAID | {"role": "lead", "since": "2027-01-01"})
    page = read(client, url(measure))
    assert "将要生效" in page
    assert "<time>2027-01-01</time>" in page
    assert "商务委指定" not in page  # nobody has it yet
    new = measure.responsibilities.get(agency=second.agency, valid_from=date(2027, 1, 1))
    answer = client.post(url(measure, new) + "take-back/", follow=True)
    undone = "已撤销市财政局自2027-01-01起的责任安排，现在的责任不变。"
    assert undone in answer.content.decode()
    assert "将要生效" not in read(client, url(measure))


def test_an_ending_of_today_has_its_button_until_midnight(client, coordinator, measure, second):
    data = {"since": "2026-11-20", "ground": "看错了。"}
    page = client.post(url(measure, second, end=True), data, follow=True).content.decode()
    assert "撤销终止" in page
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client.force_login(coordinator)
        assert "撤销终止" not in read(client, url(measure))
        assert client.post(url(measure, second) + "take-back/").status_code == 409
    client.logout()  # a session of tomorrow ends today
    client.force_login(coordinator)
    client.post(url(measure, second) + "take-back/")
    assert measure.responsibilities.get(pk=second.pk).valid_to is None


def test_before_adding_in_mid_period_the_page_says_what_that_does_to_closing(
    client, coordinator, measure
):
    assert "没有填报中的填报期" in read(client, url(measure))
    make_period(due_on=TODAY - timedelta(days=13))
    page = read(client, url(measure))
    assert (
        "2026年前三季度正在填报：今日或以前起负责的，即补发填报任务，"
        "<time>2026-11-30（周一）</time>截止"
    ) in page
    assert "晚于本期的<time>2026-11-10</time>（至少留5个工作日）" in page
    assert "关闭时还没有到截止日的，不计期满未报" in page


def test_what_the_page_announces_is_what_is_handed_out(client, coordinator, measure):
    make_period(due_on=TODAY - timedelta(days=13))
    agency = make_agency(name="市财政局")
    client.post(url(measure), SAID | {"agency": agency.pk})
    assert Filing.objects.get(agency=agency).due_on == date(2026, 11, 30)
