"""How the supervisor tells whether the worker does its work."""

import os
import time
from pathlib import Path

import pytest

from dev.application import HEARTBEAT, Application


@pytest.mark.parametrize(
    ("seconds", "is_heard"), [(-40, False), (-20, True), (0, True), (20, True), (40, False)]
)
def test_a_worker_is_heard_that_touched_its_file_just_now_by_any_clock(
    tmp_path: Path, seconds: int, is_heard: bool
) -> None:
    """After a clock was set back, a file of later hides no worker that is gone."""
    file = tmp_path / HEARTBEAT
    file.touch()
    os.utime(file, times=(time.time() + seconds,) * 2)
    worker = Application(tmp_path, Path("python"), tmp_path, {}).worker(broker_answers=lambda: True)
    assert worker.answers is not None
    assert worker.answers() is is_heard
