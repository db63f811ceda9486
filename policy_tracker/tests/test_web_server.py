"""The web server: slow connections block nobody, uploads arrive, stopping loses nothing."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings

SERVE = """
import socket, sys, time
from policy_tracker import web_server

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    got = len(environ["wsgi.input"].read())
    start_response("200 OK", [("X-Got", str(got)), ("X-Said", environ.get("CONTENT_LENGTH", ""))])
    return [b"x" * 1_000_000] * 20 if environ["PATH_INFO"] == "/large" else [b"here"]

listening = socket.create_server(("127.0.0.1", 0), backlog=128)
print(listening.getsockname()[1], flush=True)
web_server.serve(app, threads=4, sockets=[listening])
"""
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator["subprocess.Popen[str]"]:
    """Start one for all tests that leave it running: starting takes longer than the tests."""
    with running_server() as process:
        yield process


@pytest.fixture
def own_server() -> Iterator["subprocess.Popen[str]"]:
    """Start one for a test that stops it."""
    with running_server() as process:
        yield process


@contextmanager
def running_server() -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "policy_tracker.settings_test"}
    command = [sys.executable, "-c", SERVE]
    options = {"stdout": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, **options) as process:
        process.port = int(process.stdout.readline())
        try:
            yield process
        finally:
            process.kill()


def ask(process, path: str = "/", *, body: bytes | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)
    connection.request("GET" if body is None else "POST", path, body)
    return connection.getresponse()


def test_slow_senders_do_not_block_others(server):
    """Twelve such connections, with an incomplete head or body, used to block every thread."""
    with ExitStack() as held:
        for part in (HEAD, HEAD + b"Content-Length: 999\r\n\r\na"):
            for _ in range(12):
                line = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                line.sendall(part)
        began = time.monotonic()
        assert ask(server).read() == b"here"
        assert time.monotonic() - began < 2


def test_a_slow_receiver_holds_no_thread(server):
    with ExitStack() as held:
        for _ in range(12):
            line = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert ask(server).read() == b"here"


def test_an_upload_of_20_mb_arrives_whole(server):
    answer = ask(server, body=b"x" * 20_000_000)
    assert answer.headers["X-Got"] == "20000000"


def test_a_request_that_is_too_large_is_refused_unread(server):
    """Our own page answers: the head reaches the application, the body does not."""
    length = settings.UPLOAD_REQUEST_MB * 1024 * 1024 + 1
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(HEAD + f"Content-Length: {length}\r\n\r\n".encode())
        said = line.recv(4096).decode()
    assert f"X-Said: {length}" in said
    assert "X-Got: 0" in said
    assert "Connection: close" in said


def test_it_names_neither_itself_nor_its_version(server):
    assert ask(server).headers["Server"] is None


@pytest.mark.parametrize(("path", "size"), [("/slow", 4), ("/large", 20_000_000)])
def test_running_requests_are_finished_before_it_stops(own_server, path, size):
    with socket.create_connection(("127.0.0.1", own_server.port), timeout=10) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.5)
        own_server.terminate()
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert len(answer.read()) == size
    assert own_server.wait(10) == 0
