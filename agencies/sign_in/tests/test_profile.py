import pytest

from agencies.permissions import Role
from agencies.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_people_see_who_they_are_taken_for_and_keep_their_phone(client):
    person = make_user(Role.SECURITY_ADMIN, phone="13800005678")
    client.force_login(person)
    page = " ".join(client.get("/me/").content.decode().split())
    assert "市商务委 安全管理员" in page
    assert "13800005678" in page
    typed = {"phone": "13900001234", "office_phone": "023-63150001"}
    assert client.post("/me/", typed).url == "/me/"
    person.refresh_from_db()
    assert (person.phone, person.office_phone) == ("13900001234", "023-63150001")


def test_a_refused_phone_stays_in_the_field(client):
    client.force_login(make_user())
    response = client.post("/me/", {"phone": "见通讯录"})
    assert response.status_code == 422
    assert "电话只能含数字" in response.content.decode()
    assert 'value="见通讯录"' in response.content.decode()


def test_nothing_else_can_be_changed_there(client):
    person = make_user(name="张三")
    client.force_login(person)
    client.post("/me/", {"phone": "", "name": "李四", "is_active": ""})
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("张三", True)
