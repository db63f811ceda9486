"""Locks that allow only one start per folder, and the rights that close var/ to other accounts.

`lock` is held only by the supervisor: it is running. `lock.children` is inherited by every process
it starts: a process of the last run is still ending, even if its supervisor was killed.
"""

import fcntl
import os
import time
from io import TextIOWrapper
from pathlib import Path

from dev.console import Refusal, say

PATIENCE = 40.0
_OURS = ("files", "log", "uploads", "valkey")


class Claim:
    def __init__(self, var: Path) -> None:
        self._states = var / "status"
        try:
            var.mkdir(parents=True, exist_ok=True)
            self._lock = (var / "lock").open("a+", encoding="utf-8")
            self._children = (var / "lock.children").open("a+", encoding="utf-8")
        except PermissionError:
            whose = "上次若是用别的账户启动的，请仍用那个账户；或用 VAR_DIR 另指定一个目录。"
            raise Refusal(f"当前账户不能写 {var}。{whose}") from None
        if not _locked(self._lock):
            raise Refusal(f"这个目录里的系统已经在运行：{_read(self._lock) or '正在启动'}")
        self._wait_for_the_last_run()
        self.note_address("")

    @property
    def inherited(self) -> int:
        """The second lock's file descriptor, passed to each child, which holds it until it ends."""
        return self._children.fileno()

    def note_address(self, address: str) -> None:
        _write(self._lock, address)

    def note_children(self, pids: dict[str, int]) -> None:
        _write(self._children, "、".join(f"{label} {pid}" for label, pid in pids.items()))

    def note_states(self, states: dict[str, str]) -> None:
        """Write each program's state, for `start.py --status`."""
        lines = [f"{label}\t{state}\n" for label, state in states.items()]
        fresh = self._states.with_name("status.new")
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._states)

    def _wait_for_the_last_run(self) -> None:
        deadline = time.monotonic() + PATIENCE
        told = False
        while not _locked(self._children):
            if time.monotonic() > deadline:
                raise Refusal(f"上一次启动的进程没有退出，请先结束它们：{_read(self._children)}")
            if not told:
                say("上一次启动的进程还在退出，稍候")
                told = True
            time.sleep(0.1)


def running_at(var: Path) -> str | None:
    """Return the URL of the start running in this folder, empty while it is starting, or None."""
    try:
        with (var / "lock").open("r", encoding="utf-8") as lock:
            return None if _locked(lock) else _read(lock)
    except OSError:
        return None


def _locked(file: TextIOWrapper) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: TextIOWrapper) -> str:
    file.seek(0)
    return file.read().strip()


def _write(file: TextIOWrapper, text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def close_to_others(var: Path) -> None:
    """Close new files of this process to other accounts, and existing ones in `var`.

    For root, others may enter `var` but not list it: PostgreSQL runs as another account and has
    its folder, which it closes itself, inside.
    """
    os.umask(0o077)
    if var.stat().st_uid != os.geteuid():
        return
    var.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for path in var.iterdir():
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
        elif path.name in _OURS and path.stat().st_mode & 0o077:
            _close(path)


def _close(folder: Path) -> None:
    for inside, folders, files in os.walk(folder):
        for name in folders:
            os.chmod(os.path.join(inside, name), 0o700)
        for name in files:
            os.chmod(os.path.join(inside, name), 0o600)
    folder.chmod(0o700)  # last, so that an interrupted run is repeated
