"""A web process and a worker for the bench, and a client for their pages."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg2

from dev.processes import Child, Program, wait_until_ready

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a server to answer


class Answer:
    def __init__(self, response: http.client.HTTPResponse, *, is_write: bool) -> None:
        self.status = response.status
        self.location = response.headers.get("Location", "")
        self.body = response.read()
        self.is_write = is_write


class Client:
    """One persistent connection to a server."""

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> None:
        self.url, self.headers = url, dict(headers or {})
        if cookies:
            self.headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)

    def again(self) -> "Client":
        """Return a new connection with the same session."""
        return Client(self.url, headers=self.headers)

    def get(self, path: str) -> Answer:
        answer = self._ask("GET", path, None, self.headers)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return answer

    def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        said = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._ask("POST", path, urlencode(fields), said | dict(headers or {}))
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:400].decode()}")
        return answer

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # The server closed the idle connection, so it never read this request: retry is safe.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        return Answer(response, is_write=method == "POST")


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
    """Return a process's memory in MB (Linux)."""
    found = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return sum(int(line) for line in found.stdout.split()) / 1024


def cpu_of(processes: Iterable[int]) -> dict[int, float]:
    """Return the CPU seconds of each process, all its threads together (Linux)."""
    threads = {one: Path(f"/proc/{one}/task").glob("*/schedstat") for one in processes}
    return {
        one: sum(int(thread.read_text().split()[0]) for thread in found) / 1e9
        for one, found in threads.items()
    }


@contextmanager
def backends_of(database: str) -> Iterator[Callable[[], list[int]]]:
    """Yield a function that returns the ids of PostgreSQL's processes for a database, but ours."""
    with closing(psycopg2.connect(database)) as connection:
        connection.autocommit = True

        def backends() -> list[int]:
            cursor = connection.cursor()
            cursor.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in cursor.fetchall()]

        yield backends
