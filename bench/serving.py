"""A web process and a worker for the time of the measuring, and a client that asks them."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dev.processes import Child, Program, wait_until_ready

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a server to answer


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.location = response.headers.get("Location", "")
        self.body = response.read()


class Client:
    def __init__(self, port: int, cookies: Mapping[str, str]) -> None:
        self.port, self.cookies = port, dict(cookies)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> Answer:
        answer = self._ask("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return answer

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        answer = self._ask(
            "POST", path, urlencode({**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
        )
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:400].decode()}")
        return answer

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            return Answer(self._connection.getresponse())
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # It stood idle for longer than the server keeps it: that request was never read.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            return Answer(self._connection.getresponse())


@contextmanager
def served(env: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Run one web process as start.py does; yields the port and the process id."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        port, number = listening.getsockname()[1], listening.fileno()
        words = ["policy_tracker.web_server", "--fd", str(number)]
        with _child(
            "web", words, env, pass_fds=(number,), is_ready=lambda _: _answers(port)
        ) as pid:
            listening.close()
            yield port, pid


@contextmanager
def working(env: Mapping[str, str]) -> Iterator[int]:
    words = ["celery", "-A", "policy_tracker", "worker", "--concurrency", "2"]
    words += ["--loglevel", "error", "--without-gossip", "--without-mingle"]
    with _child("worker", words, env) as pid:
        yield pid


@contextmanager
def _child(name: str, words: Sequence[str], env: Mapping[str, str], **more: Any) -> Iterator[int]:
    child = Child(
        Program(
            name=name,
            label=name,
            command=[sys.executable, "-m", *words],
            log=Path(env["VAR_DIR"]) / f"{name}.log",
            environment=os.environ | env,
            cwd=ROOT,
            **more,
        )
    )
    try:
        wait_until_ready([child], timeout=PATIENCE)
        yield child.pid
    finally:
        child.ask_to_stop()
        child.wait_or_kill(until=time.monotonic() + 20)


def _answers(port: int) -> bool:
    try:
        one = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        one.request("GET", "/")
        one.getresponse().read()
    except OSError:
        return False
    return True


def memory_of(process: int) -> float:
    """Megabytes that a process holds (Linux)."""
    found = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return sum(int(line) for line in found.stdout.split()) / 1024
