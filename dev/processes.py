"""One child process, which ends when we do, and can finish its work when it is stopped."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.console import Refusal

LOG_BYTES = 5 * 1024 * 1024
LOGS_KEPT = 3
_PR_SET_PDEATHSIG = 1
# Loaded before any fork, because a forked child must not load libraries.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system account that a server runs as, if it must not be ours."""

    uid: int
    gid: int

    @classmethod
    def nobody(cls) -> "Account":
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Program:
    name: str
    label: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str]
    is_ready: Callable[["Child"], bool] = lambda _: True
    # Checks every few seconds whether it works; None: it only has to be alive.
    answers: Callable[[], bool] | None = None
    cwd: Path = Path("/")
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # Sent by the kernel when we are killed and cannot stop it ourselves.
    orphan_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    # Called before each start, also before a restart.
    prepare: Callable[[], None] = lambda: None
    pass_fds: tuple[int, ...] = ()
    # Its output is for the user: only its errors go to the log.
    is_heard: bool = False


class Child:
    """A running Program, in a session of its own so that Ctrl-C reaches only the supervisor."""

    def __init__(self, program: Program) -> None:
        self.program = program
        program.prepare()
        program.log.parent.mkdir(parents=True, exist_ok=True)
        self._log_starts_at = program.log.stat().st_size if program.log.exists() else 0
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in program.command],
                stdin=subprocess.DEVNULL,
                stdout=None if program.is_heard else log,
                stderr=log,
                cwd=program.cwd,
                env=dict(program.environment),
                start_new_session=True,
                preexec_fn=_die_with_parent(program.orphan_signal),
                pass_fds=program.pass_fds,
                **run_as(program.account),
            )
        self.pid = self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    def processor_seconds(self) -> float:
        """Return what all its threads have used, without other processes; 0 if it has ended."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def new_log_text(self) -> str:
        with self.program.log.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            start = self._log_starts_at if self._log_starts_at <= end else 0  # else: rotated
            log.seek(max(start, end - 65536))
            return log.read().decode(errors="replace")

    def ask_to_stop(self) -> None:
        if self.is_alive:
            self._process.send_signal(self.program.stop_signal)

    def wait_or_kill(self, *, until: float) -> bool:
        """Return True if it stops by itself in time; otherwise kill its whole session."""
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def wait(self) -> int:
        return self._process.wait()

    def kill(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._process.wait()


def run_as(account: Account | None) -> dict[str, Any]:
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def _die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """Return a function that the child calls after changing its account, which would reset this."""
    if _prctl is None:
        return None
    prctl, parent = _prctl, os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # the parent died before this request
            os._exit(1)

    return ask_kernel


def wait_until_ready(children: Sequence[Child], *, timeout: float) -> None:
    """Wait until all are ready. Raises Refusal, with the end of its log, if one is not."""
    waiting = list(children)
    deadline = time.monotonic() + timeout
    while waiting:
        for child in list(waiting):
            if child.program.is_ready(child):
                waiting.remove(child)
            elif not child.is_alive:
                raise Refusal(f"{child.program.label}没有启动成功。{last_words(child)}")
        if waiting and time.monotonic() > deadline:
            label = waiting[0].program.label
            raise Refusal(f"{label}在 {timeout:.0f} 秒内没有就绪。{last_words(waiting[0])}")
        time.sleep(0.02)


def last_words(child: Child) -> str:
    lines = "\n".join(child.new_log_text().splitlines()[-10:]) or "（没有输出）"
    return f"日志 {child.program.log} 的最后几行：\n{lines}"


def rotate(log: Path) -> None:
    """Rotate a log that is too large: it becomes .1, .1 becomes .2, the oldest is deleted.

    The log is copied and then emptied, because a running program continues to write to it. If the
    disk is too full for the copy, nothing changes.
    """
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    copy = log.with_name(f"{log.name}.new")
    try:
        shutil.copyfile(log, copy)
    except OSError:
        copy.unlink(missing_ok=True)
        return
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    copy.replace(log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
