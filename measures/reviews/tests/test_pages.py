"""审核: the queue, the panel, and the decision."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Note, Review, StatusUpdate
from measures.reviews.actions import begin_review
from measures.reviews.objections import object_to_return, uphold_objection
from measures.tests.factories import (
    NOW,
    make_agency,
    make_another_notice,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/reviews/"


@pytest.fixture
def coordinator(client):
    user = make_user(Role.COORDINATOR)
    client.force_login(user)
    return user


@pytest.fixture
def filing():
    return make_filing(state=FilingState.SUBMITTED)


@pytest.fixture
def begun(filing, coordinator):
    Review.objects.create(note=filing.notes.get(), begun_by=coordinator, begun_at=NOW)
    return filing


def post(client, name, filing, **data):
    """Send a form as the panel does: with the version shown."""
    data = {"version": filing.notes.count()} | data
    return client.post(reverse(f"measures:{name}", args=[filing.pk]), data)


def test_an_empty_queue_says_so(client, coordinator):
    make_period()
    page = client.get(URL).content.decode()
    assert "没有待审核的填报" in page
    assert "各单位提交后会按时间先后列在这里" in page


def test_who_agreed_in_the_agency_and_when_it_came_stand_beside_who_wrote(client, coordinator):
    filing = make_filing(state=FilingState.IN_AGENCY)
    head, at = make_user(Role.AGENCY_HEAD, filing.agency, name="王分管"), NOW - timedelta(minutes=3)
    Note.objects.filter(filing=filing).update(approved_by=head, left_at=at)
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.SUBMITTED, first_submitted_at=at)
    page = parse(client.get(f"{URL}{filing.pk}/").content.decode())
    assert f"王分管于{localtime(at):%Y-%m-%d %H:%M}同意报送" in page.text_content()


def test_a_heads_empty_queue_speaks_of_the_own_agency(client):
    client.force_login(make_user(Role.AGENCY_HEAD, make_agency()))
    page = client.get(URL).content.decode()
    assert "本单位联络员提交后列在这里" in page
    assert "各单位" not in page


def test_the_queue_lists_what_was_submitted_and_nothing_else(client, coordinator, filing):
    make_filing(measure=make_measure(title="草稿的措施"), state=FilingState.DRAFT)
    page = client.get(URL).content.decode()
    assert "待审核1项" in page
    assert filing.measure.shown_title in page
    assert "草稿的措施" not in page


def test_opening_shows_the_words_and_the_decision(client, coordinator, filing):
    page = client.get(reverse("measures:review", args=[filing.pk])).content.decode()
    assert "已推进一件事。" in page
    assert "通过，看下一项" in page
    assert "填报单位现在还可以自行撤回" in page
    assert not Review.objects.exists()  # reading changes nothing


def test_deciding_begins_the_review(client, coordinator, filing):
    post(client, "review_accept", filing, status="keep")
    review = Review.objects.get()
    assert (review.begun_by, review.begun_at, review.decided_by) == (coordinator, NOW, coordinator)


def test_beginning_is_remembered_and_can_be_let_go(client, coordinator, filing):
    address = reverse("measures:review_begin", args=[filing.pk])
    part = client.post(address, {"version": 1}, headers={"HX-Request": "true"}).content.decode()
    review = Review.objects.get()
    assert (review.begun_by, review.begun_at) == (coordinator, NOW)
    page = client.get(reverse("measures:review", args=[filing.pk])).content.decode()
    for shown in (part, page):
        assert "填报单位不能再撤回。" in shown
        assert "放回待审核" in shown
    assert "通过，看下一项" in page
    client.post(reverse("measures:filing_release", args=[filing.pk]))
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "done"),
    [
        ("review_accept", {"status": "keep"}, "已通过"),
        ("review_return", {"comment": "请补充。"}, "已退回"),
    ],
)
def test_who_decides_reads_that_a_colleague_had_begun(
    client, coordinator, filing, name, data, done
):
    another = make_user(Role.COORDINATOR, name="张三")
    begin_review(filing, by=another, at=NOW)
    answer = client.post(
        reverse(f"measures:{name}", args=[filing.pk]), {"version": 1, **data}, follow=True
    )
    (said,) = [str(message) for message in answer.context["messages"]]
    assert done in said
    assert f"张三已于{localtime(NOW):%Y-%m-%d %H:%M}开始审核这一项，已通知张三。" in said


def test_of_several_notices_the_number_stands_behind_the_measure(client, coordinator, filing):
    make_another_notice("渝府办发〔2020〕9号")
    post(client, "review_accept", filing, status="keep")
    page = client.get(URL).content.decode()
    number = filing.measure.notice.number
    assert f"已通过{filing.agency_name}{filing.measure}（{number}）的进展。" in page


def test_the_first_word_typed_shows_that_a_colleague_has_begun(client, coordinator, filing):
    begin_review(filing, by=make_user(Role.COORDINATOR, name="张三"), at=NOW)
    address = reverse("measures:review_begin", args=[filing.pk])
    part = client.post(address, {"version": 1}, headers={"HX-Request": "true"}).content.decode()
    assert "张三" in part
    assert "您仍要作出决定的，张三将收到通知" in part
    assert "放回待审核" not in part


def test_a_required_field_is_marked_from_the_start(client, coordinator, filing):
    page = parse(client.get(reverse("measures:review", args=[filing.pk])).content.decode())
    marked = page.xpath("//label[span[@class='required']]")
    assert [label.text.strip() for label in marked] == [
        "进度",
        "变化与依据",
        "回退原因",
        "退回意见",
    ]
    shown = page.xpath("//*[label[@for='accept_back_reason']]/../@data-shown-when")
    assert shown == ["stage=not_started;percent<0"]


def test_a_reason_for_going_back_that_was_hidden_again_is_not_kept(client, coordinator, filing):
    said = {"stage": "nearly_done", "reason": "已落实。", "back_reason": "未通过验收。"}
    assert post(client, "review_accept", filing, status="update", **said).status_code == 302
    assert StatusUpdate.objects.get().back_reason == ""


def test_accepting_leads_to_the_next_in_line(client, coordinator, begun):
    following = make_filing(measure=make_measure(), state=FilingState.SUBMITTED)
    response = post(client, "review_accept", begun, status="keep")
    begun.refresh_from_db()
    assert begun.state == "accepted"
    assert response.url == reverse("measures:review", args=[following.pk])


def test_accepting_may_update_the_status_in_the_same_step(client, coordinator, begun):
    post(
        client,
        "review_accept",
        begun,
        status="update",
        stage="nearly_done",
        reason="主要任务已落实。",
    )
    begun.measure.refresh_from_db()
    update = StatusUpdate.objects.get()
    assert begun.measure.stage == "nearly_done"
    assert (update.reason, update.by) == ("主要任务已落实。", coordinator)
    assert list(update.notes.all()) == [begun.notes.get()]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"status": "update", "stage": "under_way", "reason": " "}, "更新进度须写明变化与依据。"),
        ({"status": "update", "stage": "", "reason": "有变化。"}, "请选择进度。"),
        ({"status": "update", "stage": "done", "reason": "办完了。"}, "请重新选择。"),
        ({"status": "keep", "comment": "长" * 1001}, "1000"),
    ],
)
def test_an_unfit_acceptance_is_refused_and_nothing_is_decided(
    client, coordinator, begun, data, sentence
):
    response = post(client, "review_accept", begun, **data)
    begun.refresh_from_db()
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert begun.state == "submitted"


def test_a_dated_measure_needs_a_percentage(client, coordinator):
    filing = make_filing(measure=make_dated_measure(), state=FilingState.SUBMITTED)
    Review.objects.create(note=filing.notes.get(), begun_by=coordinator, begun_at=NOW)
    data = {"status": "update", "stage": "under_way", "reason": "有进展。"}
    assert post(client, "review_accept", filing, **data).status_code == 422
    assert post(client, "review_accept", filing, **data, percent=60).status_code == 302
    filing.measure.refresh_from_db()
    assert filing.measure.percent == 60


def test_returning_needs_a_comment_and_keeps_what_else_was_typed(client, coordinator, begun):
    response = post(client, "review_return", begun, comment="  ")
    assert response.status_code == 422
    page = parse(response.content.decode())
    assert "退回时须填写意见" in page.text_content()
    assert page.xpath("//textarea[@autofocus][@aria-invalid]/@name") == ["comment"]


@pytest.mark.parametrize("words", ["已推进一件事。", "已推进两件事。"])
def test_what_comes_again_unchanged_after_a_return_is_marked(client, coordinator, begun, words):
    first = begun.notes.get()
    post(client, "review_return", begun, comment="请补充数据。")
    make_note(begun, submitted=True, progress=words)
    begun.refresh_from_db()
    begun.state = FilingState.SUBMITTED
    begun.save()
    page = client.get(reverse("measures:review", args=[begun.pk])).content.decode()
    assert ("与退回前的第1版完全相同" in page) == (words == first.progress)


def test_who_reviews_afresh_reads_the_objection_and_its_answer(client, coordinator, filing):
    Filing.objects.update(state=FilingState.RETURNED)
    other = make_user(Role.COORDINATOR, name="钱晓东")
    liaison = make_user(Role.LIAISON, filing.agency)
    Review.objects.create(
        note=filing.notes.get(),
        begun_by=other,
        begun_at=NOW,
        decided_by=other,
        decided_at=NOW,
        decision="return",
        comment="请补充数据来源。",
    )
    objection = object_to_return(filing, by=liaison, text="来源已在第二段注明。", at=NOW)
    uphold_objection(objection, by=coordinator, answer="已核实，第二段有来源。", at=NOW)
    page = client.get(f"{URL}{filing.pk}/").content.decode()
    for words in ("异议成立", "请补充数据来源。", "来源已在第二段注明。", "已核实，第二段有来源。"):
        assert words in page
    assert f'href="/objections/{objection.pk}/"' in page
    assert "2026年前三季度 ·" in page
    client.force_login(other)
    page = client.get(URL).content.decode()
    assert "另有1项您参与过填报或审核，须由其他人员审核" in page


def test_returning_gives_three_working_days_to_mend(client, coordinator, begun):
    post(client, "review_return", begun, comment="请补充数据来源。")
    begun.refresh_from_db()
    assert (begun.state, f"{begun.mend_by}") == ("returned", "2026-11-26")


def test_deciding_twice_answers_409_with_the_rule_s_sentence(client, coordinator, begun):
    post(client, "review_accept", begun, status="keep")
    response = post(client, "review_return", begun, comment="再想想。")
    assert response.status_code == 409
    page = response.content.decode()
    assert "“已通过”的填报不能退回" in page
    assert "再想想。" in page  # what was typed is given back


def test_whoever_files_for_an_agency_does_not_review_it(client):
    agency = make_agency()
    filing = make_filing(measure=make_measure(lead=agency), state=FilingState.SUBMITTED)
    user = make_user(Role.COORDINATOR)
    note_of_same_agency = make_filing(measure=make_measure(lead=agency), period=filing.period)
    note_of_same_agency.notes.create(
        version=1, author=user, claimed_stage="under_way", saved_at=NOW
    )
    client.force_login(user)
    page = client.get(reverse("measures:review", args=[filing.pk])).content.decode()
    response = post(client, "review_accept", filing, status="keep")
    sentence = (
        "您为该单位填报或审核过本期进展，不能由您办理，现在没有其他人员可以办理，"
        "请联系安全管理员另行授予一人“统筹岗”角色。"
    )
    assert sentence in page
    assert "另有1项" in page
    assert response.status_code == 403
    assert sentence in response.content.decode()


def test_a_refused_attempt_is_recorded_although_it_was_rolled_back(client, coordinator, begun):
    post(client, "review_accept", begun, status="keep")
    post(client, "review_accept", begun, status="keep")
    refused = Event.objects.get(outcome="refused")
    assert refused.actor == coordinator
    assert "不能通过" in refused.sentence


def test_a_draft_does_not_exist_for_the_commission(client, coordinator):
    filing = make_filing(state=FilingState.DRAFT)
    assert client.get(reverse("measures:review", args=[filing.pk])).status_code == 404
    assert post(client, "review_accept", filing, status="keep").status_code == 404


def test_an_agency_s_head_sees_its_own_queue_only(client):
    agency = make_agency()
    own = make_filing(measure=make_measure(lead=agency, title="本单位"), state="in_agency")
    other = make_filing(measure=make_measure(title="别单位"), state="in_agency")
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    page = client.get(URL).content.decode()
    assert "本单位" in page
    assert "别单位" not in page
    assert client.get(reverse("measures:review", args=[other.pk])).status_code == 404
    assert post(client, "review_approve", own).status_code == 302
    own.refresh_from_db()
    assert own.state == "submitted"
    assert own.notes.get().left_at == NOW


def test_the_head_switches_the_inner_step(client):
    agency = make_agency()
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    client.post("/reviews/inner/", {"agency": agency.pk, "needed": "1"})
    agency.refresh_from_db()
    assert agency.needs_inner_approval
    assert "停用报送前审核" in client.get(URL).content.decode()


@pytest.mark.parametrize("agency", ["", "x", "999999"])
def test_the_switch_of_another_agency_is_refused(client, agency):
    client.force_login(make_user(Role.AGENCY_HEAD, make_agency()))
    response = client.post("/reviews/inner/", {"agency": agency, "needed": "1"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("review_begin", {}),
        ("review_accept", {"status": "keep"}),
        ("review_return", {"comment": "请补充。"}),
    ],
)
def test_nobody_decides_on_a_version_they_have_not_read(client, coordinator, filing, name, data):
    make_note(filing, submitted=True, progress="后来的话。")
    response = post(client, name, filing, version=1, **data)
    filing.refresh_from_db()
    assert response.status_code == 409
    assert "您看到的是第1版，现在已是第2版" in response.content.decode()
    assert filing.state == "submitted"


def test_a_refused_decision_and_the_beginning_before_it_leave_one_row(client, coordinator, filing):
    make_note(filing, submitted=True, progress="后来的话。")
    by_script = {"headers": {"HX-Request": "true"}}
    begin, back = (f"/reviews/{filing.pk}/{step}/" for step in ("begin", "return"))
    assert client.post(begin, {"version": 1}, **by_script).status_code == 409
    assert client.post(back, {"version": 1, "comment": "请补充。"}).status_code == 409
    assert Event.objects.get(action__startswith="refused").action.endswith("review_return")


@pytest.mark.parametrize("version", ["", "0", "x", "²", "99999999999"])
@pytest.mark.parametrize("name", ["review_begin", "review_accept", "review_return"])
def test_without_a_version_nothing_is_decided(client, coordinator, filing, name, version):
    data = {"status": "keep", "comment": "请补充。"}
    response = post(client, name, filing, version=version, **data)
    filing.refresh_from_db()
    assert response.status_code == 409
    assert "没有收到所审核的版本" in response.content.decode()
    assert filing.state == "submitted"


def test_an_agency_s_head_does_not_approve_what_was_changed_meanwhile(client):
    agency = make_agency()
    filing = make_filing(measure=make_measure(lead=agency), state=FilingState.IN_AGENCY)
    make_note(filing, submitted=True, left_at=None)
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    assert post(client, "review_approve", filing, version=1).status_code == 409
    assert post(client, "review_approve", filing, version=2).status_code == 302
