import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agencies.choices import AccountState
from agencies.models import Event, User, UserSession
from agencies.permissions import Role
from agencies.tests.factories import PASSWORD, join, make_agency, make_user

pytestmark = pytest.mark.django_db
ONE_TIME = re.compile(r'<span class="figure-number">([\w-]{14})</span>')


@pytest.fixture
def _system(client) -> None:
    client.force_login(make_user(Role.SYSTEM_ADMIN, username="xitong", name="系统管理员"))


def names(response) -> set[str]:
    return {person.name for person in response.context["page"]} - {"系统管理员"}


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_both_administrators_see_everybody_with_their_roles(client, role):
    client.force_login(make_user(role))
    join(make_user(name="王五"), Role.LIAISON, make_agency(name="重庆海关"))
    page = " ".join(client.get("/accounts/").content.decode().split())
    assert "王五" in page
    assert "重庆海关 联络员（B岗）" in page
    assert ("新建账号" in page) is (role == Role.SYSTEM_ADMIN)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.LEADER, None])
def test_it_is_closed_to_others(client, role):
    client.force_login(make_user(role))
    assert client.get("/accounts/").status_code == 403


@pytest.mark.usefixtures("_system")
class TestFinding:
    @pytest.mark.parametrize(
        ("words", "found"),
        [("王", {"王五"}), ("zhao", {"赵六"}), ("钱", set()), ("", {"王五", "赵六"})],
    )
    def test_by_name_or_account(self, client, words, found):
        make_user(username="wangwu", name="王五")
        make_user(username="zhaoliu", name="赵六")
        assert names(client.get("/accounts/", {"q": words})) == found

    @pytest.mark.parametrize("state", AccountState)
    def test_by_state(self, client, state):
        make_user(name="usable")
        make_user(name="must_change", must_change_password=True)
        make_user(name="locked", locked_until=now() + timedelta(minutes=5))
        make_user(name="off", is_active=False)
        assert names(client.get("/accounts/", {"state": state})) == {state.value}

    def test_an_unknown_state_does_not_filter(self, client):
        make_user(name="王五")
        assert names(client.get("/accounts/", {"state": "x"})) == {"王五"}

    def test_an_empty_result_says_so(self, client):
        assert "没有符合条件的账号" in client.get("/accounts/?q=钱").content.decode()

    def test_a_page_number_is_not_a_filter(self, client):
        assert not client.get("/accounts/?page=2").context["is_filtered"]
        assert client.get("/accounts/?q=王&page=2").context["is_filtered"]

    def test_paging_keeps_the_filter(self, client):
        for number in range(21):
            make_user(name=f"王{number}")
        page = client.get("/accounts/?q=王").content.decode()
        assert "共21个账号" in page
        assert "?q=%E7%8E%8B&amp;page=2" in page

    def test_cost_does_not_grow(self, client):
        join(make_user(), Role.LEADER)
        client.get("/accounts/")  # the first page of a session also saves the session
        with CaptureQueriesContext(connection) as few:
            client.get("/accounts/")
        for _ in range(29):
            join(make_user(), Role.LEADER)
        with CaptureQueriesContext(connection) as many:
            client.get("/accounts/")
        assert len(many) == len(few)


@pytest.mark.usefixtures("_system")
class TestCreating:
    TYPED = {"name": "王五", "username": "wangwu", "phone": "13800005678"}

    def test_the_one_time_password_is_shown_once_and_kept_nowhere(self, client):
        response = client.post("/accounts/new/", self.TYPED)
        person = User.objects.get(username="wangwu")
        (password,) = ONE_TIME.findall(response.content.decode())
        assert person.check_password(password)
        assert response["Cache-Control"] == "no-store"
        assert password not in client.get(f"/accounts/{person.pk}/").content.decode()
        kept = [session.get_decoded() for session in UserSession.objects.all()]
        assert password not in f"{kept}{list(Event.objects.values())}"

    def test_a_refused_form_keeps_what_was_typed(self, client):
        holder = make_user(username="wangwu")
        response = client.post("/accounts/new/", self.TYPED)
        page = response.content.decode()
        assert response.status_code == 422
        assert "这个账号已有人使用，请换一个。" in page
        assert 'value="王五"' in page
        assert f'href="/accounts/{holder.pk}/"' in page

    @pytest.mark.parametrize("username", ["wang\0wu", "WANG", ""])
    def test_an_invalid_username_is_refused_on_the_form(self, client, username):
        response = client.post("/accounts/new/", self.TYPED | {"username": username})
        assert response.status_code == 422
        assert not User.objects.filter(name="王五").exists()

    def test_the_security_administrator_makes_none(self, client):
        client.force_login(make_user(Role.SECURITY_ADMIN))
        assert client.get("/accounts/new/").status_code == 403
        assert client.post("/accounts/new/", self.TYPED).status_code == 403


@pytest.mark.usefixtures("_system")
def test_a_new_person_sets_a_password_and_then_works(client):
    response = client.post("/accounts/new/", TestCreating.TYPED)
    (password,) = ONE_TIME.findall(response.content.decode())
    client.post("/logout/")
    client.post("/login/", {"username": "wangwu", "password": password})
    typed = {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post("/password/", typed).url == "/"
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/inbox/"
    client.post("/logout/")
    response = client.post("/login/", {"username": "wangwu", "password": password})
    assert response.status_code == 422
