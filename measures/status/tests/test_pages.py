"""更新进度: the page, the suggestion, conflicts, and the history on the measure's page."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState, Stage
from measures.models import Review, StatusUpdate
from measures.status.actions import update_status
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
    sign_in,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def coordinator(client):
    return sign_in(client, Role.COORDINATOR)


@pytest.fixture
def filing():
    return make_filing(
        measure=make_measure(lead=make_agency(name="市农业农村委")), state=FilingState.ACCEPTED
    )


def url(measure, as_=""):
    return reverse("measures:status", args=[measure.pk]) + (f"?as={as_}" if as_ else "")


def post(client, measure, as_="", **said):
    data = {"stage": "under_way", "reason": "按计划推进。", "seen_status": "0"} | said
    return client.post(url(measure, as_), data)


def page_of(response):
    return parse(response.content.decode())


def test_it_begins_with_the_suggestion_and_its_ground(client, coordinator):
    lead = make_agency(name="市农业农村委")
    dated = make_dated_measure(lead=lead, starts_on=date(2026, 1, 1), due_on=date(2026, 12, 31))
    filing = make_filing(measure=dated)
    note = make_note(filing, submitted=True, claimed_stage="nearly_done", claimed_percent=85)
    filing.accepted_note, filing.state = note, FilingState.ACCEPTED
    filing.first_submitted_at = NOW
    filing.save()
    page = page_of(client.get(url(dated)))
    words = " ".join(page.text_content().split())
    assert "建议：基本完成 85%。依据：牵头单位市农业农村委三季度自评基本完成 85%" in words
    assert "按时间进度应达 89.6%" in words
    assert page.xpath("//select[@name='stage']/option[@selected]/@value") == ["nearly_done"]
    assert page.xpath("//input[@name='percent']/@value") == ["85"]
    assert page.xpath("//input[@name='notes'][@checked]/@value") == [str(note.pk)]


def test_saving_writes_who_from_what_to_what_and_on_what_ground(client, coordinator, filing):
    response = post(
        client, filing.measure, stage="nearly_done", notes=[str(filing.accepted_note_id)]
    )
    assert response.url == reverse("measures:measure", args=[filing.measure_id]) + "#status"
    word = StatusUpdate.objects.get()
    assert (word.by, word.words_before, word.words) == (coordinator, "推进中", "基本完成")
    assert (word.period, list(word.notes.all())) == (filing.period, [filing.accepted_note])
    page = page_of(client.get(reverse("measures:measure", args=[filing.measure_id]) + "?whole=1"))
    history = " ".join(page.xpath("//section[@aria-labelledby='status']")[0].text_content().split())
    assert f"{coordinator}" in history
    assert "推进中 → 基本完成 按计划推进。" in history
    assert "依据：市农业农村委三季度进展（第1版）" in history
    again = " ".join(page_of(client.get(url(filing.measure))).text_content().split())
    assert "建议：保持现状（基本完成）。依据：" in again  # not at odds with a claim of 推进中
    assert "上次更新已据此认定，此后没有新的进展通过" in again
    assert page.xpath("//section[@aria-labelledby='status']//*[name()='svg']")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"stage": ""}, "请选择进度。"),
        ({"stage": "done"}, "请重新选择。"),
        ({"reason": " "}, "更新进度须写明变化与依据。"),
        ({"reason": "长" * 1001}, "1000"),
        ({"stage": "not_started"}, "须写明回退原因"),
        ({"notes": ["999999"]}, "只能依据近两期已通过的进展"),
        ({"notes": ["x"]}, "只能依据近两期已通过的进展"),
        ({"seen_status": "x"}, "整数"),
    ],
)
def test_an_unfit_update_is_refused_and_keeps_what_was_typed(
    client, coordinator, filing, said, sentence
):
    response = post(client, filing.measure, **{"reason": "我写的理由。"} | said)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert said.get("reason", "我写的理由。").strip() in page
    assert not StatusUpdate.objects.exists()


@pytest.mark.parametrize("percent", ["", "-1", "101", "x", "9" * 40])
def test_a_dated_measure_wants_a_percent_between_0_and_100(client, coordinator, percent):
    assert post(client, make_dated_measure(), percent=percent).status_code == 422


def test_somebody_else_s_word_is_shown_and_what_was_typed_is_kept(client, coordinator, filing):
    other = make_user(Role.COORDINATOR, name="李四")
    update_status(
        filing.measure, by=other, stage="nearly_done", percent=None, reason="别人的话。", at=NOW
    )
    response = post(client, filing.measure, stage="nearly_done", reason="我写的理由。")
    assert response.status_code == 422
    page = response.content.decode()
    assert "李四已于2026-11-23 10:00将进度更新为“基本完成”：别人的话。" in page
    assert "我写的理由。" in page
    seen = parse(page).xpath("//input[@name='seen_status']/@value")
    assert post(client, filing.measure, stage="nearly_done", seen_status=seen[0]).status_code == 302


def test_a_correction_begins_with_what_held_before(client, coordinator, filing):
    post(client, filing.measure, stage="nearly_done", reason="填错了。")
    wrong = StatusUpdate.objects.get()
    page = page_of(client.get(url(filing.measure, "correct")))
    assert page.xpath("//select[@name='stage']/option[@selected]/@value") == ["under_way"]
    assert "填错了。" in page.text_content()
    said = {"reason": "应为推进中。", "seen_status": str(wrong.pk)}
    assert post(client, filing.measure, "correct", **said).status_code == 302
    assert StatusUpdate.objects.exclude(pk=wrong.pk).get().corrects == wrong
    told = client.get(
        reverse("measures:measure", args=[filing.measure_id]) + "?whole=1"
    ).content.decode()
    assert "已更正" in told


def test_suspending_and_resuming(client, coordinator, filing):
    measure = filing.measure
    page = page_of(client.get(url(measure, "suspend")))
    assert page.xpath("//select[@name='stage']/option/@value") == ["suspended"]
    post(client, measure, "suspend", stage="suspended", reason="等待上级政策。")
    measure.refresh_from_db()
    assert measure.stage == Stage.SUSPENDED
    page = page_of(client.get(url(measure, "resume")))
    assert page.xpath("//select[@name='stage']/option[@selected]/@value") == ["under_way"]
    seen = str(StatusUpdate.objects.get().pk)
    post(client, measure, "resume", stage="under_way", reason="已明确。", seen_status=seen)
    measure.refresh_from_db()
    assert measure.stage == Stage.UNDER_WAY


@pytest.mark.parametrize("as_", ["resume", "correct", "lost"])
def test_what_cannot_be_meant_now_is_a_plain_update(client, coordinator, filing, as_):
    page = client.get(url(filing.measure, as_)).content.decode()
    assert "<h1>更新进度</h1>" in page


def test_what_is_done_says_so(client, coordinator):
    done = make_measure(stage=Stage.DONE, completed_on=TODAY)
    response = client.get(url(done))
    assert response.status_code == 409
    assert "已办结" in response.content.decode()
    address = reverse("measures:measure", args=[done.pk]) + "?whole=1"
    shown = client.get(address).content.decode()
    assert url(done) not in shown


def test_the_panel_has_the_same_fields_and_takes_other_notes_too(client, coordinator, filing):
    other = make_agency(name="重庆海关")
    measure = make_measure(others=(other,))
    accepted = make_filing(measure=measure, agency=other, state=FilingState.ACCEPTED)
    waiting = make_filing(measure=measure, state=FilingState.SUBMITTED)
    Review.objects.create(note=waiting.notes.get(), begun_by=coordinator, begun_at=NOW)
    page = page_of(client.get(reverse("measures:review", args=[waiting.pk])))
    assert "依据：牵头单位" in page.text_content()
    assert page.xpath("//input[@name='notes']/@value") == [str(accepted.accepted_note_id)]
    said = {"status": "update", "stage": "nearly_done", "reason": "已落实。", "version": 1}
    said |= {"notes": [str(accepted.accepted_note_id)], "seen_status": "0"}
    client.post(reverse("measures:review_accept", args=[waiting.pk]), said)
    word = StatusUpdate.objects.get()
    assert set(word.notes.all()) == {accepted.accepted_note, waiting.notes.get()}


def test_the_panel_tells_of_somebody_else_s_word_and_decides_nothing(client, coordinator):
    waiting = make_filing(state=FilingState.SUBMITTED)
    Review.objects.create(note=waiting.notes.get(), begun_by=coordinator, begun_at=NOW)
    other = make_user(Role.COORDINATOR, name="李四")
    update_status(
        waiting.measure, by=other, stage="nearly_done", percent=None, reason="别人的话。", at=NOW
    )
    said = {"status": "update", "stage": "nearly_done", "reason": "我写的理由。", "version": 1}
    response = client.post(reverse("measures:review_accept", args=[waiting.pk]), said)
    waiting.refresh_from_db()
    assert (response.status_code, waiting.state) == (422, "submitted")
    assert "别人的话。" in response.content.decode()
    assert "我写的理由。" in response.content.decode()


def test_the_history_costs_the_same_for_many(client, coordinator):
    measure = make_measure()
    make_period()
    counts = []
    for number in (1, 29):
        for step in range(number):
            at = NOW + timedelta(minutes=number + step)
            said = {"stage": "under_way", "percent": None, "reason": "继续。"}
            update_status(measure, by=coordinator, at=at, **said)
        client.get(reverse("measures:measure", args=[measure.pk]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("measures:measure", args=[measure.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
