"""人工认定: on the measure's page, its form, under 审批, and next to every light."""

from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.choices import Light
from measures.lights import overrides as verbs
from measures.lights import refresh as lights
from measures.models import Measure, OverrideRequest
from measures.requests.actions import refuse_request
from measures.tests.factories import NOW, TODAY, make_filing, make_period, make_user, sign_in
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DAY = timedelta(days=1)
END = TODAY + 30 * DAY
MARK = f"人工 至{END}"


@pytest.fixture
def measure():
    due_on = TODAY - 40 * DAY
    measure = make_filing(period=make_period(due_on=due_on, opens_on=due_on)).measure
    lights.refresh_all_lights(on=TODAY)
    return Measure.objects.get(pk=measure.pk)


@pytest.fixture
def coordinator(client):
    return sign_in(client, Role.COORDINATOR)


def typed(**fields):
    return {"light": "yellow", "reason": "已商定补报时间。", "ends_on": f"{END}"} | fields


def agreed(measure):
    request = verbs.ask_override(
        measure,
        by=make_user(Role.COORDINATOR),
        light=Light.YELLOW,
        reason="已商定补报时间。",
        ends_on=END,
        at=NOW,
    )
    return verbs.agree_override(request, by=make_user(Role.CHIEF), at=NOW)


def test_what_was_refused_never_began(client, measure, coordinator):
    request = verbs.ask_override(
        measure, by=coordinator, light=Light.YELLOW, reason="已商定。", ends_on=END, at=NOW
    )
    refuse_request(request, by=make_user(Role.CHIEF), note="不符合实际。", at=NOW)
    page = parse(client.get(f"/measures/{measure.pk}/?whole=1").content.decode())
    (when,) = page.xpath("//section[@aria-labelledby='override']//tbody//th")
    assert when.text_content() == "未生效"
    page = client.get(f"/approvals/override/{request.pk}/").content.decode()
    assert "同意之日 至" in page
    assert "（未生效）" in page


def test_the_coordinator_asks_from_the_measure_s_page(client, measure, coordinator):
    url = f"/measures/{measure.pk}/override/"
    assert url in client.get(f"/measures/{measure.pk}/?whole=1").content.decode()
    page = client.get(url).content.decode()
    assert "未报，逾期28个工作日" in page
    late = measure.responsibilities.get(role="lead").agency.short_name
    facts = [dd.text_content().split() for dd in parse(page).xpath("//dl[@class='facts']/dd")]
    assert facts[0][-1].endswith(f"（自{TODAY - 39 * DAY}起）")
    assert facts[1] == [late]
    assert client.post(url, typed()).status_code == 302
    assert OverrideRequest.objects.get().asked_by == coordinator
    page = client.get(f"/measures/{measure.pk}/?whole=1").content.decode()
    assert "待审批" in page
    assert url not in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"light": "purple"}, 422),
        ({"light": ""}, 422),
        ({"reason": " "}, 422),
        ({"reason": "长" * 201}, 422),
        ({"ends_on": "2026-02-30"}, 422),
        ({"ends_on": f"{TODAY - DAY}"}, 409),
        ({"ends_on": "2099-12-31"}, 409),
    ],
)
def test_a_faulty_request_is_a_sentence(client, measure, coordinator, fields, status):
    answer = client.post(f"/measures/{measure.pk}/override/", typed(**fields))
    assert answer.status_code == status
    assert not OverrideRequest.objects.exists()


def test_a_second_one_is_a_sentence(client, measure, coordinator):
    agreed(measure)
    answer = client.post(f"/measures/{measure.pk}/override/", typed())
    assert answer.status_code == 422
    assert "已有人工认定" in answer.content.decode()


def test_the_chief_decides_under_approvals(client, measure, coordinator):
    client.post(f"/measures/{measure.pk}/override/", typed())
    request = OverrideRequest.objects.get()
    client.force_login(make_user(Role.CHIEF))
    assert "人工认定" in client.get("/approvals/").content.decode()
    page = client.get(f"/approvals/override/{request.pk}/").content.decode()
    assert "已商定补报时间。" in page
    answer = client.post(
        f"/approvals/override/{request.pk}/decide/", {"decision": "agree", "answer": ""}
    )
    assert answer.status_code == 302
    measure.refresh_from_db()
    assert measure.light_until == END


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF, Role.LIAISON, Role.LEADER])
def test_the_mark_stands_beside_the_light_everywhere(client, measure, role):
    agreed(measure)
    lead = measure.responsibilities.get(role="lead").agency
    client.force_login(make_user(role, lead if role == Role.LIAISON else None))
    page = client.get(f"/measures/{measure.pk}/?whole=1").content.decode()
    assert MARK in page
    assert "按规则应为" in page
    assert "未报，逾期28个工作日" in page
    for address in ("/overview/", "/matrix/?view=lights", f"/agencies/{lead.pk}/"):
        page = client.get(address).content.decode()
        assert MARK in page, address
        assert "已商定补报时间。" in page, address
        assert f"/measures/{measure.pk}/#override" in page, address
    (row,) = client.get("/api/measures/").json()["results"]
    assert row["light"]["manual_until"] == f"{END}"
    assert row["light"]["colour"] == "yellow"


def test_others_see_what_was_agreed_and_not_what_waits(client, measure, coordinator):
    client.post(f"/measures/{measure.pk}/override/", typed())
    request = OverrideRequest.objects.get()
    client.force_login(make_user(Role.LEADER))
    assert "已商定补报时间。" not in client.get(f"/measures/{measure.pk}/?whole=1").content.decode()
    verbs.agree_override(request, by=make_user(Role.CHIEF), at=NOW)
    assert "已商定补报时间。" in client.get(f"/measures/{measure.pk}/?whole=1").content.decode()


def test_it_is_ended_from_the_measure_s_page(client, measure, coordinator):
    request = agreed(measure)
    url = f"/overrides/{request.pk}/end/"
    assert url in client.get(f"/measures/{measure.pk}/?whole=1").content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "已补报。"}).status_code == 302
    page = client.get(f"/measures/{measure.pk}/?whole=1").content.decode()
    assert MARK not in page.split("预警灯变化")[0].split("人工认定</h2>")[0]
    assert "已提前结束" in page
    assert client.post(url, {"reason": "再结束。"}).status_code == 409
