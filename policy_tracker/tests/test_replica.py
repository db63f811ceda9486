"""Pages that only read use a replica that follows closely, else the primary."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.http import HttpResponse

from agencies.permissions import Role
from dev.processes import Child, wait_until_ready
from dev.programs import site_packages
from dev.services import Postgres, _bare_environment, run_as, server_account
from dev.throwaway import _new_folder
from lib.prepared import reads_from
from measures.tests.factories import make_user
from policy_tracker import replica


@pytest.fixture
def pages(rf, settings, monkeypatch):
    """Load a page; return the databases that its view was called with, in order."""
    monkeypatch.setitem(settings.DATABASES, replica.REPLICA, {})

    def ask(method="GET", *, page="reports:overview", cookies=(), lag=0.0, fails=False):
        monkeypatch.setattr(replica, "_asked_at", -1e9)
        monkeypatch.setattr(replica, "lag", lambda: lag)
        called = []

        def view(request):
            called.append(reads_from())
            if fails and reads_from() == replica.REPLICA:
                raise OperationalError
            return HttpResponse()

        def get_response(request):
            request.resolver_match = type("Match", (), {"view_name": page})
            return middleware.process_view(request, view, (), {}) or view(request)

        middleware = replica.FromReplica(get_response)
        request = rf.generic(method, "/")
        request.COOKIES.update(dict.fromkeys(cookies, "1"))
        return called, middleware(request)

    return ask


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ({}, [replica.REPLICA]),
        ({"method": "POST"}, [DEFAULT_DB_ALIAS]),
        ({"page": "measures:my_filings"}, [DEFAULT_DB_ALIAS]),
        ({"cookies": [replica.WROTE]}, [DEFAULT_DB_ALIAS]),
        ({"lag": settings.READ_LAG_SECONDS + 0.1}, [DEFAULT_DB_ALIAS]),
        ({"lag": float("inf")}, [DEFAULT_DB_ALIAS]),
        ({"fails": True}, [replica.REPLICA, DEFAULT_DB_ALIAS]),
    ],
)
def test_which_database_a_page_reads_from(pages, asked, called):
    assert pages(**asked)[0] == called


def test_a_person_who_has_just_written_reads_from_the_primary(pages):
    assert pages("POST")[1].cookies[replica.WROTE]["max-age"] == settings.READ_OWN_SECONDS
    assert not pages("GET")[1].cookies


SCRIPT = """
import os, sys, time
import django
django.setup()
from django.db import connection, connections
from django.test import Client
from agencies.models import User
from policy_tracker import replica

asked = []
def counted(execute, sql, *rest):
    asked.append(sql)
    return execute(sql, *rest)

def page():
    asked.clear()
    replica._asked_at = -1e9
    status = client.get("/overview/", follow=True).status_code
    return status, sum(sql != replica._LAG for sql in asked) > 0

client = Client(headers={"host": "127.0.0.1"})
client.force_login(User.objects.get(username=sys.argv[1]))
connections["replica"].ensure_connection()
with connections["replica"].execute_wrapper(counted):
    print("follows", *page(), flush=True)
with connections["replica"].cursor() as cursor:
    cursor.execute("SELECT pg_wal_replay_pause()")
User.objects.update(name="改名")
time.sleep(1)
lags = replica.lag() > 0.5
with connections["replica"].cursor() as cursor:
    cursor.execute("SELECT pg_wal_replay_resume()")
print("lags", lags, flush=True)  # after that the replica may be gone
sys.stdin.readline()
print("gone", *page(), replica.lag(), flush=True)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_with_a_replica_that_follows_lags_and_is_gone(real_notice):
    """Start a streaming replica of the suite's own server."""
    user = make_user(Role.CHIEF)
    primary = os.environ["DATABASE_URL"]
    host = parse_qs(urlsplit(primary).query)["host"][0]
    account = server_account()
    folder = _new_folder(account)
    copy = Postgres.in_(
        folder,
        root=settings.BASE_DIR,
        site=site_packages(Path(sys.prefix)),
        account=account,
        careless=True,
    )
    copy._own(copy.folder)
    subprocess.run(
        [copy.binaries / "pg_basebackup", "-D", copy.data, "-h", host, "-U", "app", "-R"]
        + ["-X", "stream", "-c", "fast", "--no-sync"],
        check=True,
        cwd="/",
        env=_bare_environment(),
        **run_as(account),
    )
    name = connection.settings_dict["NAME"]
    urls = {
        "DATABASE_URL": primary.replace("/policy_tracker?", f"/{name}?"),
        "READ_DATABASE_URL": copy.owner_url.replace("/policy_tracker?", f"/{name}?"),
    }
    server = Child(copy.program(folder))
    try:
        wait_until_ready([server], timeout=60)
        with subprocess.Popen(
            [sys.executable, "-c", SCRIPT, user.username],
            env=os.environ | urls | {"DJANGO_SETTINGS_MODULE": "policy_tracker.settings_test"},
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as pages:
            told = [pages.stdout.readline().split() for _ in range(2)]
            server.kill()
            told.append(pages.communicate("\n")[0].split())
    finally:
        server.kill()
    assert told == [["follows", "200", "True"], ["lags", "True"], ["gone", "200", "False", "inf"]]
