"""Small programs to supervise."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dev.processes import Program

ROOT = Path(__file__).resolve().parent.parent.parent


def sleeper(*, pass_fds: tuple[int, ...] = ()) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(["sleep", "60"], pass_fds=pass_fds)


def make_program(folder: Path, name: str, code: str = "import time; time.sleep(60)") -> Program:
    return Program(
        name=name,
        label=name,
        command=[sys.executable, "-c", code],
        log=folder / f"{name}.log",
        environment=dict(os.environ),
        patience=2.0,
    )


def wait_for(question: Callable[[], bool], *, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return question()


def is_running(pid: int) -> bool:
    """Return whether a process runs; a zombie, which a container may keep, does not."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False
