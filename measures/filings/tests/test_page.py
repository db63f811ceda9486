"""本期应报: an agency writes and submits what it owes on one page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.tests.cards import save, typed
from measures.models import Filing, Period, Review
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_objection
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
MOST_QUERIES = 12  # one counts open instructions, one finds the debts
URL = "/filings/"


@pytest.fixture
def filing(customs):
    return make_filing(measure=make_measure(lead=customs, title="落实自贸协定扩大进口"))


def test_without_a_period_the_page_says_why_and_what_comes(client, liaison):
    page = client.get(URL).content.decode()
    assert "还没有填报期" in page


def test_an_agency_without_filings_is_told_so(client, liaison):
    make_period()
    assert "本期没有应报事项" in client.get(URL).content.decode()


def test_the_page_shows_what_is_owed_and_nothing_of_others(client, liaison, filing):
    make_filing(measure=make_measure(title="别家的措施"))
    page = client.get(URL).content.decode()
    assert "本期应报1项" in page
    assert "落实自贸协定扩大进口" in page
    assert "别家的措施" not in page


def test_last_period_s_accepted_words_stand_beside_the_new_ones(client, liaison, filing):
    before = make_period(Quarter(2026, 2), state="closed", due_on=TODAY - timedelta(days=120))
    make_filing(measure=filing.measure, period=before, state=FilingState.ACCEPTED)
    page = client.get(URL).content.decode()
    assert "上期（2026年上半年）已通过" in page
    assert "已推进一件事。" in page
    assert "沿用到本期" in page


def test_what_is_not_of_the_period_just_before_is_not_called_so(client, liaison, filing):
    before = make_period(Quarter(2026, 1), state="closed", due_on=TODAY - timedelta(days=220))
    make_filing(measure=filing.measure, period=before, state=FilingState.ACCEPTED)
    page = client.get(URL).content.decode()
    assert "最近一次通过（2026年一季度）" in page
    assert "上期（" not in page


def test_another_open_period_past_its_day_says_that_it_is_over_and_what_is_late(
    client, liaison, filing
):
    ahead = make_period(Quarter(2026, 4), due_on=TODAY + timedelta(days=45))
    said = parse(client.get(f"{URL}?period={ahead.pk}").content.decode())
    assert "2026年前三季度也在填报，2026-11-24（周二）截止" in said.text_content()
    gone = TODAY - timedelta(days=3)
    Period.objects.filter(pk=filing.period_id).update(due_on=gone, opens_on=gone)
    Filing.objects.filter(pk=filing.pk).update(due_on=gone)
    said = parse(client.get(f"{URL}?period={ahead.pk}").content.decode())
    assert "2026年前三季度已于2026-11-20（周五）截止，逾期未报1项" in said.text_content()
    assert (
        "2026-11-20（周五）已截止，已逾期1项"
        in parse(client.get(URL).content.decode()).text_content()
    )


def test_a_card_shows_the_day_that_is_not_its_period_s(client, liaison, filing):
    def said():
        card = parse(client.get(URL).content.decode()).get_element_by_id(f"status-{filing.pk}")
        return card.text_content()

    assert "截止" not in said()
    Filing.objects.filter(pk=filing.pk).update(due_on=TODAY + timedelta(days=20))
    assert "2026-12-13截止" in said()


def test_a_correction_in_hand_leaves_what_was_accepted_counted(client, liaison, filing):
    make_filing(measure=make_measure(lead=filing.agency), state=FilingState.SUBMITTED)
    corrected = make_filing(measure=make_measure(lead=filing.agency), state=FilingState.ACCEPTED)
    Filing.objects.filter(pk=corrected.pk).update(state=FilingState.SUBMITTED)
    said = parse(client.get(URL).content.decode()).find_class("owe-words")[0].text_content()
    assert "已通过1项，已报送待审核1项，未填写1项，其中已通过的1项正在更正" in said


def test_what_was_put_off_past_the_closing_is_not_lost(client, liaison, filing):
    Period.objects.filter(pk=filing.period_id).update(state="closed", closed_at=NOW)
    make_period(Quarter(2026, 4), due_on=TODAY + timedelta(days=45))
    said = parse(client.get(URL).content.decode()).text_content()
    assert "报送截止为2026-11-24（周二），本期虽已关闭，截止前报送仍算按时" in said
    assert "往期欠报" not in said
    said = parse(client.get(f"{URL}?period={filing.period_id}").content.decode()).text_content()
    assert "1项截止日另定，本期虽已关闭，截止前报送仍算按时" in said
    assert "补报" not in said


def test_a_draft_is_saved_and_stays_a_draft(client, liaison, filing):
    response = client.post(reverse("measures:filing_save", args=[filing.pk]), typed(filing))
    filing.refresh_from_db()
    assert response.status_code == 302
    assert response.url.endswith(f"#filing-{filing.pk}")
    assert (filing.state, filing.notes.get().progress) == ("draft", "三季度推进一件事。")


def test_submitting_saves_what_was_typed_and_hands_it_in(client, liaison, filing):
    client.post(reverse("measures:filing_submit", args=[filing.pk]), typed(filing))
    filing.refresh_from_db()
    assert filing.state == "submitted"
    assert filing.notes.get().submitted_by == liaison


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("progress", "  ", "请填写进展情况后再提交。"),
        ("progress", "长" * 4001, "4000"),
        ("problems", "长" * 1001, "1000"),
        ("claimed_stage", "done", "请重新选择。"),
        ("claimed_stage", "", "必填"),
        ("confidence", "purple", "请重新选择。"),
        ("confidence_reason", "长" * 301, "300"),
        ("revision", "x", "没有送达，请刷新页面后再填。"),
    ],
)
def test_unfit_input_is_refused_at_its_field_and_kept(
    client, liaison, filing, field, value, sentence
):
    sent = typed(filing, **{"progress": "写了很久的话。", field: value})
    response = client.post(reverse("measures:filing_submit", args=[filing.pk]), sent)
    page = response.content.decode()
    filing.refresh_from_db()
    assert response.status_code == 422
    assert sentence in page
    assert field == "progress" or "写了很久的话。" in page
    assert filing.state == "pending"
    assert not filing.notes.exists()


def test_doubt_needs_a_reason_before_it_is_handed_in(client, liaison, filing):
    sent = typed(filing, confidence="red")
    response = client.post(reverse("measures:filing_submit", args=[filing.pk]), sent)
    assert response.status_code == 422
    assert "须写明原因" in response.content.decode()


def test_a_draft_may_be_incomplete(client, liaison, filing):
    sent = typed(filing, progress="", confidence="red")
    response = client.post(reverse("measures:filing_save", args=[filing.pk]), sent)
    assert response.status_code == 302


def test_a_returned_filing_shows_the_comment_and_starts_from_its_words(client, liaison, filing):
    note = make_note(filing, submitted=True, progress="原来的话。")
    reviewer = make_user(Role.COORDINATOR)
    Review.objects.create(
        note=note,
        begun_by=reviewer,
        begun_at=NOW,
        decided_by=reviewer,
        decided_at=NOW,
        decision="return",
        comment="请补充数据来源。",
    )
    Filing.objects.filter(pk=filing.pk).update(state="returned", first_submitted_at=NOW)
    page = client.get(URL).content.decode()
    assert "请补充数据来源。" in page
    assert "原来的话。" in page
    client.post(reverse("measures:filing_submit", args=[filing.pk]), typed(filing))
    versions = list(filing.notes.order_by("version").values_list("version", "progress"))
    assert versions == [(1, "原来的话。"), (2, "三季度推进一件事。")]


def test_two_people_on_one_filing_the_second_is_told_and_keeps_the_text(client, liaison, filing):
    make_note(filing, progress="同事的话。")
    Filing.objects.filter(pk=filing.pk).update(state="draft")
    sent = typed(filing, progress="我的话。", revision=0)
    response = client.post(reverse("measures:filing_save", args=[filing.pk]), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "已在您打开页面后保存过这项填报" in page
    assert "我的话。" in page
    assert "同事的话。" in page
    assert filing.notes.get().progress == "同事的话。"


def test_after_a_look_at_both_one_s_own_can_be_saved(client, liaison, filing):
    make_note(filing, progress="同事的话。")
    Filing.objects.filter(pk=filing.pk).update(state="draft")
    page = save(client, filing, progress="我的话。", revision=0).content.decode()
    assert "用我的内容保存" in page
    assert "用对方的内容" in page
    assert f'name="f{filing.pk}-revision" value="1"' in page
    save(client, filing, progress="我的话，合并了同事的话。", revision=1)
    assert filing.notes.get().progress == "我的话，合并了同事的话。"


def test_what_was_handed_in_can_be_withdrawn_until_the_review_begins(client, liaison, filing):
    client.post(reverse("measures:filing_submit", args=[filing.pk]), typed(filing))
    response = client.post(reverse("measures:filing_withdraw", args=[filing.pk]))
    filing.refresh_from_db()
    assert response.status_code == 302
    assert filing.state == "draft"
    assert filing.notes.count() == 2


def test_an_illegal_step_answers_409_with_the_rule_s_sentence(client, liaison, customs):
    filing = make_filing(measure=make_measure(lead=customs), state=FilingState.ACCEPTED)
    response = client.post(reverse("measures:filing_submit", args=[filing.pk]), typed(filing))
    assert response.status_code == 409
    assert "“已通过”的填报不能填写" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"progress": ""}, "缺：进展情况"),
        ({"confidence": "red"}, "缺：预期原因"),
        ({"progress": "", "confidence": "red"}, "缺：进展情况、预期原因"),
    ],
)
def test_what_is_missing_is_named_at_the_head_of_its_card(client, liaison, filing, fields, words):
    save(client, filing, **fields)
    assert words in client.get(URL).content.decode()


def test_a_refused_card_says_that_it_is_not_saved_not_what_the_saved_one_lacks(
    client, liaison, filing
):
    save(client, filing, progress="")
    address = reverse("measures:filing_submit", args=[filing.pk])
    refused = client.post(address, typed(filing, problems="长" * 1001, revision=1))
    page = parse(refused.content.decode())
    card = page.get_element_by_id(f"filing-{filing.pk}")
    assert "缺：" not in page.text_content()
    assert card.find_class("filing-missing")[0].text_content() == "没有保存"
    assert (
        card.find_class("saved")[0].text_content().startswith(f"没有保存，上次{liaison.name}保存于")
    )
    assert f"{filing.measure.mark}没有保存" in page.find_class("owe-rest")[0].text_content()


def test_the_progress_is_marked_as_required(client, liaison, filing):
    label = parse(client.get(URL).content.decode()).xpath("//label[contains(@for, '-progress')]")
    assert [one.text_content() for one in label] == ["进展情况*"]


@pytest.mark.parametrize(
    "name", ["filing_save", "filing_submit", "filing_unchanged", "filing_withdraw"]
)
def test_another_agency_s_filing_does_not_exist(client, liaison, name):
    foreign = make_filing()
    response = client.post(reverse(f"measures:{name}", args=[foreign.pk]), typed(foreign))
    assert response.status_code == 404


@pytest.mark.parametrize("period", ["0", "999999", "x", "-1", "99999999999999999999", "²"])
def test_a_wrong_period_in_the_address_is_404(client, liaison, period):
    assert client.get(URL, {"period": period}).status_code == 404


def test_the_page_costs_the_same_for_one_filing_and_for_thirty(client, liaison, customs):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    make_filing(measure=make_measure(lead=customs))
    make_filing(measure=make_measure(lead=customs), state=FilingState.DRAFT)
    client.get(URL)  # the first request of a session writes it
    few = cost()
    for _ in range(29):
        make_filing(measure=make_measure(lead=customs), state=FilingState.DRAFT)
    assert cost() == few
    assert few <= MOST_QUERIES


PLACES = [
    # state, of the note, what the bar says
    ("pending", None, "未填写1项"),
    ("draft", {"progress": ""}, "未填好1项"),
    ("draft", {}, "已填好待提交1项"),
    ("submitted", None, "已报送待审核1项"),
    ("accepted", None, "已通过1项"),
    ("waived", None, "免报1项"),
]


def test_the_numbers_of_the_bar_exclude_each_other_and_add_up(client, liaison, customs):
    period = make_period()
    for state, note, _ in PLACES:
        reason = {"waived_reason": "不涉及。"} if state == "waived" else {}
        filing = make_filing(
            period=period, measure=make_measure(lead=customs), state=state, **reason
        )
        if note is not None:
            make_note(filing, **note)
    page = client.get(URL).content.decode()
    assert "本期应报6项</strong>：" in page
    for _, _, words in PLACES:
        assert words in page


def test_what_one_saved_in_another_tab_is_not_called_somebody_else_s(client, liaison, filing):
    save(client, filing, progress="另一页写的。")
    page = save(client, filing, progress="这里写的。", revision=0).content.decode()
    assert "您已在另一页面保存过这项填报，这里填写的内容尚未保存。" in page
    assert "用另一页面的内容" in page
    assert "对方" not in page


def test_a_card_s_forms_lead_back_to_the_card(client, liaison, filing):
    page = client.get(URL).content.decode()
    assert f"{reverse('measures:filing_save', args=[filing.pk])}#filing-{filing.pk}" in page


def test_a_waived_filing_says_why(client, liaison, filing):
    Filing.objects.update(state="waived", waived_reason="本期不涉及。", waived_at=NOW)
    page = client.get(URL).content.decode()
    assert "免报理由" in page
    assert "本期不涉及。" in page
    assert "尚未填写。" not in page


def test_a_head_is_offered_no_withdrawal(client, liaison, filing, customs):
    """Only people who file may withdraw; the button would be refused."""
    client.post(reverse("measures:filing_submit", args=[filing.pk]), typed(filing))
    address = reverse("measures:filing_withdraw", args=[filing.pk])
    assert address in client.get(URL).content.decode()
    client.force_login(make_user(Role.AGENCY_HEAD, customs))
    assert address not in client.get(URL).content.decode()
    assert client.post(address).status_code == 403


def test_a_returned_card_leads_to_the_objection_until_it_is_rewritten(client, liaison, customs):
    filing = make_filing(measure=make_measure(lead=customs), state=FilingState.RETURNED)
    by = make_user(Role.COORDINATOR)
    decided = {"decided_by": by, "decided_at": NOW, "decision": "return", "comment": "请补充。"}
    note = filing.notes.get()
    Review.objects.create(note=note, begun_by=by, begun_at=NOW, **decided)
    link = reverse("measures:filing_object", args=[filing.pk])
    page = client.get(URL).content.decode()
    assert link in page
    assert "须在开始修改前提出" in page
    objection = make_objection(filing)
    page = client.get(URL).content.decode()
    assert link not in page
    assert "已对退回提出异议，待答复" in page
    objection.delete()
    save(client, filing, progress="重新写的。")
    page = client.get(URL).content.decode()
    assert link not in page
    assert "已开始修改，不能再对这次退回提出异议。" in page
