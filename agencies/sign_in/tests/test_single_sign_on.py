"""统一身份认证: the whole way to a provider, a separate process over HTTP, and back."""

import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import now
from mozilla_django_oidc.utils import generate_code_challenge

from agencies.accounts.identities import link_identity
from agencies.accounts.second_factor import enrol, new_secret
from agencies.choices import Outcome
from agencies.models import Event, Identity, Message, User
from agencies.permissions import Role
from agencies.sign_in.checks import check_provider
from agencies.sign_in.provider import ADMINISTRATOR, INVALID, LOCKED, OFF, SILENT, UNLINKED
from agencies.sign_in.tests.test_second_factor import code_at, is_in
from agencies.tests.factories import make_user
from lib import outage
from lib.errors import DomainError

pytestmark = pytest.mark.django_db
BACK = "/login/provider/back/"


@pytest.fixture(scope="module")
def address():
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", f"{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            requests.get(f"{address}/jwks", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait()


@pytest.fixture
def provider(settings, address):
    settings.OIDC_OP_ISSUER = address
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{address}/oauth2/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{address}/oauth2/token"
    settings.OIDC_OP_JWKS_ENDPOINT = f"{address}/jwks"
    settings.OIDC_OP_END_SESSION_ENDPOINT = f"{address}/oauth2/end_session"
    settings.OIDC_VERIFY_KID = False  # it has one key, without a name
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "policy-tracker", "secret"
    return address


def link(person, subject="zhang"):
    return link_identity(person, subject=subject, by=make_user(Role.SYSTEM_ADMIN), at=now())


def go(client, subject="zhang", leads_to="/todo/", **claims):
    """Go to the provider, sign in as `subject`, and return with the code; returns the response.

    `claims` replace those that the provider would put into the token.
    """
    way = client.get("/login/provider/", {"next": leads_to}).url
    users = f"http://{urlsplit(way).netloc}/users/{subject}"
    requests.put(users, json=claims, timeout=5).raise_for_status()
    back = requests.post(way, data={"sub": subject}, allow_redirects=False, timeout=5)
    return client.get(back.headers["Location"].removeprefix("http://testserver"))


@contextmanager
def answering(words):
    """Start a server that always gives this answer; return its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(words.encode())

        do_POST = do_GET

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def told(client):
    return client.get("/login/").content.decode()


def last_event():
    return Event.objects.filter(action="user.sign_in").latest("pk")


def test_a_linked_person_gets_in_with_state_nonce_and_pkce(client, provider):
    person = link(make_user(must_change_password=True))
    way = urlsplit(client.get("/login/provider/").url)
    asked = {name: values[0] for name, values in parse_qs(way.query).items()}
    kept = client.session["oidc_states"][asked["state"]]
    assert asked["nonce"] == kept["nonce"]
    assert asked["code_challenge"] == generate_code_challenge(kept["code_verifier"], "S256")
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid")
    before = client.session.session_key
    assert go(client).url == "/todo/"
    assert is_in(client)  # and is not asked for a password they may never have had
    assert client.session.session_key != before
    event = last_event()
    assert (event.sentence, event.target_id) == ("经统一身份认证登录。", person.pk)
    way_out = client.post("/logout/").url
    assert way_out.startswith(f"{provider}/oauth2/end_session?client_id=policy-tracker&")
    assert requests.get(way_out, timeout=5).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": ["another-client"]},
        {"azp": "another-client"},
        {"nonce": "of-another-sign-in"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_with_a_fault_signs_nobody_in(client, provider, claims):
    link(make_user())
    assert go(client, **claims).url == "/login/"
    assert INVALID in told(client)
    assert not is_in(client)
    assert last_event().outcome == Outcome.REFUSED


def test_the_key_of_another_provider_opens_nothing(client, provider, settings):
    link(make_user())
    settings.OIDC_OP_JWKS_ENDPOINT = f"{provider}/.well-known/openid-configuration"  # no keys
    assert go(client).url == "/login/"
    assert not is_in(client)


def test_a_state_that_was_not_sent_or_a_code_used_twice_signs_nobody_in(client, provider):
    link(make_user())
    way = client.get("/login/provider/").url
    back = requests.post(way, data={"sub": "zhang"}, allow_redirects=False, timeout=5)
    url = back.headers["Location"].removeprefix("http://testserver")
    client.get(re.sub("state=.", "state=!", url))
    assert INVALID in told(client)
    assert not is_in(client)
    client.get(url)
    client.post("/logout/")
    client.get(url)
    assert not is_in(client)
    assert client.get(f"{BACK}?error=access_denied&state=x").url == "/login/"


def test_nobody_is_known_by_anything_but_the_link(client, provider):
    person = make_user(username="zhang", email="zhang@sww.example", phone="13800005678")
    claims = {"email": person.email, "phone_number": person.phone, "name": person.name}
    assert go(client, preferred_username="zhang", **claims).url == "/login/"
    assert UNLINKED.format("zhang").replace('"', "&quot;") in told(client)
    assert not is_in(client)
    assert User.objects.count() == 1
    assert last_event().sentence == "统一身份认证的标识“zhang”没有关联账号，登录被拒。"


@pytest.mark.parametrize(
    ("fields", "role", "sentence"),
    [
        ({"is_active": False}, None, OFF),
        ({"locked_until": now().replace(year=2090)}, None, LOCKED),
        ({}, Role.AUDITOR, ADMINISTRATOR),
    ],
    ids=["off", "locked", "administrator"],
)
def test_who_stays_out_though_linked(client, provider, fields, role, sentence):
    person = make_user(role)
    Identity.objects.create(user=person, issuer=provider, subject="zhang")
    User.objects.filter(pk=person.pk).update(**fields)
    assert go(client).url == "/login/"
    assert sentence in told(client)
    assert not is_in(client)
    assert last_event().actor_id == person.pk


@pytest.mark.parametrize("counts", [False, True])
def test_whether_the_providers_second_factor_counts_is_a_setting(
    client, provider, settings, counts
):
    settings.OIDC_SECOND_FACTOR_COUNTS = counts
    settings.SECOND_FACTOR_REQUIRED = True
    chief = link(make_user(Role.CHIEF))
    go(client)
    assert is_in(client) is counts
    client.post("/logout/")
    secret = new_secret()
    enrol(chief, secret=secret, code=code_at(now(), secret), at=now())
    User.objects.update(totp_step=0)
    assert go(client).url == ("/todo/" if counts else "/login/code/")
    assert is_in(client) is counts
    if not counts:
        assert client.post("/login/code/", {"code": code_at(now(), secret)}).url == "/todo/"
        assert client.post("/logout/").url.startswith(provider)


def test_a_silent_provider_leaves_the_password(client, provider, settings):
    link(make_user())
    settings.OIDC_OP_TOKEN_ENDPOINT = "http://127.0.0.1:9/"
    assert go(client).url == "/login/"
    assert SILENT in told(client)
    assert 'name="password"' in told(client)


@pytest.mark.parametrize("place", ["TOKEN", "JWKS"])
def test_a_provider_that_hangs_leaves_the_password(
    client, provider, settings, monkeypatch, hung, place
):
    link(make_user())
    setattr(settings, f"OIDC_OP_{place}_ENDPOINT", f"http://127.0.0.1:{hung}/")
    settings.OIDC_TIMEOUT = 0.5
    monkeypatch.setattr(outage, "SLOW", 0.4)
    began = time.monotonic()
    assert go(client).url == "/login/"
    assert time.monotonic() - began < 4
    assert SILENT in told(client)
    settings.OIDC_TIMEOUT = 60  # an immediate retry does not wait, nor does anybody else
    assert go(client).url == "/login/"
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("place", ["TOKEN", "JWKS"])
@pytest.mark.parametrize(
    "answer", ["[]", "null", '"away"', "{}", '{"keys": 1, "id_token": 1}', '{"keys": [1]}', "<p>"]
)
def test_a_provider_that_answers_nonsense_signs_nobody_in(
    client, provider, settings, place, answer
):
    link(make_user())
    with answering(answer) as url:
        setattr(settings, f"OIDC_OP_{place}_ENDPOINT", url)
        assert go(client).url == "/login/"
    assert "统一身份认证" in told(client)
    assert not is_in(client)


def test_the_system_administrator_links_and_unlinks_on_the_accounts_page(client, provider):
    person, other = make_user(username="zhangsan"), make_user()
    url = f"/accounts/{person.pk}/identity/"
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    assert "未关联" in client.get(f"/accounts/{person.pk}/").content.decode()
    assert client.post(url, {"subject": " zhang "}).url == f"/accounts/{person.pk}/"
    assert 'value="zhang"' in client.get(f"/accounts/{person.pk}/").content.decode()
    again = client.post(f"/accounts/{other.pk}/identity/", {"subject": "zhang"})
    assert again.status_code == 422
    assert "已关联另一个账号" in again.content.decode()
    assert Message.objects.get(user=person).sentence.startswith("您的账号已由")
    client.post(url, {"subject": ""})
    assert not Identity.objects.exists()
    sentences = Event.objects.filter(action="user.link_identity").order_by("pk")
    assert [one.sentence for one in sentences] == [
        "将“zhangsan”关联到统一身份认证的标识“zhang”。",
        "取消了“zhangsan”与统一身份认证的关联。",
    ]


def test_who_may_not_link(provider, settings):
    admin, person = make_user(Role.SYSTEM_ADMIN), make_user()
    link(person)
    cases = (
        (make_user(Role.AUDITOR), "li", admin, DomainError),
        (make_user(), "li", make_user(Role.SECURITY_ADMIN), PermissionDenied),
        (make_user(), "zhang", admin, ValidationError),
    )
    for user, subject, by, error in cases:
        with pytest.raises(error):
            link_identity(user, subject=subject, by=by, at=now())
    settings.OIDC_OP_ISSUER = ""
    with pytest.raises(DomainError, match="没有启用"):
        link(make_user(), "li")


def test_off_there_is_no_such_way(client):
    assert client.get("/login/provider/").status_code == 404
    assert client.get(BACK).status_code == 404
    assert "统一身份认证" not in told(client)
    assert check_provider() == []


def test_a_password_never_reaches_the_provider(client, provider):
    person = make_user()
    client.post(f"/login/?code=x&state=y&next={BACK}", {"username": person.username})
    assert not Event.objects.filter(sentence__contains="统一身份认证").exists()


def test_the_checks_name_what_is_missing_and_what_is_open(provider, settings):
    assert [one.id for one in check_provider()] == ["agencies.W002"]
    settings.OIDC_RP_CLIENT_ID = ""
    assert [one.id for one in check_provider()] == ["agencies.E008", "agencies.W002"]
