"""Of two beats one sends, and the other takes over when it dies."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

SENDS, WAITS = "this beat holds the lock", "another beat holds the lock"


@pytest.fixture
def start_beat(tmp_path: Path) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    broker = urlsplit(os.environ["REDIS_URL"])._replace(query="db=15").geturl()
    environment = os.environ | {"REDIS_URL": broker, "PYTHONUNBUFFERED": "1"}
    words = ["-m", "celery", "-A", "policy_tracker", "beat", "--loglevel", "info", "--pidfile="]
    with ExitStack() as running:

        def start(name: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, *words, "--schedule", str(tmp_path / "schedule")]
            with (tmp_path / name).open("wb") as log:
                beat = subprocess.Popen(
                    command, stderr=log, stdout=log, env=environment, cwd=settings.BASE_DIR
                )
            running.callback(beat.wait)
            running.callback(beat.kill)
            return beat

        yield start


def wait_for(words: str, log: Path) -> None:
    deadline = time.monotonic() + 40
    while words not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.slow
def test_a_second_beat_waits_and_takes_over_when_the_first_dies(start_beat, tmp_path):
    first = start_beat("first")
    wait_for(SENDS, tmp_path / "first")
    second = start_beat("second")
    wait_for(WAITS, tmp_path / "second")
    assert SENDS not in (tmp_path / "second").read_text()
    first.kill()
    wait_for(SENDS, tmp_path / "second")
    second.terminate()
    assert second.wait(20) == 0
