"""措施: one page that holds all about one measure."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings import submission
from measures.instructions.tests.factories import make_instruction
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing, Gap, Measure, Note, OverrideRequest, StatusUpdate
from measures.reviews import actions as reviews
from measures.tests.counted import make_indicator, make_value
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_evidence,
    make_filing,
    make_measure,
    make_milestone,
    make_note,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_objection,
    make_override,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
MOST_QUERIES = 14


def page_of(client, measure):
    response = client.get(reverse("measures:measure", args=[measure.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def leader(client):
    user = make_user(Role.LEADER)
    client.force_login(user)
    return user


def test_all_seventeen_open_and_say_what_was_lost(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    for measure in Measure.objects.with_gaps():
        page = page_of(client, measure)
        assert measure.shown_title in page
        assert all(sentence in page for sentence in measure.text)
        if measure.lacks_agencies:
            assert "责任单位待核" in page
        if measure.lacks_text:
            assert "正文有缺 · 待核" in page
        if measure.lacks_title:
            assert "待核" in page


def test_a_working_title_is_never_shown_as_the_notice_s_own(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    page = page_of(client, Measure.objects.get(ordinal=9))
    assert "境外投资和技术并购带动进口" in page
    assert "暂拟 · 待核" in page


def test_the_notice_s_own_text_keeps_the_names_of_its_day(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    page = page_of(client, Measure.objects.get(ordinal=13))
    listed = "（市金融监管局、人行重庆营管部、市商务委、中国信保重庆营管部负责）"
    assert listed in page
    assert "人行重庆市分行" in page  # today's name, in the table of agencies


def test_the_lead_is_shown_with_how_it_is_known(client, leader):
    agency = make_agency(name="市农业农村委")
    page = page_of(client, make_measure(lead=agency))
    assert "市农业农村委" in page
    assert "按首位惯例认定" in page


def test_the_light_links_to_the_fact_behind_it(client, leader):
    filing = make_filing(state=FilingState.PENDING)
    filing.period.due_on = filing.period.due_on.replace(day=20)
    filing.period.save()
    filing.due_on = filing.period.due_on
    filing.save()
    page = page_of(client, filing.measure)
    assert "三季度进展逾期1个工作日未报" in page
    assert reverse("measures:filing", args=[filing.pk]) in page


def test_the_trail_is_for_the_parties_and_the_commission(client):
    filing = make_filing(state=FilingState.SUBMITTED)
    readers = {
        make_user(Role.COORDINATOR): True,
        make_user(Role.LIAISON, filing.agency): True,
        make_user(Role.LIAISON, make_agency()): False,
        make_user(Role.LEADER): False,
    }
    for user, sees in readers.items():
        client.force_login(user)
        assert ("办理记录" in page_of(client, filing.measure)) is sees


@pytest.mark.parametrize("address", ["/measures/0/", "/measures/999999/", "/measures/x/"])
def test_a_wrong_number_is_404(client, leader, address):
    assert client.get(address).status_code == 404


def test_the_page_costs_the_same_for_one_agency_and_for_thirty(client, leader):
    def cost(measure):
        with CaptureQueriesContext(connection) as queries:
            page_of(client, measure)
        return len(queries)

    small = make_measure()
    make_filing(measure=small, state=FilingState.ACCEPTED)
    others = tuple(make_agency() for _ in range(29))
    large = make_measure(others=others)
    for agency in others:
        make_filing(measure=large, agency=agency, state=FilingState.ACCEPTED)
    Gap.objects.create(notice=large.notice, measure=large, kind="text")
    page_of(client, small)
    assert cost(small) == cost(large)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF, Role.LEADER])
def test_a_measure_with_rows_of_every_kind_costs_as_much_as_a_bare_one(client, role):
    def cost(measure):
        page_of(client, measure)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, measure)
        return len(queries)

    client.force_login(make_user(role))
    bare, full = make_dated_measure(), make_dated_measure()
    make_filing(measure=bare)
    returned = make_filing(measure=full, state=FilingState.RETURNED)
    note = make_note(returned)
    make_evidence(note)
    Note.objects.filter(pk=note.pk).update(submitted_at=NOW, submitted_by=note.author, left_at=NOW)
    Filing.objects.filter(pk=returned.pk).update(accepted_note=note)
    Gap.objects.create(notice=full.notice, measure=full, kind="text")
    make_due_date_request(full)
    make_closing_request(full)
    override = make_override(full, state="open", decided_by=None, decided_at=None)
    make_objection(returned)
    make_milestone(full)
    make_value(make_indicator(full), "60", TODAY - timedelta(days=9))
    make_instruction(returned.agency, measure=full, answered=[returned.agency])
    said = {"stage": full.stage, "percent": 60, "reason": "据报。", "by": note.author, "at": NOW}
    StatusUpdate.objects.create(measure=full, **said).notes.add(note)
    refresh_all_lights(on=TODAY)
    page = page_of(client, full)
    for words in (
        "统计表.pdf",
        "正文有缺 · 待核",
        "办成一件事",
        "通关时间",
        "1/1个单位已回复",
        "（第2版）",
    ):
        assert words in page
    assert cost(full) == cost(bare)
    # Whether staff may end a light that a person set depends on what they wrote.
    OverrideRequest.objects.filter(pk=override.pk).update(
        state="agreed", decided_by=note.author, decided_at=NOW
    )
    assert cost(full) <= MOST_QUERIES


def test_what_was_said_inside_an_agency_is_in_nobody_else_s_trail(client):
    lead, own, other = make_agency(), make_agency(), make_agency()
    measure = make_measure(lead=lead, others=(own, other))
    filing = make_filing(measure=measure, agency=own, state=FilingState.IN_AGENCY)
    submission.send_back_note(
        filing, by=make_user(Role.AGENCY_HEAD, own), comment="内部的话", at=NOW
    )
    outside = make_filing(measure=measure, agency=other, state=FilingState.SUBMITTED)
    reviews.return_note(outside, by=make_user(Role.COORDINATOR), comment="退回的话", at=NOW)
    readers = {
        make_user(Role.LIAISON, own): (True, False),
        make_user(Role.LIAISON, other): (False, True),
        make_user(Role.LIAISON, lead): (False, True),
        make_user(Role.COORDINATOR): (False, True),
        make_user(Role.LEADER): (False, False),
    }
    for user, (inside, returned) in readers.items():
        client.force_login(user)
        page = page_of(client, measure)
        assert ("内部的话" in page, "退回的话" in page) == (inside, returned)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.LIAISON])
def test_the_list_of_sections_names_those_that_are_there_in_their_order(client, role):
    filing = make_filing(state=FilingState.SUBMITTED)
    client.force_login(make_user(role, filing.agency if role == Role.LIAISON else None))
    page = parse(page_of(client, filing.measure))
    heads = page.xpath("//div[@class='with-contents-main']//h2/@id")
    for place in ("nav[contains(@class, 'contents')]", "details[@class='contents-fold no-print']"):
        links = page.xpath(f"//{place}//a/@href")
        assert links == [f"#{head}" for head in heads]
    assert "parties" in heads


def test_where_it_is_stuck_stands_at_the_top(client, leader):
    lead, other, third = make_agency(name="甲单位"), make_agency(name="乙单位"), make_agency()
    measure = make_measure(lead=lead, others=(other, third))
    period_due = TODAY - timedelta(days=3)
    for agency, state in (
        (lead, FilingState.PENDING),
        (other, FilingState.RETURNED),
        (third, FilingState.ACCEPTED),
    ):
        make_filing(measure=measure, agency=agency, state=state, due_on=period_due)
    facts = parse(page_of(client, measure)).xpath("//dl[@class='facts']")[0]
    links = [
        (a.text_content(), a.get("href")) for a in facts.xpath("dd/a[starts-with(@href, '#')]")
    ]
    assert links == [("逾期未报：甲单位", "#parties"), ("退回修改：乙单位", "#parties")]


def test_nothing_is_said_to_be_stuck_where_nothing_is(client, leader):
    filing = make_filing(state=FilingState.ACCEPTED)
    assert "卡在哪里" not in page_of(client, filing.measure)
