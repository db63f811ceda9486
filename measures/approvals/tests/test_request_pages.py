"""The lead's pages: requests for another date or to close; what the measure's page shows."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.models import ClosingFile, ClosingRequest, DueDateRequest, KeptFile, Measure
from measures.rules.tests.files import PDF
from measures.tests.factories import (
    NOW,
    make_agency,
    make_dated_measure,
    make_measure,
    make_user,
    sign_in,
)
from measures.tests.request_factories import make_closing_request, make_due_date_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
LATER = "2027-06-30"


@pytest.fixture
def lead(db):
    return make_agency(name="市农业农村委")


@pytest.fixture
def liaison(client, lead):
    return sign_in(client, Role.LIAISON, lead)


@pytest.fixture
def measure(lead):
    return make_dated_measure(lead=lead)


@pytest.fixture
def staff(client):
    return sign_in(client, Role.COORDINATOR)


def read(client, name, *args):
    """Return a page; a measure's page with its folds open."""
    query = "?whole=1" if name == "measure" else ""
    answer = client.get(reverse(f"measures:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, name, pk, **said):
    return client.post(reverse(f"measures:{name}", args=[pk]), said)


def file(content=PDF, name="完成报告.pdf"):
    return SimpleUploadedFile(name, content)


def test_the_lead_asks_from_the_measure_and_finds_it_there(client, liaison, measure):
    assert f"/measures/{measure.pk}/due-date/" in read(client, "measure", measure.pk)
    assert post(client, "due_date", measure.pk, to_on=LATER, ground="政策调整。").status_code == 302
    page = read(client, "measure", measure.pk)
    for words in ("现行时限", "2026-12-31", LATER, "政策调整。", "待审批"):
        assert words in page
    assert "一次只能有一项时限申请" in read(client, "due_date", measure.pk)


def test_earlier_holds_at_once(client, liaison, measure):
    post(client, "due_date", measure.pk, to_on="2026-12-01", ground="提前完成。")
    page = read(client, "measure", measure.pk)
    assert "即时生效" in page
    assert "最初时限<time>2026-12-31" in page


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"ground": "政策调整。", "to_on": ""}, 422, "请填写新的完成时限。"),
        ({"ground": "", "to_on": LATER}, 422, "请写明调整时限的理由。"),
        ({"ground": "政策调整。", "to_on": "明年"}, 422, "政策调整。"),
        ({"ground": "政策调整。", "to_on": "2026-11-22"}, 409, "不能早于今日"),
        ({"ground": "政策调整。", "to_on": "9999-12-31"}, 409, "最晚为2046年"),
        ({"ground": "长" * 1001, "to_on": LATER}, 422, "最多1000字，现在是1001字，请删减。"),
    ],
)
def test_what_is_refused_says_why_and_keeps_the_words(
    client, liaison, measure, said, status, sentence
):
    answer = post(client, "due_date", measure.pk, **said)
    page = answer.content.decode()
    assert answer.status_code == status
    assert sentence in page
    assert said["ground"] in page
    assert not DueDateRequest.objects.exists()


def test_past_its_date_the_page_says_what_to_do_instead(client, liaison, measure):
    Measure.objects.update(due_on=date(2026, 11, 22))
    page = read(client, "due_date", measure.pk)
    assert "申请办结</a>；确需延期的，请联系市商务委统筹岗" in page
    assert "<textarea" not in page
    assert post(client, "due_date", measure.pk, to_on=LATER, ground="晚了。").status_code == 409


def test_the_lead_of_an_ongoing_measure_is_told_there_is_no_date(client, liaison, lead):
    measure = make_measure(lead=lead)
    assert "长期坚持的措施不设完成时限" in read(client, "due_date", measure.pk)
    page = read(client, "measure", measure.pk)
    assert "/due-date/" not in page
    assert "申请转入常态" in page
    make_closing_request(measure)
    page = read(client, "measure", measure.pk)
    assert "申请转入常态" not in page  # already requested
    assert '<th scope="col">转入常态的日期</th>' in page


def test_staff_set_a_first_date_with_a_percentage(client, staff):
    measure = make_measure()
    assert "设定时限" in read(client, "measure", measure.pk)
    assert post(client, "due_date", measure.pk, to_on=LATER, ground="要求。").status_code == 422
    said = {"to_on": LATER, "ground": "会议要求。", "percent": "60", "wording": "2027年上半年"}
    assert post(client, "due_date", measure.pk, **said).status_code == 302
    measure.refresh_from_db()
    assert (measure.due_on, measure.percent) == (date(2027, 6, 30), 60)
    assert "2027年上半年" in read(client, "measure", measure.pk)


def test_staff_ask_to_lift_a_date(client, staff, measure):
    said = {"nature": "ongoing", "to_on": "2026-12-31", "ground": "转为长期工作。"}
    assert post(client, "due_date", measure.pk, **said).status_code == 302
    assert DueDateRequest.objects.get().to_on is None
    assert "有一项时限申请待审批" in read(client, "measure", measure.pk)


