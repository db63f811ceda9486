"""需协调事项: pages from a note to its end, and where it is shown or hidden."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import Cause, Confidence, CoordinationState, Light
from measures.coordination import actions
from measures.coordination.page import held_up
from measures.coordination.tests.factories import make_item
from measures.lights.overrides import agree_override, ask_override
from measures.lights.refresh import refresh_light
from measures.models import CoordinationItem, Measure
from measures.rules.facts import Finding
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL, DECISIONS = "/coordination/", "/coordination/decisions/"
WORDS = "保费补贴从哪项资金列支"
DUE = TODAY + timedelta(days=10)


@pytest.fixture
def finance():
    return make_agency(name="市财政局")


@pytest.fixture
def note(measure, people):
    """Create a submitted note of the lead with a request to others."""
    filing = make_filing(measure=measure)
    filing.state, filing.first_submitted_at = "submitted", NOW
    filing.save()
    words = f"请市财政局明确，{WORDS}。"
    return make_note(filing, author=people.liaison, submitted=True, help_needed=words)


def read(client, address, user=None):
    if user is not None:
        client.force_login(user)
    return client.get(address).content.decode()


def item_url(item):
    return reverse("measures:coordination_item", args=[item.pk])


def raise_url(measure, note=None):
    query = f"?note={note.pk}" if note else ""
    return reverse("measures:coordination_raise", args=[measure.pk]) + query


def respond(client, item, **said):
    return client.post(reverse("measures:coordination_respond", args=[item.pk]), said)


def step(client, item, act, **said):
    return client.post(reverse("measures:coordination_step", args=[item.pk, act]), said)


def raised(measure, asked_by, **said):
    return make_item(measure=measure, asked_by=asked_by, words=WORDS, **said)


# From a note ---------------------------------------------------------------------------------


def test_the_review_leads_to_a_form_that_is_filled_in(client, measure, note, people, finance):
    client.force_login(people.coordinator)
    address = raise_url(measure, note)
    assert f'href="{address}"' in read(client, f"/reviews/{note.filing_id}/")
    page = parse(read(client, address))
    assert page.xpath("//input[@name='words']/@value") == [note.help_needed.rstrip("。")]
    chosen = page.xpath("//select[@name='to']//option[@selected]/text()")
    assert chosen == ["市财政局"]
    said = {name: page.xpath(f"//*[@name='{name}']/@value")[0] for name in ("words", "due_on")}
    said |= {"asked_by": note.filing.agency_id, "to": f"agency-{finance.pk}"}
    assert client.post(address, said).status_code == 302
    item = CoordinationItem.objects.get()
    assert (item.note, item.asked_by, item.holder_agency) == (note, note.filing.agency, finance)
    page = read(client, f"/reviews/{note.filing_id}/")
    assert item_url(item) in page
    assert address not in page
    assert client.post(address, said).status_code == 422


def test_who_filed_is_led_there_too(client, measure, note, people):
    page = read(client, "/filings/", people.liaison)
    assert f'href="{raise_url(measure, note)}"' in page


@pytest.mark.parametrize("who", ["other_liaison", "other_head", "leader", "chief"])
def test_a_note_is_nothing_to_others(client, measure, note, people, who):
    client.force_login(getattr(people, who))
    assert client.get(raise_url(measure, note)).status_code == 404


def test_a_draft_is_nothing_to_the_commission(client, measure, people):
    draft = make_note(make_filing(measure=measure), help_needed="请协调。")
    client.force_login(people.coordinator)
    assert client.get(raise_url(measure, draft)).status_code == 404
    client.force_login(people.liaison)
    assert client.get(raise_url(measure, draft)).status_code == 200


# Three hands ---------------------------------------------------------------------------------


def test_through_three_hands_to_its_end(client, measure, agency, people, finance):
    official, leader = make_user(Role.LIAISON, finance), people.leader
    item = raised(measure, agency, agency=finance, by=people.liaison)
    client.force_login(official)
    assert respond(client, item, choice="ask_back", words="要多少？").status_code == 302
    client.force_login(people.liaison)
    assert step(client, item, "explain", words="200万元。").status_code == 302
    client.force_login(people.coordinator)
    said = {"choice": "pass_on", "to": f"leader-{leader.pk}", "doer": finance.pk}
    said |= {"words": "可从专项列支，请领导定。", "due_on": f"{DUE}"}
    assert respond(client, item, **said).status_code == 302
    client.force_login(leader)
    page = parse(read(client, DECISIONS))
    form = page.xpath("//article//form")[0]
    sent = {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@type!='radio']")}
    sent["doer"] = form.xpath(".//select[@name='doer']//option[@selected]/@value")[0]
    answer = client.post(form.get("action"), {**sent, "choice": "0", "words": ""})
    assert answer.url == DECISIONS
    assert "市财政局办理，请" in read(client, DECISIONS)
    client.force_login(official)
    assert respond(client, item, choice="answer", words="已列支。").status_code == 302
    client.force_login(people.liaison)
    assert step(client, item, "close").status_code == 302
    acts = ["raise", "ask_back", "explain", "pass_on", "decide", "answer", "close"]
    assert [one.act for one in item.steps.all()] == acts
    page = read(client, item_url(item))
    assert "同意。请市财政局于" in page
    assert "已办结" in page


def test_what_is_over_says_so_above_what_was_typed(client, measure, agency, people, finance):
    item = raised(measure, agency, agency=finance, by=people.liaison)
    official = make_user(Role.LIAISON, finance)
    actions.answer(item, by=official, words="可以。", at=NOW)
    client.force_login(official)
    answer = respond(client, item, choice="answer", words="再说一遍")
    assert answer.status_code == 409
    assert "再说一遍" in answer.content.decode()
    assert "不能再答复" in answer.content.decode()


def test_a_leaders_second_click_is_told_that_it_is_done(client, measure, agency, people, finance):
    item = raised(measure, agency, leader=people.leader, doer=finance, by=people.liaison)
    client.force_login(people.leader)
    said = {"choice": "0", "doer": finance.pk, "due_on": f"{DUE}", "from_list": "1"}
    assert respond(client, item, **said).status_code == 302
    answer = respond(client, item, **said)
    assert answer.status_code == 409
    assert "已不在您这里" in answer.content.decode()


def test_passing_on_asks_for_whom_and_a_reason(client, measure, agency, people, finance):
    item = raised(measure, agency, agency=finance, by=people.liaison)
    client.force_login(make_user(Role.LIAISON, finance))
    answer = respond(client, item, choice="pass_on", due_on=f"{DUE}")
    assert answer.status_code == 422
    assert "请选择转给谁办。" in answer.content.decode()
    assert "请写明内容。" in answer.content.decode()


# Who sees it ---------------------------------------------------------------------------------

SEES = {
    "liaison": True,
    "head": True,
    "official": True,
    "coordinator": True,
    "chief": True,
    "leader": True,
    "other_liaison": False,
    "other_head": False,
}


@pytest.mark.parametrize("who", SEES)
def test_parties_commission_and_leaders_see_it_and_nobody_else(
    client, measure, agency, people, finance, who
):
    official = make_user(Role.LIAISON, finance)
    item = raised(measure, agency, agency=finance, by=people.liaison)
    client.force_login(official if who == "official" else getattr(people, who))
    places = [
        f"/measures/{measure.pk}/",
        f"/measures/{measure.pk}/folds/coordination/",
        f"/agencies/{agency.pk}/",
        f"/agencies/{finance.pk}/",
        URL,
        f"{URL}?state=all",
    ]
    assert (client.get(item_url(item)).status_code == 200) is SEES[who]
    for place in places:
        assert (WORDS in read(client, place)) is SEES[who], place


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "auditor"])
def test_administrators_see_no_business(client, measure, agency, people, finance, who):
    item = raised(measure, agency, agency=finance, by=people.liaison)
    client.force_login(getattr(people, who))
    assert [client.get(one).status_code for one in (URL, DECISIONS, item_url(item))] == [403] * 3


def test_who_once_had_it_still_sees_it(client, measure, agency, people, finance):
    official = make_user(Role.LIAISON, finance)
    item = raised(measure, agency, agency=finance, by=people.liaison)
    said = {"words": "属税务职责。", "agency": make_agency(), "due_on": DUE}
    actions.pass_on(item, by=official, at=NOW, **said)
    client.force_login(official)
    assert client.get(item_url(item)).status_code == 200


def test_both_agencies_find_it_on_their_own_pages(client, measure, agency, people, finance):
    make_period()
    official = make_user(Role.LIAISON, finance)
    item = raised(measure, agency, agency=finance, by=people.liaison)
    assert "待本单位答复1件" in read(client, "/filings/", official)
    assert WORDS in read(client, "/todo/", official)
    assert WORDS in read(client, "/inbox/", official)
    actions.answer(item, by=official, words="可以。", at=NOW)
    assert "已有回音1件" in read(client, "/filings/", people.liaison)
    assert "办结" in read(client, "/todo/", people.liaison)


@pytest.fixture
def item(measure, agency, people, finance):
    return raised(measure, agency, agency=finance, by=people.liaison)


def test_a_question_waits_for_an_answer_and_an_answer_for_its_end(client, people, finance, item):
    official = make_user(Role.LIAISON, finance)
    actions.ask_back(item, by=official, words="要多少？", at=NOW)
    page = read(client, "/todo/", people.liaison)
    assert "待答复" in page
    assert "待办结" not in page
    actions.explain(item, by=people.liaison, words="200万元。", at=NOW)
    actions.answer(item, by=official, words="可以。", at=NOW)
    assert "待办结" in read(client, "/todo/", people.liaison)


def test_who_may_only_pass_it_on_is_asked_for_no_choice(client, measure, agency, people):
    item = raised(measure, agency, leader=people.leader, by=people.liaison)
    page = parse(read(client, item_url(item), people.coordinator))
    assert page.xpath("//input[@name='choice']/@type") == ["hidden"]
    assert page.xpath("//input[@name='choice']/@value") == ["pass_on"]
    assert "您的答复" not in page.text_content()


def test_words_are_marked_as_needed_where_they_are(client, people, finance, item):
    page = parse(read(client, item_url(item), make_user(Role.LIAISON, finance)))
    when = "choice=answer,pass_on,ask_back"
    assert page.xpath("//textarea[@name='words']/@data-required-when") == [when]
    assert page.xpath("//label[@for=//textarea[@name='words']/@id]/span[@class='required']")


def test_a_way_out_is_no_main_button_and_asks_for_no_words(client, people, item):
    page = parse(read(client, item_url(item), people.liaison))
    assert not page.xpath("//main//button[contains(@class, 'btn-primary')]")
    assert "原因，可不填" in page.text_content()


def test_a_card_asks_for_an_answer_only_until_there_is_one(client, measure, note, people, finance):
    asker = note.filing.agency
    item = raised(measure, asker, agency=finance, by=people.liaison, note=note)
    address = f"/reviews/{note.filing_id}/"
    assert f"请市财政局于<time>{DUE}</time>前答复：" in read(client, address, people.coordinator)
    actions.answer(item, by=make_user(Role.LIAISON, finance), words="可以。", at=NOW)
    page = read(client, address)
    assert "前答复：" not in page
    assert WORDS in page


# 等您定的事 ---------------------------------------------------------------------------------------


def test_a_leader_finds_what_waits_the_oldest_first(client, measure, agency, people, finance):
    early = NOW - timedelta(days=21)
    raised(measure, agency, leader=people.leader, by=people.liaison)
    make_item(
        measure=measure,
        asked_by=agency,
        leader=people.leader,
        by=people.liaison,
        words="用地指标由谁统筹",
        options="市级统筹、由所在区平衡",
        at=early,
    )
    page = read(client, DECISIONS, people.leader)
    assert page.index("用地指标") < page.index(WORDS)
    assert "个工作日" in page
    assert "由所在区平衡" in page
    assert str(measure) in page


def test_what_an_item_holds_up_is_the_finding_that_waits_for_it():
    item = CoordinationItem(asked_by_name="市农业农村委", holder_name="市领导")

    def finding(cause, agency, answers=""):
        return Finding(Light.RED, cause, "…", agencies=(agency,), answers=answers)

    late = finding(Cause.LEAD_LATE, "市农业农村委")
    others = finding(Cause.CONFIDENCE_RED, "市农业农村委", "市财政局")
    held = finding(Cause.CONFIDENCE_RED, "市农业农村委", "市领导")
    assert held_up(item, (late, others, held)) == held
    assert held_up(item, (late, others)) is None


def test_a_leader_is_told_how_long_it_has_waited_for_this_leader(
    client, measure, agency, people, finance
):
    early, later = NOW - timedelta(days=21), NOW - timedelta(days=14)
    said = {"measure": measure, "asked_by": agency, "by": people.liaison}
    passed = make_item(**said, words="用地指标由谁统筹", agency=finance, at=early)
    official = make_user(Role.LIAISON, finance)
    by_leader = {"leader": people.leader, "due_on": DUE, "at": NOW - timedelta(days=7)}
    actions.pass_on(passed, by=official, words="请市领导定。", **by_leader)
    make_item(**said, words=WORDS, leader=people.leader, at=later)
    found = parse(read(client, DECISIONS, people.leader))
    days = found.xpath("//*[@class='decision-days']/text()")
    assert days == ["10", "5"]
    assert "已等5个工作日" in read(client, URL)


def test_a_chief_finds_what_the_commission_is_asked(client, measure, agency, people):
    item = raised(measure, agency, agency=measure.notice.coordinator, by=people.liaison)
    assert WORDS in read(client, DECISIONS, people.chief)
    assert respond(client, item, choice="answer", words="同意。", from_list="1").url == DECISIONS
    assert CoordinationItem.objects.get().state == CoordinationState.ANSWERED
    assert "待市农业农村委办结" in read(client, DECISIONS)


def test_another_leaders_items_do_not_wait_for_one(client, measure, agency, people):
    raised(measure, agency, leader=people.leader, by=people.liaison)
    assert "没有等您定的事" in read(client, DECISIONS, make_user(Role.LEADER))


@pytest.mark.parametrize(
    "state", ["", "mine", "late", "unended", "open", "answered", "all", "nonsense", "9"]
)
def test_every_tab_answers(client, measure, agency, people, state):
    raised(measure, agency, leader=people.leader, by=people.liaison)
    client.force_login(people.leader)
    assert client.get(f"{URL}?state={state}&page=2&agency=x&notice=y").status_code == 200


def test_every_tab_counts_what_it_lists(client, measure, agency, people, finance):
    official = make_user(Role.LIAISON, finance)
    raised(measure, agency, agency=finance, by=people.liaison)
    other = make_item(measure=measure, asked_by=agency, agency=finance, by=people.liaison)
    actions.answer(other, by=official, words="可以。", at=NOW)
    client.force_login(people.coordinator)
    found = client.get(URL).context["found"]
    assert {tab.value: tab.total for tab in found.tabs if tab.total} == {
        "unended": 2,
        "open": 1,
        "answered": 1,
        "all": 2,
    }
    for tab in found.tabs:
        listed = client.get(f"{URL}?state={tab.value}").context["found"]
        assert (len(listed.rows), listed.chosen.value) == (tab.total, tab.value)


def test_the_list_of_one_agency(client, measure, agency, people, finance):
    raised(measure, agency, agency=finance, by=people.liaison)
    client.force_login(people.coordinator)
    assert WORDS in read(client, f"{URL}?agency={finance.pk}")
    assert WORDS not in read(client, f"{URL}?agency={make_agency().pk}")


def test_who_carries_out_a_decision_is_not_told_of_the_days_before(
    client, measure, agency, people, finance
):
    early = NOW - timedelta(days=14)
    item = raised(measure, agency, leader=people.leader, doer=finance, by=people.liaison, at=early)
    assert "已等10个工作日" in read(client, URL, people.coordinator)
    said = {"option": "同意", "doer": finance, "due_on": DUE}
    actions.decide(item, by=people.leader, at=NOW, **said)
    page = read(client, URL)
    assert "已等10个工作日" not in page
    assert "今日定下" in page
    assert "已定，待市财政局办理，今日定下" in read(client, item_url(item))


# The light -----------------------------------------------------------------------------------


def judged(measure):
    refresh_light(measure.pk, on=TODAY)
    return Measure.objects.get(pk=measure.pk)


@pytest.fixture
def doubtful():
    """Create a measure that is yellow because of its lead's confidence."""
    lead = make_agency(name="市农业农村委")
    measure = make_measure(lead=lead)
    period = make_period(due_on=TODAY - timedelta(days=5))
    filing = make_filing(measure=measure, period=period, state="accepted")
    make_note(
        filing,
        submitted=True,
        confidence=Confidence.YELLOW,
        confidence_reason="补贴未落实",
    )
    return measure


