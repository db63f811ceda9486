"""措施: one page with everything about one measure."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import Cause, FilingState
from measures.filings import submission
from measures.instructions.tests.factories import make_instruction
from measures.lights.refresh import refresh_all_lights
from measures.models import (
    Filing,
    Gap,
    LightChange,
    Measure,
    Note,
    OverrideRequest,
    Period,
    StatusUpdate,
)
from measures.reviews import actions as reviews
from measures.rules.periods import Quarter
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
    make_period,
    make_user,
    sign_in,
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


def page_of(client, measure, query="?whole=1"):
    """Return the page with its folds open."""
    response = client.get(reverse("measures:measure", args=[measure.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def folded_page_of(client, measure):
    return page_of(client, measure, query="")


@pytest.fixture
def leader(client):
    return sign_in(client, Role.LEADER)


def test_all_seventeen_open_and_say_what_was_lost(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    for measure in Measure.objects.with_gaps():
        page = page_of(client, measure)
        assert measure.shown_title in page
        assert all(sentence in page for sentence in measure.text)
        if measure.lacks_agencies:
            assert "责任单位待核对" in page
            gap = reverse("measures:gap", args=[measure.gaps.get(kind="agencies").pk])
            assert f'href="{gap}">看缺失的这一处</a>' in page
        if measure.lacks_text:
            assert "正文有缺 · 待核对" in page
        if measure.lacks_title:
            assert "待核对" in page


def test_a_working_title_is_never_shown_as_the_notice_s_own(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    page = page_of(client, Measure.objects.get(ordinal=9))
    assert "境外投资和技术并购带动进口" in page
    assert "暂拟 · 待核对" in page


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
    assert "原文未明确，按排名首位暂列" in page


def test_the_light_links_to_the_fact_behind_it(client, leader):
    filing = make_filing(state=FilingState.PENDING)
    filing.period.due_on = filing.period.due_on.replace(day=20)
    filing.period.save()
    filing.due_on = filing.period.due_on
    filing.save()
    page = page_of(client, filing.measure)
    assert "三季度进展未报，逾期1个工作日" in page
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
            folded_page_of(client, measure)
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
            folded_page_of(client, measure)
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
        "正文有缺 · 待核对",
        "办成一件事",
        "通关时间",
        "1/1个单位已回复",
        "（第2版）",
    ):
        assert words in page
    assert cost(full) == cost(bare)
    # Whether staff may end an override depends on what they wrote.
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


def words(node):
    return " ".join(node.text_content().split())


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.LIAISON])
def test_all_else_is_a_fold_with_its_count_and_newest_day_in_a_fixed_order(client, role):
    filing = make_filing(state=FilingState.SUBMITTED)
    make_milestone(filing.measure)
    said = {"stage": "under_way", "reason": "据报。", "by": make_user(Role.COORDINATOR), "at": NOW}
    StatusUpdate.objects.create(measure=filing.measure, **said)
    client.force_login(make_user(role, filing.agency if role == Role.LIAISON else None))
    page = parse(folded_page_of(client, filing.measure))
    folds = page.xpath("//section[@class='fold']")
    assert not page.xpath("//section[@class='fold']/details[@open]")
    always = ("status", "terms", "milestones", "indicators")
    there = {
        Role.COORDINATOR: (*always, "coordination", "override", "words", "trail"),
        Role.LEADER: (*always, "instructions", "words"),
        Role.LIAISON: (*always, "coordination", "words", "trail"),
    }[role]
    named = {
        "status": "进度变化 1",
        "terms": "时限与办结",
        "milestones": "节点 1",
        "indicators": "指标",
        "instructions": "批示",
        "coordination": "需协调事项",
        "override": "人工认定",
        "words": "通过的进展",
        "trail": "办理记录",
    }
    heads = [words(fold.xpath(".//summary/h2")[0]) for fold in folds]
    assert heads == [*(named[place] for place in there), "通知原文"]
    assert [fold.get("aria-labelledby") for fold in folds] == [
        fold.xpath(".//summary/h2/@id")[0] for fold in folds
    ]
    day = page.xpath("//section[@aria-labelledby='status']//*[@class='fold-when']")[0]
    assert words(day) == f"{TODAY}"


FOLDS = {
    "status": "据报。",
    "terms": "时限与节点一览",
    "milestones": "办成一件事",
    "indicators": "管理指标",
    "coordination": "没有需协调事项",
    "override": "没有人工认定",
    "words": "还没有通过的进展",
    "trail": "暂无记录",
    "official": "负责）",
}


def fold_url(measure, name):
    return reverse("measures:measure_fold", args=[measure.pk, name])


def test_each_fold_has_an_address_that_gives_a_page_and_to_the_script_only_its_content(client):
    measure = make_measure()
    make_milestone(measure)
    staff = make_user(Role.COORDINATOR)
    said = {"stage": "under_way", "reason": "据报。", "by": staff, "at": NOW}
    StatusUpdate.objects.create(measure=measure, **said)
    client.force_login(staff)
    page = parse(folded_page_of(client, measure))
    folds = page.xpath("//section[@class='fold']")
    assert [fold.get("aria-labelledby") for fold in folds] == list(FOLDS)
    for fold, (name, told) in zip(folds, FOLDS.items(), strict=True):
        url = fold_url(measure, name)
        assert fold.xpath("details/@hx-get") == fold.xpath(".//p/a/@href") == [url]
        alone, part = client.get(url), client.get(url, headers={"HX-Request": "true"})
        assert told in part.content.decode(), name
        assert part.content.decode() in alone.content.decode()
        assert b"<html" in alone.content
        assert b"<html" not in part.content


def test_the_whole_page_has_every_fold_open_with_its_content(client):
    measure = make_measure()
    make_milestone(measure)
    client.force_login(make_user(Role.COORDINATOR))
    assert "?whole=1" in parse(folded_page_of(client, measure)).xpath("//a/@href")
    page = parse(page_of(client, measure))
    assert "?whole=1" not in page.xpath("//a/@href")
    assert page.xpath("//section[@class='fold']/details[@open]/@hx-get") == []
    for name, told in FOLDS.items():
        [fold] = page.xpath(f"//section[@aria-labelledby='{name}']")
        assert told in words(fold) or name == "status", name


@pytest.mark.parametrize("name", ["trail", "override", "instructions", "unknown"])
def test_a_fold_that_a_reader_does_not_have_is_404(client, name):
    client.force_login(make_user(Role.LIAISON, make_agency()))
    assert client.get(fold_url(make_measure(), name)).status_code == 404


@pytest.mark.parametrize("name", FOLDS)
def test_a_fold_costs_the_same_for_one_row_and_for_many(client, name):
    def cost(measure):
        with CaptureQueriesContext(connection) as queries:
            client.get(fold_url(measure, name))
        return len(queries)

    agencies = tuple(make_agency() for _ in range(5))
    few, many = make_dated_measure(), make_measure(others=agencies)
    staff = make_user(Role.COORDINATOR)
    for measure, owing in ((few, (None,)), (many, agencies)):
        for number, agency in enumerate(owing):
            make_milestone(measure, due_on=TODAY + timedelta(days=number))
            note = make_note(make_filing(measure=measure, agency=agency))
            make_evidence(note)
            said = {"submitted_at": NOW, "submitted_by": note.author, "left_at": NOW}
            Note.objects.filter(pk=note.pk).update(**said)
            Filing.objects.filter(pk=note.filing_id).update(accepted_note=note)
            said = {"stage": measure.stage, "percent": measure.percent, "by": staff}
            update = StatusUpdate.objects.create(measure=measure, at=NOW, reason="据报。", **said)
            update.notes.add(note)
    client.force_login(staff)
    cost(few)
    assert cost(few) == cost(many) <= MOST_QUERIES


def debtors():
    """Create a measure: its lead owes two quarters, another agency one, a third has filed."""
    lead, other, third = make_agency(name="甲单位"), make_agency(name="乙单位"), make_agency()
    measure = make_measure(lead=lead, others=(other, third))
    second = make_period(Quarter(2026, 2), due_on=TODAY - timedelta(days=138), state="closed")
    newest = make_period(due_on=TODAY - timedelta(days=12))
    for period in (second, newest):
        make_filing(measure=measure, period=period, agency=lead)
    make_filing(measure=measure, period=second, agency=other, state=FilingState.ACCEPTED)
    make_filing(measure=measure, period=newest, agency=other)
    for period in (second, newest):
        make_filing(measure=measure, period=period, agency=third, state=FilingState.ACCEPTED)
    return measure


def head_of_page(page):
    """Return the cells of the head by name."""
    cells = page.xpath("//dl[contains(@class, 'glance')]/div")
    return {words(cell.xpath("dt")[0]): [words(dd) for dd in cell.xpath("dd")] for cell in cells}


def test_the_head_says_which_why_who_since_when_and_what_would_end_it(client, leader):
    measure = debtors()
    page = parse(page_of(client, measure))
    head = head_of_page(page)
    assert head["灯"] == ["▲滞后"]
    late = Filing.objects.filter(agency__short_name="甲单位").earliest("due_on")
    sentence, conditions = head["为什么"]
    assert sentence.startswith("甲单位二、三季度进展均未报，逾期")
    assert conditions.startswith("●预警：乙单位三季度进展未报，逾期8个工作日")
    assert head["待办单位"] == ["甲单位", "另：乙单位"]
    first = late.due_on + timedelta(days=1)
    assert head["自何时（自然日）"][0] == f"欠报{(TODAY - first).days + 1}天"
    assert f"{first}" in head["自何时（自然日）"][1]
    ends = page.xpath("//ol[contains(@class, 'glance-ends')]/li")
    assert [words(one) for one in ends] == [
        "1. 甲单位报齐所欠进展 ●预警",
        "2. 乙单位报齐所欠进展 ▨正常·待审核",
        "3. 审核通过 ■正常·已审核",
    ]
    links = page.xpath("//dl[contains(@class, 'glance')]//a[contains(@class, 'light-why')]/@href")
    others = Filing.objects.get(agency__short_name="乙单位", first_submitted_at=None)
    assert links == [f"/filings/{late.pk}/", f"/filings/{others.pk}/"]


def test_what_is_well_needs_nothing(client, leader):
    measure = make_filing(
        period=make_period(due_on=TODAY - timedelta(days=3)), state=FilingState.ACCEPTED
    ).measure
    head = head_of_page(parse(page_of(client, measure)))
    assert head["灯"] == ["■正常·已审核"]
    assert head["怎样解除"] == ["无需解除"]


def test_what_waits_for_review_says_who_reviews(client, leader):
    measure = make_filing(
        period=make_period(due_on=TODAY - timedelta(days=3)), state=FilingState.SUBMITTED
    ).measure
    head = head_of_page(parse(page_of(client, measure)))
    assert head["灯"] == ["▨正常·待审核"]
    assert head["待办单位"] == ["市商务委"]
    assert head["怎样解除"] == ["市商务委审核通过 ■正常·已审核"]


def test_a_light_set_by_hand_says_until_when_and_what_the_rule_gives(client, leader):
    measure = debtors()
    until = TODAY + timedelta(days=20)
    make_override(measure, light="yellow", reason="已商定补报时间。", ends_on=until, state="agreed")
    head = head_of_page(parse(page_of(client, measure)))
    assert head["灯"] == [f"●预警 人工 至{until}"]
    why, by_rule, conditions = head["为什么"]
    assert why == "已商定补报时间。"
    assert by_rule == "按规则应为▲滞后"
    assert "甲单位二、三季度进展均未报" in conditions
    assert "乙单位三季度进展未报" in conditions
    assert head["怎样解除"][-1].startswith(f"人工认定至{until}")


def test_a_date_put_back_says_both_dates_and_both_gaps(client, leader):
    measure = make_dated_measure(due_on=TODAY + timedelta(days=100), percent=50)
    was = TODAY + timedelta(days=10)
    make_due_date_request(
        measure,
        from_on=was,
        to_on=measure.due_on,
        state="agreed",
        decided_by=leader,
        decided_at=NOW,
    )
    total, passed = (measure.due_on - measure.starts_on).days, (TODAY - measure.starts_on).days
    now = Decimal(100) * passed / total
    before = Decimal(100) * passed / (was - measure.starts_on).days
    [term] = head_of_page(parse(page_of(client, measure)))["时限"]
    for name, day, expected in (("现行时限", measure.due_on, now), ("原时限", was, before)):
        assert f"{name}{day}，按此应达{expected:.1f}%，低{expected - 50:.1f}个百分点" in term


def test_a_date_that_was_never_put_back_is_said_once(client, leader):
    measure = make_dated_measure()
    [term] = head_of_page(parse(page_of(client, measure)))["时限"]
    assert "2026-12-31" in term
    assert "原时限" not in term


def test_the_next_date_is_the_first_of_those_ahead(client, leader):
    measure = make_dated_measure(due_on=TODAY + timedelta(days=60))
    period = make_period(due_on=TODAY + timedelta(days=9))
    make_filing(measure=measure, period=period)

    def coming():
        return head_of_page(parse(page_of(client, measure)))["下一个日期"][0]

    assert coming().startswith(f"{period.due_on}")
    assert coming().endswith("三季度报送截止，还有9天")
    make_milestone(measure, due_on=TODAY)
    assert coming().endswith("节点“办成一件事”，就是今天")


def test_an_open_instruction_stands_in_the_head_and_an_ended_one_does_not(client, leader):
    measure = make_filing().measure
    agency = measure.responsibilities.get().agency
    assert head_of_page(parse(page_of(client, measure)))["批示"] == ["没有批示"]
    make_instruction(agency, measure=measure)
    [said] = head_of_page(parse(page_of(client, measure)))["批示"]
    assert "待回复" in said
    assert agency.short_name in said
    client.force_login(make_user(Role.LIAISON, make_agency()))
    assert "批示" not in head_of_page(parse(page_of(client, measure)))


def rows_of_parties(page):
    """Return the cells of each agency, by its name."""
    rows = page.xpath("//section[@aria-labelledby='parties']//tbody/tr")
    found = [[words(cell) for cell in row] for row in rows]
    return {cells[0].split()[0]: cells[1:] for cells in found}


def test_the_words_of_the_agencies_stand_in_one_table_with_what_each_owes(client, leader):
    measure = debtors()
    page = parse(page_of(client, measure))
    rows = rows_of_parties(page)
    assert list(rows)[:2] == ["甲单位", "乙单位"]
    assert rows["甲单位"][0].startswith("▲ 二、三季度均未报")
    assert rows["甲单位"][1].startswith("还没有通过的进展")
    assert rows["乙单位"][0].startswith("▲ 三季度未报")
    assert rows["乙单位"][1] == "2026年上半年：已推进一件事。"  # an older text has its period
    [third] = [cells for name, cells in rows.items() if name not in ("甲单位", "乙单位")]
    assert third[1] == "已推进一件事。"
    [head] = page.xpath("//section[@aria-labelledby='parties']/div[@class='block-head']")
    assert "2026年前三季度：应报3＝已通过1＋逾期未报2" in words(head)


def test_what_was_written_off_or_filed_after_closing_is_marked(client, leader):
    measure = debtors()
    chief = make_user(Role.CHIEF)
    old = Filing.objects.filter(agency__short_name="甲单位", period__state="closed")
    old.update(written_off_at=NOW, written_off_by=chief, written_off_reason="单位已撤并。")
    rows = rows_of_parties(parse(page_of(client, measure)))
    assert rows["甲单位"][0].startswith("▲ 三季度未报")
    assert rows["甲单位"][0].endswith("已核销 二季度")
    Period.objects.filter(label="2026年前三季度").update(
        state="closed", closed_at=NOW - timedelta(days=2)
    )
    late = Filing.objects.filter(agency__short_name="乙单位", first_submitted_at=None)
    late.update(state=FilingState.SUBMITTED, first_submitted_at=NOW)
    rows = rows_of_parties(parse(page_of(client, measure)))
    assert rows["乙单位"][0].endswith(f"{TODAY}报送，补报，待审核")


def test_the_four_parts_add_up_to_what_is_asked_for_and_the_waived_stand_beside(client, leader):
    states = (
        FilingState.ACCEPTED,
        FilingState.SUBMITTED,
        FilingState.RETURNED,
        FilingState.PENDING,
        FilingState.DRAFT,
        FilingState.WAIVED,
    )
    lead, *others = [make_agency() for _ in states]
    measure = make_measure(lead=lead, others=tuple(others))
    for agency, state in zip((lead, *others), states, strict=True):
        make_filing(measure=measure, agency=agency, state=state)
    [head] = parse(page_of(client, measure)).xpath(
        "//section[@aria-labelledby='parties']/div[@class='block-head']"
    )
    assert "应报5＝已通过1＋待审核1＋退回1＋待报（未到截止日）2；免报1" in words(head)


def test_problems_and_next_steps_are_for_those_who_may_read_them(client):
    filing = make_filing()
    note = make_note(filing, submitted=True, problems="缺少资金。", next_steps="争取资金。")
    Filing.objects.filter(pk=filing.pk).update(
        state=FilingState.ACCEPTED, accepted_note=note, first_submitted_at=NOW
    )
    readers = {
        make_user(Role.LEADER): True,
        make_user(Role.COORDINATOR): True,
        make_user(Role.LIAISON, filing.agency): True,
        make_user(Role.LIAISON, make_agency()): False,
    }
    for user, is_whole in readers.items():
        client.force_login(user)
        page = page_of(client, filing.measure)
        assert "已推进一件事。" in page
        assert ("缺少资金。" in page, "争取资金。" in page) == (is_whole, is_whole)


def test_the_light_s_history_lists_the_newest_three_runs_and_folds_the_older(client, leader):
    measure = make_filing(state=FilingState.ACCEPTED).measure
    causes = ("lead_late", "other_late", "lead_silent", "milestone_late", "filed")
    for number, cause in enumerate(causes):
        light = Cause(cause).light
        LightChange.objects.create(
            measure=measure,
            on=TODAY - timedelta(days=400 - 50 * number),
            light=light,
            label="正常" if cause == "filed" else light.label,
            sentence=f"{cause}开始",
            worst_sentence=f"{cause}最重",
            cause=cause,
            is_old_rule=number == 0,
        )
    [history] = parse(page_of(client, measure)).xpath("//section[@aria-labelledby='lights']")
    assert "列最近3段，共5段" in words(history.xpath("div[@class='block-head']")[0])
    tables = history.xpath(".//table")
    told = [[words(row) for row in table.xpath("tbody/tr")] for table in tables]
    assert [len(rows) for rows in told] == [3, 2]
    assert "■正常 filed最重" in told[0][0]  # in the words used on its day
    assert "milestone_late最重" in told[0][1]
    assert told[0][1].endswith("50天")
    assert [row.count("按原规则") for rows in told for row in rows] == [0, 0, 0, 0, 1]
    assert "更早的2段" in words(history.xpath("details/summary")[0])
    since = TODAY - timedelta(days=350)
    assert f"自{since}起按现行规则评定" in words(history)
    assert len(history.xpath(".//*[@class='light-band']")) == 4  # two of a light are one band
    ends = history.xpath(".//*[@class='light-day']")
    assert (words(ends[0]), words(ends[-1])) == (f"{TODAY - timedelta(days=400)}", f"{TODAY}")


def test_what_waits_for_review_is_hatched_in_the_strip(client, leader):
    measure = make_filing(
        period=make_period(due_on=TODAY - timedelta(days=3)), state=FilingState.SUBMITTED
    ).measure
    refresh_all_lights(on=TODAY)
    [history] = parse(page_of(client, measure)).xpath("//section[@aria-labelledby='lights']")
    assert len(history.xpath(".//*[@fill='url(#hatch)']")) == 1
    assert "▨" in words(history.xpath(".//*[name()='svg']")[0])


def test_the_run_that_goes_on_is_told_in_the_words_of_today(client, leader):
    """Its number grew slightly since it began: head and history must not differ."""
    measure = make_dated_measure(percent=55, starts_on=date(2026, 1, 1), due_on=date(2027, 6, 30))
    make_filing(measure=measure, state=FilingState.ACCEPTED, due_on=TODAY - timedelta(days=30))
    Period.objects.update(due_on=TODAY - timedelta(days=30))
    refresh_all_lights(on=TODAY - timedelta(days=2))
    [old] = LightChange.objects.all()
    page = page_of(client, measure)
    assert old.light == "green"
    assert old.sentence not in page
    [history] = parse(page).xpath("//section[@aria-labelledby='lights']")
    assert "个百分点，未到预警线" in words(history)
