"""Writing off a debt (核销) with a reason, and undoing it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, Light
from measures.lights.refresh import refresh_light
from measures.reviews.waivers import restore_debt, write_off_debt
from measures.rules.periods import Quarter
from measures.tests.asking import told
from measures.tests.factories import NOW, TODAY, join, make_filing, make_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
REASON = "单位已撤并，无法补报。"
WRITE_OFF, RESTORE = "measures:filing_write_off", "measures:filing_restore_debt"


@pytest.fixture
def debt(measure):
    """Create the lead's debt of a closed period and an accepted filing of a later period."""
    due_on = TODAY - timedelta(days=130)
    closed_at = NOW - timedelta(days=115)
    closed = make_period(Quarter(2026, 2), state="closed", due_on=due_on, closed_at=closed_at)
    later = make_period(due_on=TODAY - timedelta(days=2))
    make_filing(measure=measure, period=later, state=FilingState.ACCEPTED)
    owed = make_filing(measure=measure, period=closed)
    refresh_light(measure.pk, on=TODAY)
    return owed


def post(client, by, name, filing, reason=REASON):
    client.force_login(by)
    step = name.partition("filing_")[2]
    data = {f"{step}-ground": reason, "ground": reason}
    return client.post(reverse(name, args=[filing.pk]), data)


def light_of(measure):
    measure.refresh_from_db()
    return measure.light


def test_a_coordinator_gives_it_up_and_the_light_changes(client, people, measure, debt):
    assert light_of(measure) == Light.RED
    answer = post(client, people.coordinator, WRITE_OFF, debt)
    assert answer.status_code == 302
    debt.refresh_from_db()
    assert (debt.written_off_reason, debt.written_off_by) == (REASON, people.coordinator)
    assert debt.state == FilingState.PENDING
    assert light_of(measure) == Light.GREEN
    event = Event.objects.get(action="filing.write_off")
    assert (event.actor, event.sentence) == (people.coordinator, f"核销{debt}的欠报：{REASON}")
    assert people.liaison in told("欠报核销，不再催报")


def test_taken_back_it_is_owed_again(client, people, measure, debt):
    write_off_debt(debt, by=people.coordinator, reason=REASON, at=NOW)
    answer = post(client, people.coordinator, RESTORE, debt, "核销有误。")
    assert answer.status_code == 302
    debt.refresh_from_db()
    assert (debt.written_off_reason, debt.written_off_by, debt.written_off_at) == ("", None, None)
    assert light_of(measure) == Light.RED
    event = Event.objects.get(action="filing.restore_debt")
    assert event.before == {"written_off_reason": REASON}
    assert event.after == {"reason": "核销有误。"}
    assert people.liaison in told("取消核销，仍须补报")


@pytest.mark.parametrize("role", ["chief", "leader", "liaison", "head", "auditor"])
@pytest.mark.parametrize("name", [WRITE_OFF, RESTORE])
def test_others_may_not(client, people, measure, debt, role, name):
    if name == RESTORE:
        write_off_debt(debt, by=people.coordinator, reason=REASON, at=NOW)
    before = light_of(measure)
    assert post(client, getattr(people, role), name, debt).status_code == 403
    debt.refresh_from_db()
    assert bool(debt.written_off_at) == (name == RESTORE)
    assert light_of(measure) == before


def test_a_coordinator_with_a_part_in_the_agency_may_not(people, measure, debt):
    join(people.coordinator, Role.LIAISON, debt.agency)
    with pytest.raises((PermissionDenied, DomainError)):
        write_off_debt(debt, by=people.coordinator, reason=REASON, at=NOW)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": FilingState.SUBMITTED}, "只有逾期未报、尚未核销的填报可以核销"),
        ({"state": FilingState.WAIVED}, "只有逾期未报、尚未核销的填报可以核销"),
        ({"due_on": TODAY}, "只有逾期未报、尚未核销的填报可以核销"),
    ],
)
def test_only_a_debt_is_given_up(people, measure, fields, sentence):
    filing = make_filing(measure=measure, **fields)
    with pytest.raises(DomainError, match=sentence):
        write_off_debt(filing, by=people.coordinator, reason=REASON, at=NOW)


def test_nothing_is_given_up_twice_nor_restored_without_cause(people, debt):
    with pytest.raises(DomainError, match="没有核销"):
        restore_debt(debt, by=people.coordinator, reason=REASON, at=NOW)
    write_off_debt(debt, by=people.coordinator, reason=REASON, at=NOW)
    with pytest.raises(DomainError, match="尚未核销"):
        write_off_debt(debt, by=people.coordinator, reason=REASON, at=NOW)


@pytest.mark.parametrize("verb", [write_off_debt, restore_debt])
def test_both_need_a_reason(people, debt, verb):
    if verb is restore_debt:
        write_off_debt(debt, by=people.coordinator, reason=REASON, at=NOW)
    with pytest.raises(DomainError, match="须写明理由"):
        verb(debt, by=people.coordinator, reason=" ", at=NOW)


def test_the_page_offers_the_step_and_then_says_why_and_by_whom(client, people, debt):
    address = reverse("measures:filing", args=[debt.pk])
    client.force_login(people.coordinator)
    assert reverse(WRITE_OFF, args=[debt.pk]) in client.get(address).content.decode()
    post(client, people.coordinator, WRITE_OFF, debt)
    page = client.get(address).content.decode()
    assert "已核销</span>" in page
    assert f"{REASON}<span" in page
    assert reverse(RESTORE, args=[debt.pk]) in page
    client.force_login(people.leader)
    page = client.get(address).content.decode()
    assert "已核销</span>" in page
    assert REASON not in page
