"""Steps on a filing's page: 更正, 免报, undoing either, 留言."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState, PeriodState
from measures.filings.content import NOTE_FIELDS
from measures.filings.tests.cards import typed
from measures.models import Filing, Note, Remark, Review
from measures.reviews.actions import accept_and_update, accept_note
from measures.tests.factories import NOW, join, make_agency, make_filing, make_user, sign_in
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState


@pytest.fixture
def coordinator(client):
    return sign_in(client, Role.COORDINATOR)


def as_liaison(client, filing):
    return sign_in(client, Role.LIAISON, filing.agency)


def page_of(client, filing):
    return client.get(reverse("measures:filing", args=[filing.pk])).content.decode()


def post(client, name, filing, **data):
    return client.post(reverse(f"measures:filing_{name}", args=[filing.pk]), data, follow=True)


OFFERED = [
    # state, who, what the page offers
    (S.ACCEPTED, "liaison", {"correct"}),
    (S.ACCEPTED, "coordinator", {"unaccept"}),
    (S.ACCEPTED, "chief", set()),
    (S.PENDING, "coordinator", {"waive"}),
    (S.IN_AGENCY, "coordinator", {"waive"}),  # the state inside the agency is not public
    (S.PENDING, "liaison", set()),
    (S.SUBMITTED, "coordinator", set()),
    (S.RETURNED, "coordinator", set()),
    (S.WAIVED, "coordinator", {"unwaive"}),
    (S.WAIVED, "liaison", set()),
]


@pytest.mark.parametrize(("state", "who", "offered"), OFFERED)
def test_the_page_offers_what_may_be_done(client, state, who, offered):
    filing = make_filing(state=state)
    role, agency = Role(who), filing.agency if who == "liaison" else None
    make_user(Role.COORDINATOR)
    client.force_login(make_user(role, agency))
    page = page_of(client, filing)
    names = {n for n in ("correct", "unaccept", "waive", "unwaive") if f"/{n}/" in page}
    assert names == offered


def test_after_the_period_has_closed_only_a_correction_is_left(client, coordinator):
    filing = make_filing(state=S.ACCEPTED)
    filing.period.state = PeriodState.CLOSED
    filing.period.save()
    assert "/unaccept/" not in page_of(client, filing)
    as_liaison(client, filing)
    assert "/correct/" in page_of(client, filing)


def test_who_files_for_the_agency_is_not_offered_to_waive(client, coordinator):
    filing = make_filing()
    join(coordinator, Role.LIAISON, filing.agency)
    assert "/waive/" not in page_of(client, filing)


def test_a_correction_leads_to_the_draft(client):
    filing = make_filing(state=S.ACCEPTED)
    as_liaison(client, filing)
    url = reverse("measures:filing_correct", args=[filing.pk])
    answer = client.post(url, {"ground": "口径有误。"})
    assert answer.url == f"/filings/?period={filing.period_id}#filing-{filing.pk}"
    assert Note.objects.get(version=2).correction_reason == "口径有误。"


def test_the_versions_say_what_was_corrected_and_why(client):
    filing = make_filing(state=S.ACCEPTED)
    as_liaison(client, filing)
    post(client, "correct", filing, ground="口径有误。")
    page = page_of(client, filing)
    assert "更正理由：</b>口径有误。" in page
    client.force_login(make_user(Role.LIAISON, make_agency()))
    page = page_of(client, filing)
    assert "口径有误" not in page  # another agency's draft does not exist
    assert "已通过" in page
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(
        reverse("measures:measure", args=[filing.measure_id]) + "?whole=1"
    ).content.decode()
    assert "口径有误" not in page


def test_a_correction_that_changes_nothing_goes_only_where_that_is_meant(client):
    filing = make_filing(state=S.ACCEPTED)
    as_liaison(client, filing)
    post(client, "correct", filing, ground="口径有误。")
    page = client.get(reverse("measures:my_filings")).content.decode()
    assert "缺：更正的内容" in page
    assert "全部提交（" not in page
    note = Note.objects.get(version=2)
    sent = {"period": filing.period_id, "seen": f"{filing.pk}:{note.revision}"}
    page = client.post(reverse("measures:filings_submit"), sent, follow=True).content.decode()
    assert "更正与已通过的第1版完全相同" in page
    said = {name: getattr(note, name) or "" for name in NOTE_FIELDS}
    words = typed(filing, **said, revision=note.revision)
    answer = client.post(reverse("measures:filing_submit", args=[filing.pk]), words)
    assert answer.status_code == 422
    assert "更正与已通过的第1版完全相同" in answer.content.decode()
    assert Filing.objects.get().state == S.DRAFT
    sure = words | {f"f{filing.pk}-is_sure": "on"}
    client.post(reverse("measures:filing_submit", args=[filing.pk]), sure)
    client.force_login(make_user(Role.COORDINATOR))
    page = parse(client.get(reverse("measures:review", args=[filing.pk])).content.decode())
    panel, row = (page.find_class(name)[0].text_content() for name in ("panel", "queue-row"))
    assert "更正理由：口径有误。" in panel
    assert "内容与已通过的第1版完全相同" in panel
    assert "更正：口径有误。" in row


def test_an_accept_is_taken_back(client, coordinator):
    filing = make_filing(state=S.ACCEPTED)
    by = {"begun_by": coordinator, "begun_at": NOW, "decided_by": coordinator, "decided_at": NOW}
    Review.objects.create(note=filing.notes.get(), decision="accept", **by)
    answer = post(client, "unaccept", filing, ground="误通过。")
    assert "已取消通过，重新等待审核。" in answer.content.decode()
    assert Filing.objects.get().state == S.SUBMITTED


def test_a_waiver_and_its_reason_stand_on_the_page(client, coordinator):
    filing = make_filing()
    page = post(client, "waive", filing, ground="本期没有这项业务。").content.decode()
    assert "本期没有这项业务。" in page
    client.force_login(make_user(Role.LIAISON, make_agency()))
    assert "本期没有这项业务。" not in page_of(client, filing)


def test_a_waiver_is_taken_back(client, coordinator):
    filing = make_filing(state=S.WAIVED)
    post(client, "unwaive", filing, ground="已恢复。")
    assert Filing.objects.get().state == S.PENDING


@pytest.mark.parametrize(("name", "state"), [("waive", S.PENDING), ("unwaive", S.WAIVED)])
def test_without_a_reason_the_form_stands_open_with_its_sentence(client, coordinator, name, state):
    filing = make_filing(state=state)
    answer = post(client, name, filing, ground=" ")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<details open>" in page
    assert "请写明理由。" in page
    assert Filing.objects.get().state == state


def test_a_refused_reason_keeps_what_was_typed(client, coordinator):
    answer = post(client, "waive", make_filing(), ground="长" * 301)
    assert answer.status_code == 422
    assert "长" * 301 in answer.content.decode()


def test_a_broken_rule_gives_the_reason_back(client, coordinator):
    answer = post(client, "waive", make_filing(state=S.IN_AGENCY), ground="本期不涉及。")
    assert answer.status_code == 409
    page = " ".join(answer.content.decode().split())
    assert "<dt>理由</dt> <dd>本期不涉及。</dd>" in page


def test_a_question_and_its_answer_stand_below(client, coordinator):
    filing = make_filing(state=S.SUBMITTED)
    post(client, "remark", filing, text="含税吗？")
    as_liaison(client, filing)
    page = post(client, "remark", filing, text="不含税。").content.decode()
    assert page.index("含税吗？") < page.index("不含税。")


@pytest.mark.parametrize("who", ["leader", "liaison"])
def test_remarks_are_for_the_two_sides(client, coordinator, who):
    filing = make_filing(state=S.ACCEPTED)
    post(client, "remark", filing, text="含税吗？")
    client.force_login(make_user(Role(who), make_agency()))
    assert "含税吗？" not in page_of(client, filing)


def test_an_empty_remark_is_refused(client, coordinator):
    answer = post(client, "remark", make_filing(state=S.SUBMITTED), text=" ")
    assert answer.status_code == 422
    assert "请填写留言。" in answer.content.decode()
    assert not Remark.objects.exists()


def test_a_remark_does_not_stand_in_the_trail_that_other_agencies_read(client, coordinator):
    filing = make_filing(state=S.SUBMITTED)
    post(client, "remark", filing, text="含税吗？")
    page = client.get(
        reverse("measures:measure", args=[filing.measure_id]) + "?whole=1"
    ).content.decode()
    assert "含税吗？" not in page


def test_a_correction_is_dropped_from_the_desk_and_stays_readable(client):
    filing = make_filing(state=S.ACCEPTED)
    as_liaison(client, filing)
    post(client, "correct", filing, ground="口径有误。")
    desk = client.get(reverse("measures:my_filings")).content.decode()
    assert f'formaction="{reverse("measures:filing_drop", args=[filing.pk])}"' in desk
    page = post(client, "drop", filing).content.decode()
    assert "已放弃更正，此前已通过的版本继续有效。" in page
    assert "更正已放弃" in page
    assert Filing.objects.get().state == S.ACCEPTED
    desk = client.get(reverse("measures:my_filings")).content.decode()
    assert "第1版" in desk
    assert "放弃更正" not in desk


def test_dropping_twice_is_told_and_changes_nothing(client):
    filing = make_filing(state=S.ACCEPTED)
    as_liaison(client, filing)
    post(client, "correct", filing, ground="口径有误。")
    post(client, "drop", filing)
    again = post(client, "drop", filing)
    assert again.status_code == 409
    assert "“已通过”的填报不能放弃更正" in again.content.decode()


def test_a_draft_that_corrects_nothing_offers_no_dropping(client):
    filing = make_filing(state=S.DRAFT)
    as_liaison(client, filing)
    assert "放弃更正" not in client.get(reverse("measures:my_filings")).content.decode()
    assert "放弃更正" not in page_of(client, filing)


def test_a_dropped_draft_is_nobody_else_s_to_read(client, coordinator):
    filing = make_filing(state=S.ACCEPTED)
    as_liaison(client, filing)
    post(client, "correct", filing, ground="口径有误。")
    post(client, "drop", filing)
    client.force_login(coordinator)
    assert "第2版" not in page_of(client, filing)


def test_taking_an_accept_back_shows_what_rested_on_it_and_may_restore(client, coordinator):
    filing = make_filing(state=S.SUBMITTED)
    said = {"stage": "nearly_done", "percent": None, "reason": "已基本完成。"}
    accept_and_update(filing, by=coordinator, at=NOW - timedelta(minutes=1), **said)
    assert "一并恢复此前的“推进中”" in page_of(client, filing)
    page = post(client, "unaccept", filing, ground="误通过。").content.decode()
    assert "请重新核定进度" in page
    measure = reverse("measures:measure", args=[filing.measure_id]) + "?whole=1"
    assert "依据已取消" in client.get(measure).content.decode()
    accept_note(filing, by=coordinator, at=NOW)
    assert "依据已取消" not in client.get(measure).content.decode()
    page = post(client, "unaccept", filing, ground="又误了。", restores_status="on")
    assert "已恢复此前的进度。" in page.content.decode()
    filing.measure.refresh_from_db()
    assert filing.measure.stage == "under_way"


def test_why_an_accept_was_undone_stands_there_until_it_is_decided_again(client, coordinator):
    filing = make_filing(state=S.SUBMITTED)
    accept_note(filing, by=coordinator, at=NOW)
    post(client, "unaccept", filing, ground="误点通过。")
    said = f"{coordinator.name}于<time>"
    for role, agency, is_told in [
        (Role.LIAISON, filing.agency, True),
        (Role.COORDINATOR, None, True),
        (Role.LIAISON, make_agency(), False),
    ]:
        sign_in(client, role, agency)
        answer = client.get(reverse("measures:filing", args=[filing.pk]))
        assert ("误点通过。" in answer.content.decode()) is is_told
        assert (said in answer.content.decode()) is is_told
    filing.refresh_from_db()
    accept_note(filing, by=coordinator, at=NOW)
    sign_in(client, Role.COORDINATOR)
    assert "误点通过。" not in page_of(client, filing)