def test_beside_a_leader_s_item_stands_what_it_holds_up(client, doubtful, measure, people):
    lead = doubtful.responsibilities.get().agency
    make_item(measure=doubtful, asked_by=lead, leader=people.leader)
    make_item(measure=measure, leader=people.leader)
    page = parse(read(client, DECISIONS, people.leader))
    held = [one.text_content() for one in page.xpath("//*[@class='decision-holds']")]
    assert ["补贴未落实，待市领导定" in one for one in held] == [True, False]
    assert len(page.xpath("//*[@class='decision-holds']/p")) == 3  # the other: only its measure


def test_the_light_beside_a_leader_s_item_is_that_of_its_measure_everywhere(
    client, doubtful, people
):
    lead = doubtful.responsibilities.get().agency
    make_item(measure=doubtful, asked_by=lead, leader=people.leader)
    refresh_light(doubtful.pk, on=TODAY)
    said = {"light": Light.RED, "reason": "已议定。", "ends_on": DUE}
    asked = ask_override(doubtful, by=make_user(Role.COORDINATOR), at=NOW, **said)
    agree_override(asked, by=make_user(Role.CHIEF), at=NOW)
    page = parse(read(client, DECISIONS, people.leader))
    (held,) = [one.text_content() for one in page.xpath("//*[@class='decision-holds']")]
    assert "补贴未落实，待市领导定" in held
    assert "滞后" in held
    assert f"人工 至{DUE:%Y-%m-%d}" in " ".join(held.split())
    assert "预警" not in held


