"""两步验证: setting up, asking for codes, using codes once, resetting."""

import re
from base64 import b32decode
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django_otp.oath import hotp

from agencies.accounts.admins import ask_about_admin, confirm_request
from agencies.accounts.second_factor import (
    enrol,
    link_of,
    picture_of,
    reset_second_factor,
    step_of,
    switch_own_off,
)
from agencies.choices import AdminStep
from agencies.models import Event, Message, User
from agencies.permissions import Role
from agencies.sign_in.lockout import judge_code
from agencies.tests.factories import NOW, PASSWORD, make_user
from lib.errors import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
# The key of RFC 6238, appendix B, in base 32.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = timedelta(seconds=30)


def code_at(at, secret=SECRET):
    return f"{hotp(b32decode(secret), int(at.timestamp()) // 30):06}"


def make(role=None, **fields):
    """Make a person who set it up some time ago; return them with their recovery codes."""
    person, before = make_user(role, **fields), NOW - 10 * STEP
    codes = enrol(person, secret=SECRET, code=code_at(before), at=before)
    return User.objects.get(pk=person.pk), codes


def give_password(client, person):
    return client.post("/login/", {"username": person.username, "password": PASSWORD})


def is_in(client):
    return client.get("/inbox/").status_code == 200


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_match_the_examples_of_the_standard(seconds, code):
    at = NOW.fromtimestamp(seconds, NOW.tzinfo)
    assert step_of(SECRET, code, at=at) == seconds // 30


