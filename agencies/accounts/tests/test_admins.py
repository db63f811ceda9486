"""No administrator alone can take over or lock out another: two others must do it together."""

import re
from functools import partial
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from agencies.accounts.admins import (
    ask_about_admin,
    confirm_request,
    refuse_request,
    withdraw_request,
)
from agencies.accounts.memberships import end_membership
from agencies.accounts.people import reset_password, set_active
from agencies.choices import AdminRequestState, AdminStep
from agencies.models import AdminRequest, Event, Message, User
from agencies.permissions import Role
from agencies.tests.factories import NOW, PASSWORD, TODAY, join, make_user
from lib.errors import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
SYSTEM, SECURITY, AUDITOR = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR
ADMINS = (SYSTEM, SECURITY, AUDITOR)
RESET, FACTOR, OFF, ON = AdminStep
OPEN, CONFIRMED, REFUSED, WITHDRAWN = AdminRequestState
REASON = "本人忘记密码，当面核实。"
URL = "/accounts/admins/"


@pytest.fixture
def admins() -> dict[str, User]:
    return {role: make_user(role, username=role, name=Role(role).label) for role in ADMINS}


def ask(account, by, step=RESET) -> AdminRequest:
    return ask_about_admin(account, step=step, reason=REASON, by=by, at=NOW)


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


def messages_of(user: User) -> list[str]:
    return [message.sentence for message in Message.objects.to(user)]


# Alone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [SECURITY, AUDITOR])
@pytest.mark.parametrize(("path", "data"), [("reset/", {}), ("active/", {"active": "0"})])
def test_the_system_administrator_alone_takes_over_nobody(client, admins, role, path, data):
    client.force_login(admins[SYSTEM])
    answer = client.post(f"/accounts/{admins[role].pk}/{path}", data)
    assert answer.status_code == 409
    assert "管理员的账号须由两名管理员共同办理" in answer.content.decode()
    person = anew(admins[role])
    assert person.is_active
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(
    "verb", [reset_password, partial(set_active, active=False), partial(set_active, active=True)]
)
def test_a_second_system_administrator_alone_cannot_either(admins, verb):
    with pytest.raises(DomainError, match="两名管理员"):
        verb(make_user(SYSTEM), by=admins[SYSTEM], at=NOW)


def test_a_future_administrator_counts_as_one_already(admins):
    person = make_user()
    join(person, AUDITOR, valid_from=TODAY.replace(year=2027))
    with pytest.raises(DomainError, match="两名管理员"):
        reset_password(person, by=admins[SYSTEM], at=NOW)


def test_the_page_offers_the_request_instead_of_the_buttons(client, admins):
    client.force_login(admins[SYSTEM])
    page = client.get(f"/accounts/{admins[AUDITOR].pk}/").content.decode()
    assert f"{URL}{admins[AUDITOR].pk}/" in page
    assert "/reset/" not in page


# Requester and confirmer -------------------------------------------------------------------------

CASES = [
    # account,  requests, confirms, outcome
    (SECURITY, SYSTEM, AUDITOR, "done"),
    (SECURITY, AUDITOR, SYSTEM, "done"),
    (AUDITOR, SYSTEM, SECURITY, "done"),
    (AUDITOR, SECURITY, SYSTEM, "done"),
    (SYSTEM, SECURITY, AUDITOR, "done"),
    (SYSTEM, AUDITOR, SECURITY, "done"),
    (AUDITOR, SYSTEM, SYSTEM, "申请人不能自己确认"),
    (AUDITOR, SYSTEM, AUDITOR, "本人的账号由另外两名管理员办理"),
    (AUDITOR, SYSTEM, "second system", "同一类管理员"),
    (SYSTEM, "second system", SYSTEM, "本人的账号由另外两名管理员办理"),
    (SYSTEM, "second system", AUDITOR, "done"),
    (SYSTEM, SYSTEM, AUDITOR, "本人的账号由另外两名管理员办理"),
]


@pytest.mark.parametrize("step", [RESET, OFF])
@pytest.mark.parametrize(("account", "asks", "confirms", "outcome"), CASES)
def test_two_administrators_of_two_kinds_must_agree(admins, step, account, asks, confirms, outcome):
    admins["second system"] = make_user(SYSTEM)
    person = admins[account]

    def both():
        request = ask(person, admins[asks], step)
        return confirm_request(request, by=admins[confirms], at=NOW)

    if outcome == "done":
        password = both()
        done = anew(person)
        assert done.is_active is (step == RESET)
        assert step == OFF or done.check_password(password)
        assert done.must_change_password is (step == RESET)
    else:
        with pytest.raises(DomainError, match=outcome):
            both()
        assert anew(person).check_password(PASSWORD)
        assert anew(person).is_active


