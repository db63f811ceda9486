"""Keeps the processes running, and stops them in the order of their dependencies."""

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import FrameType

from dev.claim import Claim
from dev.console import SAID_WHY, Refusal, say
from dev.kept import Kept
from dev.processes import Child, Program, last_words, rotate, wait_until_ready

# By the part of the label before the hyphen: web has several processes.
STOP_ORDER = (("web",), ("worker", "beat"), ("broker",), ("database",))
ROTATE_EVERY = 60.0


class Stopped(BaseException):
    """Raised when we are asked to end. Not an Exception, so that `except Exception` misses it."""


class Supervisor:
    """A context manager that stops its children at the end, whatever happens inside."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._kept: dict[str, Kept] = {}

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all children; not interruptible, because this takes only a limited time."""
        _at_stop_signals(_nothing)
        self._stop_all()

    def start(self, programs: Sequence[Program], *, timeout: float = 60.0) -> None:
        """Start programs and wait for all. Raises Refusal if one does not get ready."""
        for program in programs:
            self._kept[program.name] = Kept(program, self._launch)
        self._note()
        started = (self._kept[program.name].child for program in programs)
        wait_until_ready([child for child in started if child], timeout=timeout)

    def run_to_end(self, program: Program) -> None:
        """Run a program once. Raises Refusal if it fails."""
        child = self._launch(program)
        try:
            code = child.wait()
        except Stopped:
            child.ask_to_stop()
            child.wait_or_kill(until=time.monotonic() + program.patience)
            raise
        if code == SAID_WHY:
            raise Refusal("没有启动。")
        if code != 0:
            raise Refusal(f"{program.label}没有成功。{last_words(child)}")

    def watch(self) -> None:
        """Keep each program running, independent of the others, until Stopped is raised."""
        rotate_at = time.monotonic() + ROTATE_EVERY
        while True:
            time.sleep(0.3)
            changed = [kept.tend() for kept in self._kept.values()]
            if any(changed):
                self._note()
            if time.monotonic() >= rotate_at:
                rotate_at = time.monotonic() + ROTATE_EVERY
                for kept in self._kept.values():
                    rotate(kept.program.log)

    def _launch(self, program: Program) -> Child:
        inherited = (*program.pass_fds, self._claim.inherited)
        return Child(replace(program, pass_fds=inherited))

    def _note(self) -> None:
        """Write the processes and their states for other commands."""
        living = [kept.child for kept in self._kept.values() if kept.child]
        states = {kept.program.label: kept.status for kept in self._kept.values()}
        with suppress(OSError):  # the disk is full; the terminal has it
            self._claim.note_children({child.program.label: child.pid for child in living})
            self._claim.note_states(states)

    def _stop_all(self) -> None:
        for names in STOP_ORDER:
            group = [
                kept.child
                for name in names
                for kept in self._kept.values()
                if kept.child and kept.program.name.partition("-")[0] == name
            ]
            began = time.monotonic()
            for child in group:
                child.ask_to_stop()
            for child in group:
                label, patience = child.program.label, child.program.patience
                if child.wait_or_kill(until=began + patience):
                    say(f"{label}已停止")
                else:
                    say(f"{label}在 {patience:.0f} 秒内没有停下，已强制结束")


def listen_for_stop() -> None:
    """Make Ctrl-C, SIGTERM and a closed terminal raise Stopped, once, from now on."""
    _at_stop_signals(_stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    _at_stop_signals(_nothing)
    raise Stopped


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Ignore a signal; SIG_IGN would be inherited by a child that is started now."""


def _at_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)