@pytest.mark.parametrize(
    ("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_codes_of_neighbouring_steps_are_accepted(off, good):
    assert (step_of(SECRET, code_at(NOW + off * STEP), at=NOW) is not None) is good


def test_a_code_works_once_and_earlier_ones_not_after_it():
    person, _ = make()
    assert judge_code(person, code_at(NOW), at=NOW)
    assert not judge_code(person, code_at(NOW), at=NOW)
    assert not judge_code(person, code_at(NOW - STEP), at=NOW)
    assert judge_code(person, code_at(NOW + STEP), at=NOW)


def test_setting_up_needs_the_password_and_shows_codes_once(client):
    person = make_user(username="zhangsan")
    client.force_login(person)
    page = client.get("/me/second-factor/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    assert f"secret={secret}" in link_of(person, secret)
    assert picture_of(link_of(person, secret)) in page  # as markup
    assert "style=" not in page  # the content policy refuses it
    url, typed = "/me/second-factor/", {"password": PASSWORD, "code": code_at(NOW, secret)}
    assert client.post(url, typed | {"password": "wrong"}).status_code == 422
    assert client.post(url, typed | {"code": "000000"}).status_code == 409
    page = client.post(url, typed).content.decode()
    codes = re.findall(r"<code>([\w-]+)</code>", page)
    assert len(codes) == 10
    again = client.get(url).content.decode()
    assert not [one for one in (secret, *codes) if one in again]
    person.refresh_from_db()
    assert person.totp_secret == secret
    assert not {*codes, secret} & set(re.findall(r"[\w-]+", f"{list(Event.objects.values())}"))
    assert client.post(f"{url}off/", {"password": PASSWORD}).url == "/me/"
    assert not User.objects.get(pk=person.pk).totp_secret


def test_the_password_alone_signs_nobody_in(client):
    person, codes = make()
    answer = client.post(
        "/login/", {"username": person.username, "password": PASSWORD, "next": "/todo/"}
    )
    assert answer.url == "/login/code/"
    assert not is_in(client)
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    assert not is_in(client)
    assert client.post("/login/code/", {"code": code_at(NOW)}).url == "/todo/"
    assert is_in(client)
    client.post("/logout/")
    give_password(client, person)
    client.post("/login/code/", {"code": f" {codes[3]} "})
    assert is_in(client)
    client.post("/logout/")
    give_password(client, person)
    assert client.post("/login/code/", {"code": codes[3]}).status_code == 422
    assert Event.objects.get(action="user.recovery_code").sentence.endswith("还剩9个。")


def test_wrong_codes_lock_like_wrong_passwords(client, settings):
    settings.LOGIN_FAILURES_ALLOWED = 3
    person, _ = make()
    client.post("/login/", {"username": person.username, "password": "wrong"})
    give_password(client, person)
    for _ in range(2):
        client.post("/login/code/", {"code": "000000"})
    assert client.post("/login/code/", {"code": code_at(NOW)}).url == "/login/"
    assert User.objects.get(pk=person.pk).is_locked(at=NOW)
    assert Event.objects.filter(sentence="验证码错误，账号锁定15分钟。").exists()


def test_without_the_password_there_is_no_second_step(client):
    person, _ = make()
    assert client.get("/login/code/").url == "/login/"
    give_password(client, person)
    kept = client.session
    kept["awaited"] = kept["awaited"] | {"until": NOW.timestamp() - 1}
    kept.save()
    assert client.post("/login/code/", {"code": code_at(NOW)}).url == "/login/"


def test_signing_in_again_on_an_open_page_asks_for_it_too(client):
    person, _ = make()
    typed = {"username": person.username, "password": PASSWORD}
    answer = client.post("/login/again/", typed).json()
    assert (answer["person"], answer["asks_code"]) == ("", True)
    assert client.post("/login/again/", typed | {"code": "000000"}).status_code == 422
    assert not is_in(client)
    answer = client.post("/login/again/", typed | {"code": code_at(NOW)}).json()
    assert answer["person"] == person.username
    assert is_in(client)


@pytest.mark.parametrize(
    ("role", "required", "sent"),
    [
        (Role.CHIEF, True, True),
        (Role.SYSTEM_ADMIN, True, True),
        (Role.AUDITOR, True, True),
        (Role.CHIEF, False, False),
        (Role.COORDINATOR, True, False),
    ],
)
def test_who_must_have_it_is_sent_there_first(client, settings, role, required, sent):
    settings.SECOND_FACTOR_REQUIRED = required
    person = make_user(role)
    client.force_login(person)
    assert is_in(client) is not sent
    if sent:
        assert client.get("/inbox/").url == "/me/second-factor/"
        assert "您的角色须使用两步验证" in client.get("/me/second-factor/").content.decode()
        enrol(person, secret=SECRET, code=code_at(NOW), at=NOW)
        assert is_in(client)
        with pytest.raises(DomainError, match="不能停用"):
            switch_own_off(User.objects.get(pk=person.pk), at=NOW)


def test_the_system_administrator_resets_it_only_for_others(client):
    admin, (person, _) = make_user(Role.SYSTEM_ADMIN), make(username="lisi")
    other, _ = make(Role.AUDITOR)
    with pytest.raises(DomainError, match="两名管理员"):
        reset_second_factor(other, by=admin, at=NOW)
    with pytest.raises(DomainError, match="另一位"):
        reset_second_factor(admin, by=admin, at=NOW)
    with pytest.raises(PermissionDenied):
        reset_second_factor(person, by=make_user(Role.SECURITY_ADMIN), at=NOW)
    client.force_login(admin)
    assert "重置两步验证" in client.get(f"/accounts/{person.pk}/").content.decode()
    assert client.post(f"/accounts/{person.pk}/second-factor/").status_code == 302
    person.refresh_from_db()
    assert (person.totp_secret, person.recovery_codes.count()) == ("", 0)
    assert Event.objects.filter(sentence="重置了“lisi”的两步验证。").exists()
    assert Message.objects.get(user=person).sentence.startswith("您的两步验证已由")
    assert client.post(f"/accounts/{person.pk}/second-factor/").status_code == 409


def test_two_administrators_or_a_command_reset_an_administrators():
    asks, confirms = make_user(Role.SYSTEM_ADMIN), make_user(Role.SECURITY_ADMIN)
    person, _ = make(Role.AUDITOR, username="shenji")
    said = {"step": AdminStep.FACTOR, "reason": "手机丢失。"}
    request = ask_about_admin(person, **said, by=asks, at=NOW)
    assert str(request) == "重置“shenji”的两步验证"
    assert confirm_request(request, by=confirms, at=NOW) == ""
    assert not User.objects.get(pk=person.pk).totp_secret
    with pytest.raises(DomainError, match="尚未启用"):
        ask_about_admin(person, **said, by=asks, at=NOW)
    enrol(person, secret=SECRET, code=code_at(NOW), at=NOW)
    call_command("admin_account", "factor", "shenji")
    assert not User.objects.get(pk=person.pk).totp_secret