@pytest.mark.parametrize("role", [role for role in Role if role not in ADMINS])
def test_nobody_else_asks(admins, role):
    with pytest.raises(PermissionDenied):
        ask(admins[AUDITOR], make_user(role))


def test_a_request_about_an_ordinary_account_is_refused(admins):
    with pytest.raises(DomainError, match="不是管理员"):
        ask(make_user(Role.LEADER), admins[SYSTEM])


def test_the_requester_must_still_be_an_administrator(admins):
    request = ask(admins[AUDITOR], admins[SYSTEM])
    second = make_user(SECURITY)
    membership = admins[SYSTEM].memberships.get()
    end_membership(membership, by=second, on=TODAY, at=NOW)
    with pytest.raises(DomainError, match="申请人已不是管理员"):
        confirm_request(request, by=admins[SECURITY], at=NOW)


def test_an_account_has_one_open_request_at_a_time(admins):
    ask(admins[AUDITOR], admins[SYSTEM])
    with pytest.raises(ValidationError, match="已有申请待确认"):
        ask(admins[AUDITOR], admins[SECURITY], OFF)


@pytest.mark.parametrize(
    ("is_active", "step", "sentence"), [(True, ON, "没有停用"), (False, OFF, "已经停用")]
)
def test_a_request_that_would_change_nothing_is_refused(admins, is_active, step, sentence):
    User.objects.filter(pk=admins[AUDITOR].pk).update(is_active=is_active)
    with pytest.raises(DomainError, match=sentence):
        ask(anew(admins[AUDITOR]), admins[SYSTEM], step)


@pytest.mark.parametrize("verb", [confirm_request, refuse_request, withdraw_request])
def test_a_settled_request_cannot_be_settled_again(admins, verb):
    request = ask(admins[AUDITOR], admins[SYSTEM])
    refuse_request(request, by=admins[SECURITY], at=NOW)
    by = admins[SYSTEM] if verb is withdraw_request else admins[SECURITY]
    with pytest.raises(DomainError, match="已经办结"):
        verb(request, by=by, at=NOW)


def test_only_the_requester_withdraws_and_cannot_refuse(admins):
    request = ask(admins[AUDITOR], admins[SYSTEM])
    with pytest.raises(DomainError, match="只有申请人可以撤回"):
        withdraw_request(request, by=admins[SECURITY], at=NOW)
    with pytest.raises(DomainError, match="请撤回"):
        refuse_request(request, by=admins[SYSTEM], at=NOW)
    withdraw_request(request, by=admins[SYSTEM], at=NOW)
    assert AdminRequest.objects.get().state == WITHDRAWN


def test_the_person_concerned_may_refuse(admins):
    refuse_request(ask(admins[AUDITOR], admins[SYSTEM]), by=admins[AUDITOR], at=NOW)
    assert AdminRequest.objects.get().state == REFUSED


