"""Signing in again from a page whose session has ended, without leaving it."""

import pytest
from django.test import Client

from agencies.models import Event
from agencies.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
URL = "/login/again/"


@pytest.fixture
def person():
    return make_user(username="liaison")


def test_the_answer_has_the_person_and_a_token(client, person):
    assert client.get(URL).json()["person"] == ""
    client.force_login(person)
    answer = client.get(URL)
    assert answer.json()["person"] == "liaison"
    assert answer.json()["token"]
    assert "no-store" in answer["Cache-Control"]


def test_the_password_signs_in_and_returns_a_valid_token(person):
    client = Client(enforce_csrf_checks=True)
    sent = {
        "username": "liaison",
        "password": PASSWORD,
        "csrfmiddlewaretoken": client.get(URL).json()["token"],
    }
    answer = client.post(URL, sent)
    assert answer.json()["person"] == "liaison"
    token = answer.json()["token"]
    assert client.post("/inbox/read/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert Event.objects.filter(action="user.sign_in", actor=person).exists()


def test_a_wrong_password_is_refused_with_the_usual_sentence(client, person):
    answer = client.post(URL, {"username": "liaison", "password": "wrong"})
    assert answer.status_code == 422
    assert "账号或密码不正确。" in answer.json()["refused"]
    assert "_auth_user_id" not in client.session


def test_without_a_token_nobody_is_signed_in(person):
    client = Client(enforce_csrf_checks=True)
    sent = {"username": "liaison", "password": PASSWORD}
    assert client.post(URL, sent).status_code == 403
