import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from agencies.accounts.people import reset_password
from agencies.models import User
from agencies.permissions import Role
from agencies.tests.factories import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.django_db
URL = "/password/"
NEW = "Qs8-vBn3-yLk6"


@pytest.fixture
def person(client) -> User:
    return sign_in(client, username="zhangsan", name="张三", phone="13800005678")


def send(client, old=PASSWORD, new=NEW, again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(URL, data)


def test_the_session_continues_after_a_new_password(client, person):
    response = send(client)
    assert (response.status_code, response.url) == (302, "/")
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.get("/inbox/").status_code == 200


def test_sessions_elsewhere_end(client, person):
    elsewhere = Client()
    elsewhere.force_login(person)
    send(client)
    assert elsewhere.get("/inbox/").url.startswith("/login/")


def test_after_the_forced_change_all_pages_are_open(client):
    until = now() + timedelta(hours=1)
    client.force_login(make_user(must_change_password=True, temporary_until=until))
    assert "设置新密码后才能使用本平台" in client.get(URL).content.decode()
    assert send(client).url == "/"
    assert client.get("/inbox/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"old": "wrong"}, "old_password", "现在的密码不正确，请重新输入。"),
        ({"again": "Qs8-vBn3-yLk7"}, "new_password2", "两次输入的新密码不一致。"),
        ({"new": "Ab1-short"}, "new_password1", "密码太短，至少10个字符。"),
        (
            {"new": "onlysmallletters"},
            "new_password1",
            "密码须含小写字母、大写字母、数字、其他字符中的至少三类。",
        ),
        ({"new": "Password123"}, "new_password1", "这个密码太常见，请换一个。"),
        ({"new": "Zhangsan-2026"}, "new_password1", "密码不能与账号、姓名、电话相近。"),
        ({"new": PASSWORD}, "new_password1", "新密码不能与现在的密码相同。"),
    ],
)
def test_an_unfit_password_is_refused_in_chinese(client, person, typed, field, sentence):
    response = send(client, **typed)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.usefixtures("person")
def test_no_password_is_given_back(client):
    page = send(client, old="wrong").content.decode()
    assert NEW not in page


def test_the_one_time_password_cannot_be_used_again(client):
    person = make_user()
    given = reset_password(person, by=make_user(Role.SYSTEM_ADMIN), at=now())
    client.force_login(User.objects.get(pk=person.pk))
    assert send(client, old=given).status_code == 302
    answer = send(client, old=NEW, new=given)
    assert answer.status_code == 422
    assert "新密码不能是发给您的一次性密码。" in answer.content.decode()
    assert User.objects.get(pk=person.pk).check_password(NEW)


@pytest.mark.parametrize("url", ["/login/", URL, "/me/second-factor/"])
def test_no_browser_is_asked_to_keep_a_password(person, url):
    """Terminals are shared."""
    browser = Client()
    if url != "/login/":
        browser.force_login(person)
    fields = re.findall(r'<input [^>]*type="password"[^>]*>', browser.get(url).content.decode())
    assert fields
    assert [field for field in fields if 'autocomplete="off"' not in field] == []


def test_no_log_has_a_password(client, person, caplog):
    caplog.set_level("DEBUG")
    send(client, old="Wrong-old-2026")
    send(client)
    client.post("/logout/")
    for password in (NEW, "Wrong-one-2026"):
        client.post("/login/", {"username": "zhangsan", "password": password})
    assert caplog.text
    for password in (PASSWORD, NEW, "Wrong-old-2026", "Wrong-one-2026"):
        assert password not in caplog.text
