"""审批: open requests, the page on which the chief decides, and past decisions."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.permissions import Role
from measures.approvals.page import preview_of
from measures.choices import FilingState
from measures.models import ClosingRequest, DueDateRequest, Measure
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_user,
    sign_in,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_override,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/approvals/"
SETTLED = "/approvals/settled/"


@pytest.fixture
def chief(client):
    return sign_in(client, Role.CHIEF)


@pytest.fixture
def wanted(db):
    """Create a request for more time by the lead of a dated measure."""
    return make_due_date_request(make_dated_measure())


def read(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(request, kind="due-date"):
    return reverse("measures:approval", args=[kind, request.pk])


def decide(client, request, kind="due-date", **said):
    return client.post(reverse("measures:approval_decide", args=[kind, request.pk]), said)


def test_the_oldest_stands_first_with_the_days_it_has_waited(client, chief):
    make_due_date_request(make_dated_measure(title="新的"), asked_at=NOW)
    make_closing_request(make_measure(title="旧的"), asked_at=NOW - timedelta(days=14))
    page = read(client, URL)
    assert page.index("旧的") < page.index("新的")
    assert "▲ 10个工作日" in page
    assert "今日" in page
    assert "待审批2件" in page


@pytest.mark.parametrize(("days", "marked"), [(7, False), (8, True)])
def test_after_five_working_days_it_is_marked(client, chief, days, marked):
    make_due_date_request(make_dated_measure(), asked_at=NOW - timedelta(days=days))
    assert ("▲" in read(client, URL).partition("</thead>")[2]) is marked


def test_a_kind_can_be_picked_and_an_unknown_one_is_no_filter(client, chief, wanted):
    make_closing_request(make_measure(title="要办结的"))
    assert "要办结的" not in read(client, f"{URL}?kind=due-date")
    assert "要办结的" in read(client, f"{URL}?kind=closing")
    assert "要办结的" in read(client, f"{URL}?kind=nothing")


def test_an_empty_list_says_so(client, chief):
    assert "没有待审批的申请" in read(client, URL)
    assert "还没有已办的申请" in read(client, SETTLED)


def test_the_frame_tells_the_chief_on_every_page_how_much_waits(client, chief, wanted):
    page = read(client, "/overview/")
    assert "件待办</span>" in page
    assert "件待审批</span>" in page
    decide(client, wanted, decision="refuse", answer="请按期完成。")
    page = read(client, "/overview/")
    assert "件待办</span>" not in page
    assert "件待审批</span>" not in page


def test_it_says_what_the_light_would_become_and_how_long_the_percent_stands(client, chief):
    measure = make_dated_measure()
    make_filing(measure=measure, state=FilingState.ACCEPTED, due_on=TODAY - timedelta(days=1))
    request = make_due_date_request(measure)
    preview = preview_of(request, on=TODAY)
    assert preview.percent == (measure.percent or 0)
    assert preview.unmoved_since is not None
    page = read(client, page_of(request))
    assert f"{preview.percent}%，自<time>{preview.unmoved_since}</time>起未变" in page
    assert "同意后将为" in page
    assert preview.verdict.sentence in page
    decide(client, request, decision="agree")
    assert "同意后将为" not in read(client, page_of(request))
    measure.refresh_from_db()
    assert (measure.light, measure.light_cause) == (preview.verdict.light, preview.verdict.cause)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
def test_nobody_else_is_told(client, wanted, role):
    sign_in(client, role)
    assert "等您审批" not in read(client, "/overview/")


def test_a_coordinator_reads_but_does_not_decide(client, wanted):
    sign_in(client, Role.COORDINATOR)
    assert page_of(wanted) in read(client, URL)
    page = read(client, page_of(wanted))
    assert "上级政策调整。" in page
    assert "提交审批意见" not in page
    assert decide(client, wanted, decision="agree").status_code == 403


def test_all_that_is_needed_stands_on_one_page(client, chief):
    request = make_closing_request(make_measure(title="推进一件事"))
    page = read(client, page_of(request, "closing"))
    for words in ("各项任务均已完成。", "完成报告.pdf", "预警灯", "进度变化", "请注意"):
        assert words in page
    assert reverse("measures:closing_file", args=[request.files.get().pk]) in page


def test_the_chief_agrees(client, chief, wanted):
    answer = decide(client, wanted, decision="agree", answer="")
    assert answer.status_code == 302
    assert Measure.objects.get().due_on == date(2027, 6, 30)
    page = read(client, page_of(wanted))
    assert "已同意" in page
    assert "提交审批意见" not in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "请选择同意或不同意。"),
        ({"decision": "refuse", "answer": " "}, "不同意须写明理由。"),
        ({"decision": "perhaps", "answer": "也许。"}, "也许"),
    ],
)
def test_an_answer_is_whole_and_nothing_typed_is_lost(client, chief, wanted, said, sentence):
    answer = decide(client, wanted, **said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert DueDateRequest.objects.get().is_open


def test_a_second_answer_is_told_that_it_was_decided(client, chief, wanted):
    decide(client, wanted, decision="refuse", answer="请按期完成。")
    answer = decide(client, wanted, decision="agree", answer="可以。")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "这一申请未同意，不能再同意" in page
    assert "可以。" in page


def test_who_has_a_part_in_it_is_told_so(client, wanted):
    client.force_login(wanted.asked_by)
    lead = wanted.agency
    both = make_user(Role.CHIEF)
    both.memberships.create(
        agency=lead, role=Role.AGENCY_HEAD, role_group="business", valid_from=date(2018, 1, 1)
    )
    client.force_login(both)
    page = read(client, page_of(wanted))
    assert "不能由您办理，现在没有其他人员可以办理" in page
    assert "另行授予一人“商务委负责人”角色。" in page
    assert "提交审批意见" not in page


def test_the_lead_finds_its_request_and_withdraws_it(client, wanted):
    client.force_login(wanted.asked_by)
    assert "撤回申请" in read(client, page_of(wanted))
    url = reverse("measures:approval_withdraw", args=["due-date", wanted.pk])
    assert client.post(url).status_code == 302
    assert DueDateRequest.objects.get().state == "withdrawn"
    assert client.post(url).status_code == 409


def test_what_waits_is_no_affair_of_others_and_what_took_effect_is_known(client, wanted):
    sign_in(client, Role.LIAISON, make_agency())
    assert client.get(page_of(wanted)).status_code == 404
    DueDateRequest.objects.update(state="agreed", decided_by=make_user(Role.CHIEF), decided_at=NOW)
    assert "已同意" in read(client, page_of(wanted))


@pytest.mark.parametrize("path", ["closing/999999/", "letters/1/", "due-date/999999/decide/"])
def test_what_is_not_there_is_404(client, chief, path):
    url = f"/approvals/{path}"
    answer = client.post(url) if path.endswith("decide/") else client.get(url)
    assert answer.status_code == 404


def test_only_the_closing_itself_offers_to_reopen_its_measure(client, chief):
    measure = make_dated_measure()
    moved = make_due_date_request(measure, state="agreed")
    by_hand = make_override(measure, state="agreed")
    closed = make_closing_request(measure, state="agreed")
    assert "/reopen/" in read(client, page_of(closed, "closing"))
    assert "/reopen/" not in read(client, page_of(moved))
    assert "/reopen/" not in read(client, page_of(by_hand, "override"))


def test_the_chief_sets_a_closed_measure_going_again(client, chief):
    request = make_closing_request(make_measure(), state="agreed")
    url = reverse("measures:closing_reopen", args=[request.pk])
    client.post(url, {"ground": ""})
    assert ClosingRequest.objects.get().state == "agreed"
    assert client.post(url, {"ground": "又有新任务。"}).status_code == 302
    assert "又有新任务。" in read(client, page_of(request, "closing"))
    assert client.post(url, {"ground": "再来。"}).status_code == 409


def test_what_was_settled_is_filtered_counted_and_paged(client, chief):
    past = {"asked_at": NOW - timedelta(days=7)}
    measure = make_dated_measure(title="调整时限的")
    for _ in range(51):
        make_due_date_request(measure, state="refused", **past)
    make_closing_request(make_measure(title="办结的"), state="agreed", **past)
    page = read(client, SETTLED)
    assert "共52件" in page
    assert "办结申请（1）" in page
    assert "未同意（51）" in page
    assert "5个工作日" in page
    assert "第2/2页" in read(client, f"{SETTLED}?page=2")
    assert "调整时限的" not in read(client, f"{SETTLED}?kind=closing")
    assert "没有符合条件的申请" in read(client, f"{SETTLED}?kind=closing&state=refused")
    assert "共52件" in read(client, f"{SETTLED}?kind=%00&state=%00nonsense&page=-1")


def test_eighty_cost_as_many_queries_as_one(client, chief):
    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            read(client, url)
        return len(queries)

    def make():
        make_due_date_request(make_dated_measure())
        make_closing_request(make_measure())
        make_due_date_request(make_dated_measure(), state="refused")
        make_closing_request(make_measure(), state="refused")

    make()
    read(client, URL)
    one = {url: cost(url) for url in (URL, SETTLED, "/overview/")}
    for _ in range(20):
        make()
    assert {url: cost(url) for url in one} == one
    assert one[URL] <= 11  # the chief's page also lists what no coordinator may review
    assert one[SETTLED] <= 12
