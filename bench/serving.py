"""gunicorn and a worker for the time of the measuring, and a client that asks them."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

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
    """Run gunicorn as start.py does; yields the port and the process id."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        words = ["-m", "gunicorn", "policy_tracker.wsgi", "--bind", f"fd://{listening.fileno()}"]
        words += ["--workers", "1", "--threads", "4", "--keep-alive", "75"]
        words += ["--no-control-socket", "--log-level", "error"]
        with _child(words, env, pass_fds=[listening.fileno()]) as process:
            listening.close()
            _wait_for(port)
            yield port, process


@contextmanager
def working(env: Mapping[str, str]) -> Iterator[int]:
    words = ["-m", "celery", "-A", "policy_tracker", "worker", "--concurrency", "2"]
    words += ["--loglevel", "error", "--without-gossip", "--without-mingle"]
    with _child(words, env) as process:
        yield process


@contextmanager
def _child(
    words: list[str], env: Mapping[str, str], pass_fds: list[int] | None = None
) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "celery" in words else None,
        pass_fds=pass_fds or [],
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            one = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            one.request("GET", "/")
            one.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("gunicorn did not answer")


def memory_of(process: int) -> float:
    """Megabytes that the children of a process hold (Linux)."""
    found = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(process)], capture_output=True, text=True, check=False
    )
    return sum(int(line) for line in found.stdout.split()) / 1024