@pytest.mark.parametrize(
    "fields",
    [
        {"asked_by": "account"},
        {"decided_by": "asked_by"},
        {"decided_by": "account"},
        {"decided_by": None},
    ],
)
def test_constraints_check_the_same_rules(admins, fields):
    request = ask(admins[AUDITOR], admins[SYSTEM])
    confirm_request(request, by=admins[SECURITY], at=NOW)
    people = {"account": admins[AUDITOR], "asked_by": admins[SYSTEM], None: None}
    changed = {field: people[who] for field, who in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        AdminRequest.objects.update(**changed)


# Messages and events ----------------------------------------------------------------------------


def test_the_person_and_possible_confirmers_are_told(admins):
    request = ask(admins[AUDITOR], admins[SYSTEM])
    assert "系统管理员申请重置您的密码" in messages_of(admins[AUDITOR])[0]
    assert "请核实后确认" in messages_of(admins[SECURITY])[0]
    assert not messages_of(admins[SYSTEM])
    confirm_request(request, by=admins[SECURITY], at=NOW)
    assert "系统管理员申请、安全管理员确认" in messages_of(admins[AUDITOR])[0]
    assert not Message.objects.to(admins[SECURITY]).unread().exists()


def test_the_event_names_requester_and_confirmer(admins):
    request = ask(admins[AUDITOR], admins[SYSTEM], OFF)
    confirm_request(request, by=admins[SECURITY], at=NOW)
    events = [(e.action, e.sentence) for e in Event.objects.order_by("pk")]
    assert events == [
        ("admin.ask", f"申请停用“auditor”的账号：{REASON}"),
        ("user.set_active", "经系统管理员申请、安全管理员确认，停用了账号“auditor”。"),
    ]


def test_an_ordinary_person_is_told_of_a_reset_too(admins):
    person = make_user(Role.LIAISON)
    reset_password(person, by=admins[SYSTEM], at=NOW)
    assert "您的密码已由系统管理员重置" in messages_of(person)[0]


# Pages -------------------------------------------------------------------------------------------


def test_one_requests_and_another_confirms_on_the_page(client, admins):
    client.force_login(admins[SECURITY])
    answer = client.post(f"{URL}{admins[SYSTEM].pk}/", {"step": "reset", "reason": REASON})
    assert answer.url == URL
    request = AdminRequest.objects.get()
    decide = f"{URL}requests/{request.pk}/"
    page = client.get(URL).content.decode()
    assert "待另一名管理员确认" in page
    assert 'value="withdraw"' in page
    assert 'value="confirm"' not in page
    client.force_login(admins[AUDITOR])
    assert 'value="confirm"' in client.get(URL).content.decode()
    answer = client.post(decide, {"word": "confirm"})
    (password,) = re.findall(r'figure-number">([\w-]{14})<', answer.content.decode())
    assert anew(admins[SYSTEM]).check_password(password)
    assert answer["Cache-Control"] == "no-store"
    assert client.post(decide, {"word": "confirm"}).status_code == 409


@pytest.mark.parametrize(("word", "state"), [("refuse", REFUSED), ("withdraw", WITHDRAWN)])
def test_a_request_is_refused_or_withdrawn_on_the_page(client, admins, word, state):
    request = ask(admins[SYSTEM], admins[SECURITY])
    client.force_login(admins[AUDITOR if word == "refuse" else SECURITY])
    assert client.post(f"{URL}requests/{request.pk}/", {"word": word}).url == URL
    assert AdminRequest.objects.get().state == state
    assert state.label in client.get(URL).content.decode()


def test_a_reason_is_required_and_typed_text_is_kept(client, admins):
    client.force_login(admins[SECURITY])
    answer = client.post(f"{URL}{admins[SYSTEM].pk}/", {"step": "off", "reason": " "})
    assert answer.status_code == 422
    assert not AdminRequest.objects.exists()


def test_an_ordinary_account_has_no_such_page(client, admins):
    client.force_login(admins[SECURITY])
    assert client.get(f"{URL}{make_user(Role.LEADER).pk}/").status_code == 404


# The command on the machine ---------------------------------------------------------------------


def run(*said: str) -> str:
    out = StringIO()
    call_command("admin_account", *said, stdout=out)
    return out.getvalue()


def test_a_command_on_the_machine_resets_and_shows_the_password_once(admins):
    User.objects.filter(pk=admins[SYSTEM].pk).update(locked_until=NOW, failed_logins=3)
    said = run("reset", "system_admin")
    (password,) = re.findall(r"[\w]{4}-[\w]{4}-[\w]{4}", said)
    person = anew(admins[SYSTEM])
    assert person.check_password(password)
    assert person.locked_until is None
    event = Event.objects.get()
    assert (event.actor, event.sentence) == (
        None,
        "在服务器上用命令重置了“system_admin”的密码。",
    )
    assert "在服务器上用命令" in messages_of(admins[SYSTEM])[0]


def test_the_command_switches_an_account_off_and_on(admins):
    run("off", "auditor")
    assert not anew(admins[AUDITOR]).is_active
    run("on", "auditor")
    assert anew(admins[AUDITOR]).is_active


@pytest.mark.parametrize(
    ("username", "sentence"), [("nobody", "没有账号“nobody”"), ("leader", "不是管理员")]
)
def test_the_command_refuses_accounts_of_no_administrator(admins, username, sentence):
    make_user(Role.LEADER, username="leader")
    with pytest.raises(CommandError, match=sentence):
        run("reset", username)