def test_the_lead_asks_to_close_with_a_file(client, liaison, measure):
    said = {"completed_on": "2026-11-20", "result": "全部完成。", "evidence": [file()]}
    assert post(client, "closing", measure.pk, **said).status_code == 302
    page = read(client, "measure", measure.pk)
    assert "办结申请待审批" in page
    assert "全部完成。" in page
    assert "佐证材料1份" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"evidence": []}, "请至少上传一份佐证材料。"),
        ({"result": ""}, "请写明完成情况。"),
        ({"completed_on": ""}, "请填写完成日期。"),
        ({"evidence": [file(b"MZ\x90", "程序.pdf")]}, "内容不是pdf"),
        ({"evidence": [file(PDF, "脚本.exe")]}, "不是可上传的格式"),
    ],
)
def test_a_closing_is_whole(client, liaison, measure, said, sentence):
    whole = {"completed_on": "2026-11-20", "result": "全部完成。", "evidence": [file()]}
    answer = post(client, "closing", measure.pk, **whole | said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ClosingRequest.objects.exists()


def test_a_day_to_come_is_a_conflict_that_keeps_the_result(client, liaison, measure):
    said = {"completed_on": "2026-11-24", "result": "全部完成。", "evidence": [file()]}
    answer = post(client, "closing", measure.pk, **said)
    assert answer.status_code == 409
    assert "全部完成。" in answer.content.decode()
    assert not ClosingFile.objects.exists()


def test_the_files_of_a_refused_closing_wait_by_name_and_go_with_the_next_try(
    client, liaison, measure
):
    said = {"completed_on": "2026-11-20", "result": "", "evidence": [file()]}
    answer = post(client, "closing", measure.pk, **said)
    assert answer.status_code == 422
    assert "完成报告.pdf" in answer.content.decode()
    assert post(client, "closing", measure.pk, **said | {"evidence": [file()]}).status_code == 422
    whole = {"completed_on": "2026-11-20", "result": "全部完成。"}
    assert post(client, "closing", measure.pk, **whole).status_code == 302
    assert [row.name for row in ClosingFile.objects.all()] == ["完成报告.pdf"]
    assert not KeptFile.objects.exists()


def test_a_broken_rule_costs_no_file_either_and_one_that_waits_can_be_removed(
    client, liaison, measure
):
    said = {"completed_on": "2026-11-24", "result": "全部完成。"}
    answer = post(client, "closing", measure.pk, **said, evidence=[file()])
    assert answer.status_code == 409
    assert "完成报告.pdf" in answer.content.decode()
    row = KeptFile.objects.get()
    page = post(client, "closing", measure.pk, **said, remove_kept=row.pk).content.decode()
    assert "全部完成。" in page
    assert "完成报告.pdf" not in page
    assert not KeptFile.objects.exists()


def test_a_closed_measure_offers_no_more_requests(client, liaison, measure):
    make_closing_request(measure, state="agreed")
    page = read(client, "measure", measure.pk)
    assert "申请与审批" in page
    assert '/due-date/"' not in page.partition("<main")[2].partition("<dl")[0]
    assert f"/measures/{measure.pk}/closing/" not in page
    assert "已办结，无需再次申请" in read(client, "closing", measure.pk)
    assert "已办结，时限不再调整" in read(client, "due_date", measure.pk)


def test_a_file_goes_to_those_who_may_read_it_and_leaves_a_trace(client, measure, lead):
    request = make_closing_request(measure)
    url = reverse("measures:closing_file", args=[request.files.get().pk])

    def asked_by(role, agency=None):
        client.force_login(make_user(role, agency))
        return client.get(url)

    assert asked_by(Role.LEADER).status_code == 404
    assert asked_by(Role.LIAISON, make_agency()).status_code == 404
    answer = asked_by(Role.AGENCY_HEAD, lead)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7\n%%EOF\n"
    assert answer["Content-Disposition"].startswith("attachment")
    ClosingRequest.objects.update(state="agreed", decided_by=make_user(Role.CHIEF), decided_at=NOW)
    assert asked_by(Role.LEADER).status_code == 200


@pytest.mark.parametrize(
    ("role", "told"), [(Role.COORDINATOR, True), (Role.LEADER, False), (Role.LIAISON, False)]
)
def test_what_waits_is_not_told_to_others(client, measure, role, told):
    make_due_date_request(measure, reason="尚未决定的理由。")
    client.force_login(make_user(role, make_agency() if role == Role.LIAISON else None))
    assert ("尚未决定的理由。" in read(client, "measure", measure.pk)) is told


def test_thirty_moves_cost_as_many_queries_as_one(client, staff, measure):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            read(client, "measure", measure.pk)
        return len(queries)

    make_due_date_request(measure, state="refused")
    make_closing_request(measure, state="refused")
    read(client, "measure", measure.pk)
    one = cost()
    for _ in range(29):
        make_due_date_request(measure, state="refused")
        make_closing_request(measure, state="refused")
    assert cost() == one
