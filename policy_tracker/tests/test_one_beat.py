"""Of two beats one sends; the other takes over when it ends."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings

from agencies.tests.factories import NOW
from policy_tracker.celery import app
from policy_tracker.one_beat import OneBeat

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


@pytest.mark.django_db
def test_a_clock_that_was_set_back_silences_nobody(tmp_path):
    """Tasks sent by a wrong clock count as sent now, also after a restart."""
    for is_restarted in (False, True):
        sent: list[str] = []

        class Recorded(OneBeat):
            def apply_entry(self, entry, producer=None):
                sent.append(entry.name)  # noqa: B023 - called within the loop

        def tick(beat: Recorded) -> float:
            while not (pause := beat.tick()):
                pass
            return pause

        schedule = str(tmp_path / f"schedule-{is_restarted}")
        beat = Recorded(app=app, schedule_filename=schedule)
        with time_machine.travel(NOW + timedelta(days=1), tick=False) as clock:
            tick(beat)
            clock.shift(120)
            tick(beat)
            assert "tick" in sent
        if is_restarted:
            beat.close()
            beat = Recorded(app=app, schedule_filename=schedule)
        sent.clear()
        with time_machine.travel(NOW, tick=False) as clock:
            assert 0 < tick(beat) <= 60
            assert sent == []
            clock.shift(61)
            tick(beat)
            assert {"tick", "deliver-outbox", "sweep-reports"} <= {*sent}
            assert "back-up" not in sent
        beat.close()


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
