"""Only one start per folder."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dev import claim
from dev.claim import Claim
from dev.console import Refusal
from dev.tests.helpers import ROOT, sleeper

HOLD = """
import sys, time
from pathlib import Path
from dev.claim import Claim
held = Claim(Path(sys.argv[1]))
held.note_address("http://127.0.0.1:8123/")
print("held", flush=True)
time.sleep(60)
"""


def _other_start(var: Path) -> "subprocess.Popen[str]":
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(var)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_a_second_start_is_refused_with_the_first_ones_url(tmp_path: Path) -> None:
    with _other_start(tmp_path) as other:
        with pytest.raises(Refusal, match="http://127.0.0.1:8123/"):
            Claim(tmp_path)
        other.kill()


def test_a_killed_start_leaves_the_folder_free(tmp_path: Path) -> None:
    with _other_start(tmp_path) as other:
        other.send_signal(signal.SIGKILL)
    Claim(tmp_path)


def test_processes_left_by_the_last_start_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its children hold the second lock as long as they live."""
    monkeypatch.setattr(claim, "PATIENCE", 0.3)
    first = Claim(tmp_path)
    with sleeper(pass_fds=(first.inherited,)) as orphan:
        first.note_children({"数据库": orphan.pid})
        del first
        with pytest.raises(Refusal, match=f"数据库 {orphan.pid}"):
            Claim(tmp_path)
        orphan.kill()
    Claim(tmp_path)