def test_the_light_says_where_it_is_stuck_until_it_is_answered(client, doubtful, finance):
    lead = doubtful.responsibilities.get().agency
    before = judged(doubtful)
    assert before.light_sentence.endswith("：补贴未落实")
    item = make_item(measure=doubtful, asked_by=lead, agency=finance, at=NOW - timedelta(days=3))
    found = judged(doubtful)
    assert found.light_sentence.endswith("：补贴未落实，卡在市财政局，已等1个工作日")
    assert (found.light, found.light_cause) == (before.light, before.light_cause)
    page = read(client, f"/measures/{doubtful.pk}/", make_user(Role.COORDINATOR))
    assert "<dd>待答复：市财政局</dd>" in page
    assert "市财政局答复需协调事项，" in page
    assert f"请{item.due_on}前答复" in page
    actions.answer(item, by=make_user(Role.LIAISON, finance), words="可以。", at=NOW)
    page = read(client, f"/measures/{doubtful.pk}/", make_user(Role.COORDINATOR))
    assert '<span class="fold-when">已答复</span>' in page
    assert Measure.objects.get(pk=doubtful.pk).light_sentence == before.light_sentence


def test_what_another_agency_asked_does_not_explain_the_doubt(doubtful, finance):
    make_item(measure=doubtful, asked_by=doubtful.notice.coordinator, agency=finance)
    assert "卡在" not in judged(doubtful).light_sentence


@pytest.mark.parametrize(
    ("role", "label"),
    [
        ("leader", "等您定"),
        ("coordinator", "等我们办"),
        ("chief", "等我们办"),
        ("liaison", "等我们办"),
    ],
)
def test_what_waits_is_said_to_a_leader_as_theirs_to_decide(client, people, role, label):
    client.force_login(getattr(people, role))
    tabs = {tab.value: tab.label for tab in client.get(URL).context["found"].tabs}
    assert tabs["mine"] == label
