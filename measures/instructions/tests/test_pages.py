"""批示: the list, one instruction, the forms, and other pages that show them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency
from agencies.permissions import Role
from lib.workdays import add_workdays
from measures.choices import Cause, FilingState, GapKind, Light
from measures.instructions.tests.factories import make_instruction
from measures.lights.current import keep_verdict
from measures.lights.refresh import refresh_light
from measures.models import Filing, Gap, Instruction, Workday
from measures.rules.facts import Finding, Verdict
from measures.tests.factories import (
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_notice,
    make_period,
    make_user,
    sign_in,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/instructions/"
FORM_QUERIES = 11
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def agency():
    return make_agency(name="重庆海关")


@pytest.fixture
def leader(client):
    return sign_in(client, Role.LEADER)


def read(client, address):
    return client.get(address).content.decode()


def post(client, name, pk, **data):
    return client.post(reverse(f"measures:{name}", args=[pk]), data, follow=True)


def test_from_the_measure_to_the_answer_and_the_end(client, leader, agency):
    measure = make_measure(lead=agency)
    assert f"/measures/{measure.pk}/instruct/" in read(client, f"/measures/{measure.pk}/")
    data = {"text": "请抓紧办理。", "agencies": [agency.pk], "due_on": "2026-11-30"}
    page = post(client, "instruction_write", measure.pk, **data).content.decode()
    assert "批示已作出" in page
    assert "重庆海关还没有联络员或分管领导的账号，请另行通知。" in page
    row = Instruction.objects.get()
    sign_in(client, Role.LIAISON, agency)
    assert "批示已作出" not in read(client, f"{URL}{row.pk}/")
    page = post(client, "instruction_reply", row.pk, agency=agency.pk, text="已落实。")
    assert "已落实。" in page.content.decode()
    client.force_login(leader)
    page = post(client, "instruction_close", row.pk, closing_words="很好。").content.decode()
    assert "已办结" in page
    assert "很好。" in page


def test_nobody_is_chosen_beforehand_and_any_agency_may_be(client, leader, agency):
    other = make_agency(name="巫山县")
    measure = make_measure(lead=agency)
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    boxes = {box.get("value"): box for box in page.xpath("//input[@type='checkbox']")}
    assert {str(agency.pk), str(other.pk)} <= boxes.keys()
    assert not [box for box in boxes.values() if box.get("checked") is not None]
    post(client, "instruction_write", measure.pk, text="请配合。", others=[other.pk])
    assert [str(one) for one in Instruction.objects.get().addressees.all()] == ["巫山县"]


def test_the_form_names_who_will_get_it(client, leader, agency):
    liaison, head = make_user(Role.LIAISON, agency), make_user(Role.AGENCY_HEAD, agency)
    silent = make_agency(name="巫山县")
    page = parse(read(client, f"/measures/{make_measure(lead=agency).pk}/instruct/"))
    lines = {line.get("data-shown-when"): line for line in page.xpath("//ul[@id='recipients']/li")}
    told = "".join(lines[f"agencies|others={agency.pk}"].itertext())
    assert told.split("：")[0].strip() == "重庆海关"
    assert liaison.name in told
    assert head.name in told
    nobody = "".join(lines[f"agencies|others={silent.pk}"].itertext())
    assert "请另行通知" in nobody
    assert page.xpath("//button[@type='submit'][@data-confirm-list='recipients']")


def test_the_commission_is_named_once_though_it_is_chosen(client, leader, agency):
    measure = make_measure(lead=agency)
    commission = Agency.objects.get(code="sww")
    liaison = make_user(Role.LIAISON, commission)
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    lines = ["".join(line.itertext()) for line in page.xpath("//ul[@id='recipients']/li")]
    (line,) = [line for line in lines if "市商务委" in line]
    assert "选为办理单位的，还有联络员" in line
    assert liaison.name in line
    data = {"text": "办。", "agencies": [agency.pk], "others": [commission.pk]}
    said = post(client, "instruction_write", measure.pk, **data).content.decode()
    assert "批示已作出，重庆海关和市商务委将收到通知。" in said
    data = {"text": "再办。", "others": [commission.pk]}
    said = post(client, "instruction_write", measure.pk, **data).content.decode()
    assert "批示已作出，市商务委将收到通知。" in said


@pytest.mark.parametrize("answers", [False, True])
def test_the_browser_asks_for_closing_words_where_they_are_needed(client, agency, answers):
    user = make_user(Role.LEADER)
    row = make_instruction(agency, by=user)
    if answers:
        sign_in(client, Role.LIAISON, agency)
        post(client, "instruction_reply", row.pk, agency=agency.pk, text="已落实。")
    client.force_login(user)
    (box,) = parse(read(client, f"{URL}{row.pk}/")).xpath("//textarea[@name='closing_words']")
    assert (box.get("required") is not None) is not answers


def test_a_deadline_ten_working_days_ahead_is_proposed_and_may_be_emptied(client, leader, agency):
    measure = make_measure(lead=agency)
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    ahead = add_workdays(TODAY, 10, Workday.objects.as_calendar())
    assert page.xpath("//input[@name='due_on']/@value") == [f"{ahead}"]
    post(client, "instruction_write", measure.pk, text="办。", agencies=[agency.pk], due_on="")
    assert Instruction.objects.get().due_on is None


def test_one_button_chooses_all_who_owe_something(client, leader, agency):
    period = make_period(due_on=TODAY - timedelta(days=20))
    late, fine = make_agency(name="市科技局"), make_agency(name="巫山县")
    measure = make_measure(lead=agency, others=(late, fine))
    make_filing(measure=measure, period=period, agency=fine, state=FilingState.ACCEPTED)
    for one in (agency, late):
        make_filing(measure=measure, period=period, agency=one)
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    (button,) = page.xpath("//button[@data-tick]")
    assert set(button.get("data-tick").split(",")) == {str(agency.pk), str(late.pk)}
    assert "选中全部待办单位（2个）" in button.text


def test_who_is_behind_no_finding_yet_is_not_chosen_for_all(client, leader, agency):
    fresh = make_agency(name="人行重庆市分行")
    measure = make_measure(lead=agency, others=(fresh,))
    period = make_period(due_on=TODAY - timedelta(days=20))
    make_filing(measure=measure, period=period, agency=agency)
    late = make_filing(measure=measure, period=period, agency=fresh)
    Filing.objects.filter(pk=late.pk).update(due_on=YESTERDAY)
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    assert page.xpath("//button[@data-tick]/@data-tick") == [str(agency.pk)]


def test_agencies_are_marked_as_required_before_anything_is_asked(client, leader, agency):
    page = parse(read(client, f"/measures/{make_measure(lead=agency).pk}/instruct/"))
    (legend,) = page.xpath("//legend[contains(., '办理单位')]")
    assert legend.xpath("span/@title") == ["必填"]
    assert page.xpath("//button/@data-confirm-one") == ["agencies|others"]


def test_whose_indicator_went_the_wrong_way_owes_something_too(client, leader, agency):
    measure = make_measure(lead=agency, light="yellow", light_on=TODAY)
    worse = Cause.INDICATOR_WORSE
    finding = Finding(Light.YELLOW, worse, "变差", agencies=("重庆海关",))
    verdict = Verdict(Light.YELLOW, "变差", None, worse, since=TODAY, findings=(finding,))
    keep_verdict(measure, verdict, on=TODAY)
    measure.save()
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    assert page.xpath("//button[@data-tick]/@data-tick") == [str(agency.pk)]


def test_where_nobody_owes_anything_there_is_no_such_button(client, leader, agency):
    measure = make_measure(lead=agency)
    make_filing(measure=measure, agency=agency, state=FilingState.ACCEPTED)
    assert "data-tick" not in read(client, f"/measures/{measure.pk}/instruct/")


@pytest.mark.parametrize("more", [0, 20])
def test_the_form_costs_the_same_for_any_number(
    client, leader, agency, more, django_assert_max_num_queries
):
    measure = make_measure(lead=agency)
    for number in range(more):
        make_user(Role.LIAISON, make_agency(name=f"单位{number}"))
    refresh_light(measure.pk, on=TODAY)
    read(client, f"/measures/{measure.pk}/instruct/")
    with django_assert_max_num_queries(FORM_QUERIES):
        read(client, f"/measures/{measure.pk}/instruct/")


def test_where_the_agencies_are_lost_one_of_the_others_is_chosen(client, leader, agency):
    measure = make_measure(lead=agency)
    measure.responsibilities.all().delete()
    Gap.objects.create(notice=make_notice(), measure=measure, kind=GapKind.AGENCIES)
    page = read(client, f"/measures/{measure.pk}/instruct/")
    assert "责任单位待核对，请从其他单位中选择" in page
    answer = post(client, "instruction_write", measure.pk, text="请配合。")
    assert answer.status_code == 422
    assert "请至少选择一个办理单位。" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": ""}, "请写明批示内容。"),
        ({"text": "办。", "agencies": []}, "请至少选择一个办理单位。"),
        ({"text": "办。", "due_on": "2026-11-22"}, "办理期限不能早于今日。"),
        ({"text": "办。", "due_on": "明天"}, "请按 2026-11-23 的格式填写日期。"),
        ({"text": "办。", "agencies": ["99999"]}, "请重新选择。"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(client, leader, agency, data, sentence):
    measure = make_measure(lead=agency)
    answer = post(client, "instruction_write", measure.pk, **{"agencies": [agency.pk]} | data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert data["text"] in answer.content.decode()


def test_all_that_is_wrong_is_said_at_once(client, leader, agency):
    measure = make_measure(lead=agency)
    answer = post(client, "instruction_write", measure.pk, text="", due_on="2026-11-22")
    for sentence in ("请写明批示内容。", "请至少选择一个办理单位。", "办理期限不能早于今日。"):
        assert sentence in answer.content.decode()


def test_other_agencies_stand_by_their_kind(client, leader, agency):
    make_agency(name="巫山县", kind="district")
    make_agency(name="市财政局")
    measure = make_measure(lead=agency)
    page = parse(read(client, f"/measures/{measure.pk}/instruct/"))
    kinds = page.xpath("//fieldset[legend='其他单位']//div/label[not(.//input)]/text()")
    assert [kind.strip() for kind in kinds] == ["市级部门", "区县政府"]
    boxes = page.xpath("//div[label[normalize-space()='区县政府']]//label[.//input]")
    assert [box.text_content().strip() for box in boxes] == ["巫山县"]


def test_closing_without_words_where_somebody_is_silent_comes_back(client, leader, agency):
    row = make_instruction(agency)
    answer = post(client, "instruction_close", row.pk, closing_words="")
    assert answer.status_code == 422
    assert "请写明办结意见" in answer.content.decode()


def test_an_answer_after_the_end_is_refused_with_a_sentence(client, agency):
    row = make_instruction(agency, answered=[agency])
    sign_in(client, Role.LEADER)
    post(client, "instruction_close", row.pk)
    sign_in(client, Role.LIAISON, agency)
    answer = post(client, "instruction_reply", row.pk, agency=agency.pk, text="补充。")
    assert answer.status_code == 409
    assert "这一批示已办结，不能再回复" in answer.content.decode()


def test_who_speaks_for_two_addressed_agencies_says_for_which(client, agency):
    second = make_agency(name="市财政局")
    user = sign_in(client, Role.LIAISON, agency)
    from_both = make_instruction(agency, second)
    assert '<select name="agency"' not in read(client, f"{URL}{from_both.pk}/")
    user.memberships.create(
        agency=second, role=Role.AGENCY_HEAD, role_group="business", valid_from="2018-01-01"
    )
    assert '<select name="agency"' in read(client, f"{URL}{from_both.pk}/")


def test_the_tabs_count_what_they_open(client, leader, agency):
    make_instruction(agency)
    make_instruction(agency, due_on=YESTERDAY)
    make_instruction(agency, answered=[agency])
    page = parse(read(client, URL))
    tabs = page.xpath("//nav[@aria-label='批示状态']/a")
    assert len(tabs) == 7
    for tab in tabs:
        rows = parse(read(client, URL + tab.get("href"))).xpath("//tbody/tr")
        assert len(rows) == int(tab.text_content().split()[-1]), tab.text_content()
    assert page.xpath("string(//nav/a[@aria-current='page' and contains(@href, 'state')])") == (
        "未办结 3"
    )


def test_an_unknown_filter_is_that_of_all_open_ones(client, leader, agency):
    make_instruction(agency)
    assert "共1件" in read(client, URL + "?state=nonsense&page=99")


def test_an_agency_sees_its_own_and_what_waits_for_it(client, agency):
    mine, answered = make_instruction(agency), make_instruction(agency, answered=[agency])
    foreign = make_instruction(make_agency())
    make_period()
    sign_in(client, Role.LIAISON, agency)
    page = read(client, URL)
    assert mine.text in page
    assert foreign.text not in page
    assert answered.text not in read(client, URL + "?state=mine")
    assert "待本单位回复的市领导批示1件" in read(client, "/filings/")
    assert foreign.text not in read(client, f"/measures/{foreign.measure_id}/?whole=1")
    assert mine.text in read(client, f"/measures/{mine.measure_id}/?whole=1")


def test_the_list_turns_pages(client, leader, agency):
    measure = make_measure(lead=agency)
    for _ in range(31):
        make_instruction(agency, measure=measure, by=leader)
    page = parse(read(client, URL))
    assert len(page.xpath("//tbody/tr")) == 30
    assert len(parse(read(client, URL + "?page=2")).xpath("//tbody/tr")) == 1


def test_thirty_cost_as_many_queries_as_one(client, leader, agency):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(URL)
        return len(found)

    measure = make_measure(lead=agency)
    make_instruction(agency, measure=measure, by=leader, answered=[agency])
    client.get(URL)
    first = cost()
    for _ in range(29):
        make_instruction(agency, measure=measure, by=leader, answered=[agency])
    assert cost() == first


def test_an_empty_list_says_so(client, leader):
    assert "没有这样的批示" in read(client, URL)
