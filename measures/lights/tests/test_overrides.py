"""人工认定: requested by a coordinator, decided by the chief."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import Light, RequestState, Stage
from measures.lights import overrides as verbs
from measures.lights.current import work_out
from measures.models import LightChange
from measures.requests.actions import refuse_request, withdraw_request
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    join,
    make_measure,
    make_note,
    make_user,
)
from measures.tests.overriding import DAY, END, agreed, ask, red_measure, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure():
    return red_measure()


@pytest.fixture
def coordinator():
    return make_user(Role.COORDINATOR)


@pytest.fixture
def chief():
    return make_user(Role.CHIEF)


# Asking ------------------------------------------------------------------------------------------


def test_asking_moves_nothing_and_tells_the_chief(measure, coordinator, chief):
    request = ask(measure, coordinator)
    assert request.state == RequestState.OPEN
    assert request.against == "滞后：市农业农村委三季度进展未报，逾期28个工作日"
    assert (request.agency_name, request.post) == ("市农业农村委", "市商务委统筹岗")
    assert shown().light == Light.RED
    (message,) = Message.objects.filter(user=chief)
    assert "请审批：已商定补报时间。" in message.sentence
    assert message.url == reverse("measures:approval", args=["override", request.pk])
    assert Event.objects.filter(action="override.ask").count() == 1


@pytest.mark.parametrize("role", [Role.CHIEF, Role.LEADER, Role.LIAISON, Role.AGENCY_HEAD])
def test_only_coordinators_ask(measure, role):
    with pytest.raises(PermissionDenied):
        ask(measure, make_user(role))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": "  "}, "须写明理由"),
        ({"ends_on": TODAY - DAY}, "截止日须在今天至"),
        ({"ends_on": TODAY + 181 * DAY}, "截止日须在今天至2027-05-22"),
    ],
)
def test_what_is_asked_must_make_sense(measure, coordinator, said, words):
    with pytest.raises(DomainError, match=words):
        ask(measure, coordinator, **said)


@pytest.mark.parametrize("ends_on", [TODAY, TODAY + 180 * DAY])
def test_the_first_and_the_last_possible_day(measure, coordinator, ends_on):
    assert ask(measure, coordinator, ends_on=ends_on).ends_on == ends_on


def test_what_is_done_is_judged_no_more(coordinator):
    done = make_measure(stage=Stage.DONE, completed_on=TODAY)
    with pytest.raises(DomainError, match="不再评定"):
        ask(done, coordinator)


def test_where_the_agencies_are_unknown_nothing_is_set(coordinator):
    measure = make_measure()
    measure.responsibilities.all().delete()
    with pytest.raises(DomainError, match="责任单位待核对"):
        ask(measure, coordinator)


def test_one_waits_or_holds_at_a_time(measure, coordinator, chief):
    request = ask(measure, coordinator)
    with pytest.raises(ValidationError, match="待审批"):
        ask(measure, make_user(Role.COORDINATOR))
    verbs.agree_override(request, by=chief, at=NOW)
    with pytest.raises(ValidationError, match="已有人工认定"):
        ask(measure, coordinator)


def test_the_database_keeps_two_apart(measure, coordinator, chief):
    one = agreed(measure, coordinator, chief)
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_the_next_one_may_follow_when_it_is_over(measure, coordinator, chief):
    agreed(measure, coordinator, chief, ends_on=TODAY)
    later = NOW + DAY
    said = {"light": Light.GREEN, "reason": "再延。", "ends_on": END}
    assert verbs.ask_override(measure, by=coordinator, at=later, **said).is_open


# Deciding ----------------------------------------------------------------------------------------


def test_agreed_it_is_shown_with_the_rule_s_own_beside_it(measure, coordinator, chief):
    agreed(measure, coordinator, chief)
    measure.refresh_from_db()
    assert (measure.light, measure.light_sentence) == (Light.YELLOW, "已商定补报时间。")
    assert (measure.light_until, measure.light_cause) == (END, "manual")
    verdict = shown()
    assert verdict.is_manual
    assert verdict.computed.light == Light.RED
    assert verdict.computed.sentence.endswith("未报，逾期28个工作日")
    assert verdict == work_out([measure], on=TODAY)[measure.pk]
    row = LightChange.objects.latest("on")
    assert (row.light, row.until) == (Light.YELLOW, END)


def test_the_lead_and_who_asked_are_told(measure, coordinator, chief):
    lead = measure.responsibilities.get().agency
    liaison, head = make_user(Role.LIAISON, lead), make_user(Role.AGENCY_HEAD, lead)
    agreed(measure, coordinator, chief)
    told = set(Message.objects.filter(kind="decision").values_list("user", flat=True))
    assert told == {liaison.pk, head.pk, coordinator.pk}


def test_refused_the_rule_goes_on(measure, coordinator, chief):
    request = ask(measure, coordinator)
    with pytest.raises(DomainError, match="须写明理由"):
        refuse_request(request, by=chief, note=" ", at=NOW)
    request = refuse_request(request, by=chief, note="应先补报。", at=NOW)
    assert request.state == RequestState.REFUSED
    assert shown().light == Light.RED
    assert not shown().is_manual
    assert ask(measure, coordinator).is_open  # and one may ask again


def test_who_asked_does_not_decide(measure, coordinator):
    join(coordinator, Role.CHIEF)
    request = ask(measure, coordinator)
    with pytest.raises(PermissionDenied, match="请联系安全管理员另行授予一人“商务委负责人”角色。$"):
        verbs.agree_override(request, by=coordinator, at=NOW)
    request.refresh_from_db()
    request.state, request.decided_by, request.decided_at = "agreed", coordinator, NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.LIAISON])
def test_only_chiefs_decide(measure, coordinator, role):
    request = ask(measure, coordinator)
    for verb in (verbs.agree_override, refuse_request):
        with pytest.raises(PermissionDenied):
            verb(request, by=make_user(role), note="好。", at=NOW)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AGENCY_HEAD])
def test_a_chief_with_a_part_in_the_lead_does_not_decide(coordinator, chief, role):
    measure = make_measure(lead=commission())
    join(chief, role, commission())
    request = ask(measure, coordinator)
    with pytest.raises(PermissionDenied, match="请联系安全管理员另行授予一人“商务委负责人”角色。$"):
        verbs.agree_override(request, by=chief, at=NOW)
    assert verbs.agree_override(request, by=make_user(Role.CHIEF), at=NOW).holds(on=TODAY)


def test_a_chief_who_wrote_for_the_lead_on_it_does_not_decide(measure, coordinator, chief):
    make_note(measure.filings.get(), author=chief)
    request = ask(measure, coordinator)
    with pytest.raises(PermissionDenied):
        refuse_request(request, by=chief, note="不。", at=NOW)


def test_decided_once_is_decided(measure, coordinator, chief):
    request = agreed(measure, coordinator, chief)
    for verb in (verbs.agree_override, refuse_request):
        with pytest.raises(DomainError, match="已经办理"):
            verb(request, by=chief, note="好。", at=NOW)
    with pytest.raises(DomainError, match="已经办理"):
        withdraw_request(request, by=coordinator, at=NOW)


def test_it_holds_from_the_day_of_agreement(measure, coordinator, chief):
    request = ask(measure, coordinator)
    later = NOW + 3 * DAY
    request = verbs.agree_override(request, by=chief, at=later)
    assert request.starts_on == later.date()
    assert not work_out([measure], on=TODAY)[measure.pk].is_manual
    assert work_out([measure], on=later.date())[measure.pk].is_manual
    other = ask(make_measure(), coordinator, ends_on=TODAY)
    with pytest.raises(DomainError, match="已过"):
        verbs.agree_override(other, by=chief, at=later)


def test_taken_back_before_it_is_decided(measure, coordinator):
    request = ask(measure, coordinator)
    with pytest.raises(PermissionDenied):
        withdraw_request(request, by=make_user(Role.LEADER), at=NOW)
    assert withdraw_request(request, by=coordinator, at=NOW).state == "withdrawn"
    assert ask(measure, coordinator).is_open
