import pytest

from agencies.models import Event, UserSession
from agencies.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_session_ends_on_the_server_and_the_trail_says_so(client):
    client.force_login(make_user())
    old = client.cookies["sessionid"].value
    response = client.post("/logout/")
    assert response.url == "/login/"
    assert not UserSession.objects.filter(session_key=old).exists()
    assert Event.objects.filter(action="user.sign_out").count() == 1
    assert client.get("/inbox/").url.startswith("/login/")


def test_a_get_request_does_not_sign_out(client):
    client.force_login(make_user())
    assert client.get("/logout/").status_code == 405
    assert client.get("/inbox/").status_code == 200


def test_signing_out_after_the_session_ended_opens_the_sign_in_page(client):
    assert client.post("/logout/").url == "/login/"
    assert not Event.objects.exists()


def test_a_person_with_a_one_time_password_can_sign_out(client):
    client.force_login(make_user(must_change_password=True))
    assert client.post("/logout/").url == "/login/"
