"""异议: the list, one objection, the forms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Objection, Review
from measures.reviews.objections import uphold_objection
from measures.tests.factories import NOW, TODAY, make_agency, make_filing, make_measure, make_user
from measures.tests.request_factories import make_objection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState
URL = "/objections/"


@pytest.fixture
def returned():
    """Create a note that a coordinator returned, with the review."""
    filing = make_filing(state=S.RETURNED)
    by = make_user(Role.COORDINATOR)
    decided = {"decided_by": by, "decided_at": NOW, "decision": "return", "comment": "请补充。"}
    Review.objects.create(note=filing.notes.get(), begun_by=by, begun_at=NOW, **decided)
    return filing


@pytest.fixture
def coordinator(client):
    user = make_user(Role.COORDINATOR)
    client.force_login(user)
    return user


def sign_in(client, role, agency=None):
    client.force_login(make_user(role, agency))


def post(client, name, pk, **data):
    return client.post(reverse(f"measures:{name}", args=[pk]), data, follow=True)


def read(client, name, pk):
    return client.get(reverse(f"measures:{name}", args=[pk])).content.decode()


def test_from_the_filing_to_the_objection_and_its_answer(client, returned):
    sign_in(client, Role.LIAISON, returned.agency)
    assert f"/filings/{returned.pk}/object/" in read(client, "filing", returned.pk)
    moved = "补正截止顺延到2026-11-30。"
    assert f"不能撤回。{moved}确定提出吗？" in read(client, "filing_object", returned.pk)
    page = post(client, "filing_object", returned.pk, text="已在第二段注明。").content.decode()
    assert f"异议已提出，市商务委将在5个工作日内答复。{moved}" in page
    assert "对退回提出异议</a>：待答复，2026-11-30（周一）前答复" in page
    assert f"/filings/{returned.pk}/object/" not in page  # one at a time
    objection = Objection.objects.get()

    sign_in(client, Role.COORDINATOR)
    page = read(client, "objection", objection.pk)
    assert "请补充。" in page
    assert "已在第二段注明。" in page
    said = {"decision": "upheld", "answer": "确已注明。"}
    page = post(client, "objection_decide", objection.pk, **said).content.decode()
    assert "已答复" in page
    assert Filing.objects.get().state == S.SUBMITTED

    sign_in(client, Role.LIAISON, returned.agency)
    assert "确已注明。" in read(client, "objection", objection.pk)


def test_a_second_objection_comes_back_with_its_sentence(client, returned):
    make_objection(returned)
    sign_in(client, Role.LIAISON, returned.agency)
    answer = post(client, "filing_object", returned.pk, text="再次提出。")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "这一事项已有异议正在办理，请等待答复。" in page
    assert "再次提出。" in page


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("filing_object", "异议提出后由市商务委未参与该决定的人员答复，不能撤回。"),
        ("measure_object", "异议提出后由市商务委答复，不能撤回。"),
    ],
)
def test_before_it_is_raised_it_is_said_who_answers(client, returned, name, question):
    sign_in(client, Role.LIAISON, returned.agency)
    pk = returned.pk if name == "filing_object" else returned.measure_id
    assert f'data-confirm="{question}' in read(client, name, pk)


def test_while_an_objection_waits_its_page_is_shown_instead_of_the_form(client, returned):
    objection = make_objection(returned)
    sign_in(client, Role.LIAISON, returned.agency)
    answer = client.get(f"/filings/{returned.pk}/object/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/objections/{objection.pk}/"
    assert "这一事项已有异议正在办理，请等待答复。" in answer.content.decode()


def test_after_an_upheld_objection_the_filing_s_page_keeps_the_return_and_the_answer(
    client, returned
):
    sign_in(client, Role.LIAISON, returned.agency)
    post(client, "filing_object", returned.pk, text="已在第二段注明。")
    assert "答复</b>" not in read(client, "filing", returned.pk)
    answerer = make_user(Role.COORDINATOR, name="李答复")
    client.force_login(answerer)
    objection = Objection.objects.get()
    uphold_objection(objection, by=answerer, answer="确已注明。", at=NOW)
    for role, agency in ((Role.LIAISON, returned.agency), (Role.COORDINATOR, None)):
        sign_in(client, role, agency)
        page = read(client, "filing", returned.pk)
        assert f"<b>退回意见</b>（{objection.contested_by}）：<span" in page
        assert ">请补充。</span>" in page
        assert "<b>答复</b>（李答复，<time>" in page
        assert ">确已注明。</span>" in page


def test_the_same_holds_for_one_to_the_light(client):
    lead = make_agency()
    measure = make_measure(lead=lead)
    sign_in(client, Role.LIAISON, lead)
    post(client, "measure_object", measure.pk, text="与实际不符。")
    answer = client.get(f"/measures/{measure.pk}/object/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/objections/{Objection.objects.get().pk}/"


def test_an_objection_needs_words(client, returned):
    sign_in(client, Role.AGENCY_HEAD, returned.agency)
    answer = post(client, "filing_object", returned.pk, text="")
    assert answer.status_code == 422
    assert "须写明异议内容。" in answer.content.decode()


def test_the_lead_objects_to_the_light_from_the_measure(client):
    lead = make_agency()
    measure = make_measure(lead=lead)
    sign_in(client, Role.LIAISON, lead)
    assert f"/measures/{measure.pk}/object/" in read(client, "measure", measure.pk)
    page = post(client, "measure_object", measure.pk, text="与实际不符。").content.decode()
    assert "对预警灯提出异议</a>，2026-11-30（周一）前答复。" in page
    assert Objection.objects.get().against == "未评定：首个填报期尚未到期"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
def test_others_are_not_offered_to_object_to_the_light(client, role):
    measure = make_measure()
    sign_in(client, role)
    assert "/object/" not in read(client, "measure", measure.pk)


def test_an_open_objection_on_the_measure_is_not_told_to_others(client):
    objection = make_objection(make_filing(state=S.RETURNED))
    for role, told in [(Role.CHIEF, True), (Role.LEADER, False), (Role.LIAISON, False)]:
        sign_in(client, role, make_agency() if role == Role.LIAISON else None)
        page = read(client, "measure", objection.measure_id)
        assert (f"/objections/{objection.pk}/" in page) is told


def test_the_list_has_what_waits_first_and_marks_what_is_overdue(client, coordinator):
    make_objection(make_filing(state=S.RETURNED), decide_by=TODAY - timedelta(days=1))
    make_objection(
        make_filing(measure=make_measure(), state=S.RETURNED),
        state="dismissed",
        answer="维持。",
        decided_by=coordinator,
        decided_at=NOW,
    )
    page = client.get(URL).content.decode()
    assert "待答复1件" in page
    assert page.count("▲ 逾期未答复") == 1
    assert page.index("逾期未答复") < page.index("异议不成立")


def test_due_today_is_not_marked(client, coordinator):
    make_objection(make_filing(state=S.RETURNED), decide_by=TODAY)
    assert "逾期未答复" not in client.get(URL).content.decode()


def test_an_agency_sees_its_own_only(client, returned):
    make_objection(returned)
    make_objection(make_filing(measure=make_measure(title="别家的措施"), state=S.RETURNED))
    sign_in(client, Role.LIAISON, returned.agency)
    page = client.get(URL).content.decode()
    assert returned.measure.title in page
    assert "别家的措施" not in page


def test_an_empty_list_says_so(client, coordinator):
    assert "没有待答复的异议" in client.get(URL).content.decode()


def test_who_returned_it_is_told_that_others_answer(client, returned):
    by = returned.notes.get().review.decided_by
    make_user(Role.CHIEF, name="王五")
    objection = make_objection(returned, contested_by=by)
    client.force_login(by)
    page = read(client, "objection", objection.pk)
    assert "您作出了被异议的退回，或参与过这项填报，不能由您办理，请商务委负责人王五办理。" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"decision": "upheld", "answer": " "}, "办理异议须写明答复。"),
        ({"answer": "已核实。"}, "请选择异议是否成立。"),
    ],
)
def test_an_answer_is_whole(client, coordinator, returned, said, sentence):
    objection = make_objection(returned)
    answer = post(client, "objection_decide", objection.pk, **said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_thirty_objections_cost_as_many_queries_as_one(client, coordinator):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    make_objection(make_filing(state=S.RETURNED))
    client.get(URL)
    one = cost()
    for _ in range(10):
        make_objection(make_filing(measure=make_measure(), state=S.RETURNED))
    assert cost() == one


def test_the_review_page_leads_to_the_objections(client, coordinator):
    assert f'href="{URL}"' in client.get("/reviews/").content.decode()
