"""404 guesses, forms without a good token and throttled sign-ins leave a bounded trace."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from agencies.audit.refusals import record_refusals
from agencies.models import Event, RefusalCount
from agencies.permissions import Role
from agencies.tasks import record_refusals as task
from agencies.tests.factories import NOW, PASSWORD, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def traces() -> list[tuple[str, str, str | None, int, str]]:
    """Return each event after the minute: (who, what, from where, how often, first page)."""
    record_refusals(at=LATER)
    events = Event.objects.filter(action__startswith="refused ").order_by("pk")
    return [
        (e.actor_name, e.action, e.address, e.after["number"], e.after["path"])
        for e in events
        if "number" in e.after
    ]


def test_guessing_leaves_one_event_a_person_address_and_minute(client, clock):
    person = make_user(Role.LIAISON, name="王五")
    client.force_login(person)
    for pk in range(40):
        assert client.get(f"/filings/{pk}/", REMOTE_ADDR="10.1.2.3").status_code == 404
    client.get("/nothing/", REMOTE_ADDR="10.1.2.4")
    client.get("/api/filings/7/", REMOTE_ADDR="10.1.2.4")
    assert traces() == [
        ("王五", "refused not_found", "10.1.2.3", 40, "/filings/0/"),
        ("王五", "refused not_found", "10.1.2.4", 2, "/nothing/"),
    ]
    event = Event.objects.filter(action="refused not_found").earliest("pk")
    assert event.sentence == "10:00起1分钟内40次打开不存在或无权查看的页面。"
    assert (event.at, event.outcome) == (NOW, "refused")
    assert event.request_id


def test_the_next_minute_is_another_event_and_the_running_one_waits(client, clock):
    client.force_login(make_user(Role.LIAISON))
    client.get("/filings/1/")
    clock.shift(60)
    client.get("/filings/2/")
    assert record_refusals(at=now()) == 1
    assert RefusalCount.objects.count() == 1
    clock.shift(60)
    assert task() == 1
    assert not RefusalCount.objects.exists()


def test_who_is_not_signed_in_is_known_by_address(client, clock):
    client.get("/wp-admin/", REMOTE_ADDR="10.9.9.9")
    assert traces() == [("系统", "refused not_found", "10.9.9.9", 1, "/wp-admin/")]


def test_a_form_without_a_good_token_is_traced_with_its_person(clock):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.LIAISON, name="王五"))
    for _ in range(3):
        answer = client.post("/filings/1/save/", {"f1-progress": "字"}, REMOTE_ADDR="10.1.2.3")
        assert answer.status_code == 403
    assert traces() == [("王五", "refused stale_form", "10.1.2.3", 3, "/filings/1/save/")]


def test_each_sign_in_from_a_refused_address_counts(client, clock, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 2
    for number in range(7):
        client.post("/login/", {"username": f"nobody{number}", "password": PASSWORD})
    assert traces() == [("系统", "refused throttled", "127.0.0.1", 5, "/login/")]


def test_the_page_tells_it_in_words(client, clock):
    client.force_login(make_user(Role.AUDITOR))
    client.get("/nothing/")
    record_refusals(at=LATER)
    page = client.get("/audit/").content.decode()
    assert "1分钟内1次打开不存在或无权查看的页面" in page
    assert "<dt>次数</dt>" in page
